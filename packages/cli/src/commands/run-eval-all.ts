import type { ExitCode } from '../main.ts';
import type { RunEvalOptions } from './run-eval.ts';
export interface RunEvalAllOptions extends RunEvalOptions {
  readonly only?: string;
  readonly skip?: string;
  readonly replies?: string;
  readonly reviews?: string;
}
export async function runEvalAll(_options: RunEvalAllOptions): Promise<ExitCode> {
  return 0;
}
