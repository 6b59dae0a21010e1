import type { SampleState } from '@scalequest/runs';
import type { Outcome } from '../outcomes/outcome.ts';

/** Whether a grader still has to see a sample of the journal. An error that was put right is to be judged anew. */
export function needsJudging({
  state,
  outcome,
}: {
  readonly state: SampleState;
  /** What the grader's scores say of it. */
  readonly outcome: Outcome | undefined;
}): boolean {
  return state !== 'pending' && (outcome === undefined || (outcome === 'error' && state === 'finished'));
}
