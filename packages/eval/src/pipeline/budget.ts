import type { JournalRecord } from '@scalequest/runs';
import { EvaluationError } from '../errors.ts';
import { computeCost, type Prices } from '../outcomes/summary.ts';

/** What a run may use. It stops asking when a bound is reached, and what is in flight then may go a little over. */
export interface Budget {
  /** In the currency of the prices. @defaultValue no bound */
  readonly maxCost?: number;
  /** Of prompts and replies together. @defaultValue no bound */
  readonly maxTotalTokens?: number;
}

export interface BudgetGuard {
  /** Adds what a record used, of this session or an earlier one, whether its sample is asked for now or not. */
  readonly count: (record: Pick<JournalRecord, 'usage'>) => void;
  /** Which bound is reached, in words; undefined while none is. */
  readonly describeReached: () => string | undefined;
  /**
   * A bound on what nobody counts is none.
   *
   * @throws EvaluationError `NO_TOKEN_COUNTS`, where there is a bound and a reply came without a count
   */
  readonly requireUsage: (
    record: Pick<JournalRecord, 'usage' | 'error'>,
    options?: { readonly isEarlier?: boolean },
  ) => void;
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
  const used = { prompt: 0, completion: 0 };
  return {
    count: ({ usage }) => {
      used.prompt += usage?.promptTokens ?? 0;
      used.completion += usage?.completionTokens ?? 0;
    },
    describeReached: () => {
      const total = used.prompt + used.completion;
      if (!isBound || total === 0) return undefined;
      const cost = computeCost(used, prices)?.total ?? 0;
      if (maxTotalTokens !== undefined && total >= maxTotalTokens) {
        return `${total.toLocaleString('en-US')} of ${maxTotalTokens.toLocaleString('en-US')} tokens are used`;
      }
      if (maxCost !== undefined && cost >= maxCost) return `${formatAmount(cost)} of ${formatAmount(maxCost)} is spent`;
      return undefined;
    },
    requireUsage: ({ usage, error }, { isEarlier = false } = {}) => {
      if (!isBound || usage !== undefined || error !== undefined) return;
      throw new EvaluationError({
        code: 'NO_TOKEN_COUNTS',
        what: 'The budget cannot be kept.',
        why: isEarlier
          ? 'An earlier session of the run has replies of which the server did not say how many tokens they took.'
          : 'The server gave a reply without saying how many tokens it took.',
        next: `Leave out --max-cost and --max-total-tokens, or ask a server that counts${isEarlier ? ', with another --out' : ''}.`,
      });
    },
  };
}

/** Two digits after the point, and more for what would be nothing by them. */
function formatAmount(amount: number): string {
  return amount > 0 && amount < 0.01 ? amount.toPrecision(2) : amount.toFixed(2);
}
