import type { JournalRecord } from '@scalequest/runs';
import { EvaluationError } from '../errors.ts';
import { computeCost, type Prices } from '../outcomes/summary.ts';
import type { TokenCounts } from '../outcomes/tally.ts';

/** What a run may use. It stops asking when a bound is reached, and what is in flight then may go a little over. */
export interface Budget {
  /** In the currency of the prices. @defaultValue no bound */
  readonly maxCost?: number;
  /** Of prompts and replies together. @defaultValue no bound */
  readonly maxTotalTokens?: number;
}

export interface BudgetGuard {
  /** Which bound is reached, in words; undefined while none is. */
  readonly describeReached: (tokens: TokenCounts | undefined) => string | undefined;
  /**
   * A bound on what nobody counts is none.
   *
   * @throws EvaluationError `NO_TOKEN_COUNTS`, where there is a bound and a reply came without a count
   */
  readonly requireUsage: (record: Pick<JournalRecord, 'usage' | 'error'>) => void;
}

export function createBudgetGuard({
  budget = {},
  prices,
}: {
  readonly budget?: Budget | undefined;
  readonly prices?: Prices | undefined;
}): BudgetGuard {
  const { maxCost, maxTotalTokens } = budget;
  const isBound = maxCost !== undefined || maxTotalTokens !== undefined;
  return {
    describeReached: (tokens) => {
      if (!isBound || tokens === undefined) return undefined;
      const total = tokens.prompt + tokens.completion;
      const cost = computeCost(tokens, prices)?.total ?? 0;
      if (maxTotalTokens !== undefined && total >= maxTotalTokens) {
        return `${total.toLocaleString('en-US')} of ${maxTotalTokens.toLocaleString('en-US')} tokens are used`;
      }
      if (maxCost !== undefined && cost >= maxCost) return `${formatAmount(cost)} of ${formatAmount(maxCost)} is spent`;
      return undefined;
    },
    requireUsage: ({ usage, error }) => {
      if (!isBound || usage !== undefined || error !== undefined) return;
      throw new EvaluationError({
        code: 'NO_TOKEN_COUNTS',
        what: 'The budget cannot be kept.',
        why: 'The server gave a reply without saying how many tokens it took.',
        next: 'Leave out --max-cost and --max-total-tokens, or ask a server that counts.',
      });
    },
  };
}

/** Two digits after the point, and more for what would be nothing by them. */
function formatAmount(amount: number): string {
  return amount > 0 && amount < 0.01 ? amount.toPrecision(2) : amount.toFixed(2);
}
