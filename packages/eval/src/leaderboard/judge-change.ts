import { significance } from './rank-results.ts';

/** What a paired test says of a difference to before; `not told apart` where chance may be its cause. */
export type ChangeVerdict = 'worse' | 'better' | 'not told apart';

/** At 5 %. The p-value is the one that the company of the test asks for, adjusted over all tests. */
export function judgeChange({
  difference,
  holmPValue,
}: {
  readonly difference: number;
  readonly holmPValue: number;
}): ChangeVerdict {
  if (holmPValue >= significance || difference === 0) return 'not told apart';
  return difference < 0 ? 'worse' : 'better';
}
