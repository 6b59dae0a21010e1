import type { ModelsErrorDetails } from '../errors.ts';
import type { Outcome } from '../scheduling/endpoint.ts';
import type { Attempt, AttemptResult } from '../scheduling/request-runner.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface SimulatedServerOptions {
  readonly clock: VirtualClock;
  readonly latencyMs: number;
  /** Refusals are quick, as a server does no work for them. @defaultValue 2 */
  readonly refusalLatencyMs?: number;
  /** A token bucket. */
  readonly ratePerSecond?: number;
  readonly burst?: number;
  readonly retryAfterMs?: number;
  /** Refuses this request whatever the rate. */
  readonly isRefusedAnyway?: () => boolean;
}

/** A server in virtual time: what it lets in, and when. */
export interface SimulatedServer {
  readonly attempt: Attempt<string>;
  readonly accepted: number;
  readonly refused: number;
  /** Sets another rate from now on. */
  readonly setRate: (ratePerSecond: number) => void;
}

/** A failure as a transport reports it. */
export function makeFailure(
  outcome: Outcome,
  details: Partial<ModelsErrorDetails> = {},
  retryAfterMs?: number,
): AttemptResult<never> {
  const base = {
    code: 'SERVER_FAILED',
    errorClass: outcome.kind === 'refused' ? 'shrink' : 'retry',
    what: 'It failed.',
  } as const;
  return { ok: false, failure: { outcome, retryAfterMs, details: { ...base, ...details } } };
}

export function createSimulatedServer(options: SimulatedServerOptions): SimulatedServer {
  const { clock, latencyMs, refusalLatencyMs = 2, burst = 10, retryAfterMs, isRefusedAnyway = () => false } = options;
  let rate = options.ratePerSecond ?? Number.POSITIVE_INFINITY;
  let tokens = burst;
  let filledAt = 0;
  let accepted = 0;
  let refused = 0;
  const wait = (delayMs: number): Promise<void> => new Promise((resolve) => void clock.schedule(delayMs, resolve));
  const fill = (): void => {
    const now = clock.now();
    tokens = rate === Number.POSITIVE_INFINITY ? burst : Math.min(burst, tokens + ((now - filledAt) / 1000) * rate);
    filledAt = now;
  };

  return {
    get accepted() {
      return accepted;
    },
    get refused() {
      return refused;
    },
    setRate: (ratePerSecond) => {
      fill();
      rate = ratePerSecond;
    },
    attempt: async () => {
      await wait(refusalLatencyMs / 2);
      fill();
      const isRefused = tokens < 1 || isRefusedAnyway();
      if (isRefused) refused += 1;
      else {
        accepted += 1;
        tokens -= 1;
      }
      await wait((isRefused ? refusalLatencyMs : latencyMs) - refusalLatencyMs / 2);
      if (!isRefused) return { ok: true, value: 'done' };
      return makeFailure({ kind: 'refused', by: 'rate', retryAfterMs }, { code: 'RATE_LIMITED' }, retryAfterMs);
    },
  };
}
