import { availableParallelism } from 'node:os';
import { requirePositive, VerifierError } from '../errors.ts';
import type { VerifyOptions } from '../types.ts';
import { copyOptions } from './check-item.ts';
import type { VerifierPoolOptions } from './types.ts';

/** The options of a pool with their defaults, checked. */
export interface PoolSettings {
  readonly workers: number;
  readonly budgetMs: number;
  readonly gatherMs: number;
  readonly idleMs: number;
  readonly memoryMb: number;
  readonly rewards: boolean;
  readonly verifyOptions: VerifyOptions;
  readonly workerFile: string;
}

const defaultBudgetMs = 1000;
const defaultIdleMs = 10_000;
/** Enough for any answer that is parsed at all, and small enough that the garbage of a long run does not pile up. */
const defaultMemoryMb = 96;
/** The modules of a worker alone take half of it. */
const leastMemoryMb = 16;
/** What a timer can wait. */
const longestMs = 2 ** 31 - 1;

/** Throws `BAD_OPTION` where an option has no meaning. */
export function resolvePoolOptions(options: VerifierPoolOptions): PoolSettings {
  return {
    workers: requireWhole('workers', options.workers ?? Math.min(2, availableParallelism())),
    budgetMs: requirePositive('budgetMs', options.budgetMs ?? defaultBudgetMs),
    gatherMs: requireDelay('gatherMs', options.gatherMs ?? 0),
    idleMs: requireWait('idleMs', options.idleMs ?? defaultIdleMs),
    memoryMb: requireMemory('memoryMb', options.memoryMb ?? defaultMemoryMb),
    rewards: options.rewards ?? false,
    verifyOptions: copyOptions(options),
    workerFile: options.workerFile ?? new URL('./worker.js', import.meta.url).href,
  };
}

function requireWhole(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw badOption({ name, value, wanted: 'a whole number above 0' });
}

function requireDelay(name: string, value: number): number {
  if (isDelay(value)) return value;
  throw badOption({ name, value, wanted: `a number from 0 to ${longestMs}` });
}

function requireWait(name: string, value: number): number {
  if (isDelay(value) || value === Number.POSITIVE_INFINITY) return value;
  throw badOption({ name, value, wanted: `a number from 0 to ${longestMs}, or Infinity` });
}

function isDelay(value: number): boolean {
  return Number.isFinite(value) && value >= 0 && value <= longestMs;
}

function requireMemory(name: string, value: number): number {
  if (Number.isFinite(value) && value >= leastMemoryMb) return value;
  throw badOption({ name, value, wanted: `a number of at least ${leastMemoryMb}` });
}

function badOption({ name, value, wanted }: { name: string; value: unknown; wanted: string }): VerifierError {
  return new VerifierError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `Option '${name}' is ${String(value)}; give ${wanted}.`,
    fields: { option: name, value },
  });
}
