import { ModelsError } from '../errors.ts';
import type { BudgetLimits, TokenPrices } from './budget.ts';
import type { HedgeOptions } from './hedge-policy.ts';

interface Range {
  readonly above?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** @throws ModelsError `INVALID_OPTION` */
export function requireLimits(limits: BudgetLimits): void {
  require('limits', limits, {
    requestsPerSecond: { above: 0, atMost: Number.MAX_VALUE },
    tokensPerMinute: { above: 0, atMost: Number.MAX_VALUE },
    maxInFlight: { atLeast: 1 },
    maxCost: { atLeast: 0 },
  });
}

/** @throws ModelsError `INVALID_OPTION` */
export function requirePrices(prices: TokenPrices): void {
  const range = { atLeast: 0, atMost: Number.MAX_VALUE };
  require('prices', prices, { prompt: range, completion: range });
}

/** @throws ModelsError `INVALID_OPTION` */
export function requireShares(shares: Readonly<Record<string, number>>): void {
  for (const stage of Object.keys(shares)) {
    require('shares', shares, { [stage]: { above: 0, atMost: Number.MAX_VALUE } });
  }
}

/** @throws ModelsError `INVALID_OPTION` */
export function requireHedge(hedge: HedgeOptions): void {
  require('hedge', hedge, {
    afterPercentile: { above: 0, atMost: 1 },
    leastMs: { atLeast: 0 },
    mostShare: { atLeast: 0, atMost: 1 },
  });
}

/** A field that is left out has its default. */
function require<T extends object>(option: string, values: T, ranges: Partial<Record<keyof T & string, Range>>): void {
  for (const [field, { above = -Infinity, atLeast = -Infinity, atMost = Infinity }] of Object.entries<Range>(
    ranges as Record<string, Range>,
  )) {
    const value: unknown = values[field as keyof T];
    if (value === undefined) continue;
    if (typeof value === 'number' && value > above && value >= atLeast && value <= atMost) continue;
    const wanted = [
      ...(above > -Infinity ? [`above ${above}`] : []),
      ...(atLeast > -Infinity ? [`of at least ${atLeast}`] : []),
      ...(atMost === Number.MAX_VALUE ? ['that is finite'] : atMost < Infinity ? [`of at most ${atMost}`] : []),
    ].join(', ');
    throw new ModelsError({
      code: 'INVALID_OPTION',
      kind: 'request',
      errorClass: 'fatal',
      what: `Option '${option}.${field}' is ${String(value)}; give a number ${wanted}.`,
      next: 'Leave it out for its default.',
      fields: { option: `${option}.${field}`, value: String(value) },
    });
  }
}
