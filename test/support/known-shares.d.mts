import type { Problem } from '@scalequest/datasets';
import type { ModelServerOptions } from '@scalequest/test-kit';

type PlannedOutcome = 'correct' | 'wrong' | 'no-answer' | 'truncated' | 'undecided' | 'error';

export interface KnownSharesOptions {
  readonly benchmark: string;
  readonly dataDir?: string;
  readonly latencyMs?: number;
  readonly transientShare?: number;
}

export function planOutcome(problem: Pick<Problem, 'id' | 'reference'>): PlannedOutcome;
export function countPlanned(problems: readonly Problem[]): Record<PlannedOutcome, number>;
export default function makeServer(options: KnownSharesOptions): Promise<ModelServerOptions>;
