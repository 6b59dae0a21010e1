import type { ModelsError } from '@scalequest/models';
import { describeError, type Finding } from '../check.ts';

/** The codes of refusals that a run waits out. */
const waitedCodes: ReadonlySet<string> = new Set(['RATE_LIMITED', 'OVERLOADED']);

/** A probe that was not answered: a run would meet the same where it needs what was asked, or waits until it is let in. */
export function describeFailure(error: ModelsError, { isNeeded }: { readonly isNeeded: boolean }): Finding {
  if (!waitedCodes.has(error.code)) return describeError(error, isNeeded ? 'broken' : 'warning');
  return { ...describeError(error, 'warning'), next: 'A run waits until it lets requests in. This was not looked at.' };
}
