import { availableParallelism } from 'node:os';
import { VerifierServerError } from './errors.ts';

/** How much a server takes on. */
export interface ServerLimits {
  /** The most threads that compare. @defaultValue the number of cores, at most 2 */
  readonly workers: number;
  /** The longest one comparison may take, in milliseconds; then it is killed and is `undecided`. @defaultValue 1000 */
  readonly budgetMs: number;
  /** The most bytes of one body. @defaultValue 8 MiB */
  readonly maxBodyBytes: number;
  /** The most items of one request. @defaultValue 10_000 */
  readonly maxItems: number;
  /** The most items that wait or are at work; above it, requests are told to come back later. @defaultValue 20_000 */
  readonly maxWaiting: number;
  /** The most bytes of bodies that are held at one time, and never less than two bodies. @defaultValue 128 MiB */
  readonly maxHeldBytes: number;
  /** The most connections; more are closed at once. @defaultValue 4096 */
  readonly maxConnections: number;
  /** How long a client may take for its headers, in milliseconds. @defaultValue 10_000 */
  readonly headersTimeoutMs: number;
  /** How long a client may take to send a request, and again to take its answer, in milliseconds. @defaultValue 30_000 */
  readonly requestTimeoutMs: number;
}

const mebibyte = 2 ** 20;

/** Fills in the defaults, and refuses what is not a whole number above 0. */
export function resolveLimits(options: Partial<ServerLimits>): ServerLimits {
  const maxBodyBytes = options.maxBodyBytes ?? 8 * mebibyte;
  const limits: ServerLimits = {
    workers: options.workers ?? Math.min(2, availableParallelism()),
    budgetMs: options.budgetMs ?? 1000,
    maxBodyBytes,
    maxItems: options.maxItems ?? 10_000,
    maxWaiting: options.maxWaiting ?? 20_000,
    maxHeldBytes: Math.max(2 * maxBodyBytes, options.maxHeldBytes ?? 128 * mebibyte),
    maxConnections: options.maxConnections ?? 4096,
    headersTimeoutMs: options.headersTimeoutMs ?? 10_000,
    requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
  };
  for (const [option, value] of Object.entries(limits)) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new VerifierServerError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: `Option '${option}' is ${value}; give a whole number above 0.`,
      fields: { option, value },
    });
  }
  return limits;
}
