import { showAmount } from '../show-amounts.ts';
import { type Finding, ok } from './need-check.ts';

export interface CheckCostInput {
  readonly maxCost: number;
  /** So far, by all sessions. */
  readonly spent: number;
  /** Of services, for what is left. */
  readonly expected: number;
}

/** Looks at whether what is left of a loop will stay below its bound. */
export function checkCost({ maxCost, spent, expected }: CheckCostInput): Finding {
  const left = Math.max(0, maxCost - spent);
  const before = spent > 0 ? `, of which ${showAmount(spent)} $ are spent` : '';
  const seen = `Services come to about ${showAmount(expected)} $, and the bound is ${showAmount(maxCost)} $${before}`;
  if (expected <= left) return ok(`${seen}.`);
  return {
    status: 'warn',
    what: `${seen}: the loop would stop before its end.`,
    next: `It goes on with a higher --max-cost, ${showAmount(spent + expected)} by this plan. A loop of a smaller --scale, in a folder of its own, costs less.`,
  };
}
