import type { Clock } from '../scheduling/clock.ts';
import type { RequestRunner, RunnerOptions } from '../scheduling/request-runner.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

/** A runner, or several, in virtual time. */
export interface VirtualRunner {
  readonly clock: VirtualClock;
  readonly runner: RequestRunner;
  /** Another one on the same clock. */
  readonly create: (options?: Partial<RunnerOptions>) => RequestRunner;
  readonly wait: (delayMs: number) => Promise<void>;
  /** Timers of the runners that are set and were not taken back: each would keep a process from its exit. */
  readonly countTimers: () => number;
}

/** @param createRequestRunner - Given by the test, which has the built one. */
export function createVirtualRunner(
  createRequestRunner: (options: RunnerOptions) => RequestRunner,
  options: Partial<RunnerOptions> = {},
): VirtualRunner {
  const clock = createVirtualClock();
  const timers = new Set<symbol>();
  const countingClock: Clock = {
    ...clock,
    schedule: (delayMs, callback) => {
      const timer = Symbol('timer');
      timers.add(timer);
      const cancel = clock.schedule(delayMs, () => {
        timers.delete(timer);
        callback();
      });
      return () => {
        timers.delete(timer);
        cancel();
      };
    },
  };
  const create = (more: Partial<RunnerOptions> = {}): RequestRunner =>
    createRequestRunner({
      endpoints: [{ name: 'a', maxConcurrency: 4 }],
      timeoutMs: 600_000,
      maxAttempts: 4,
      patienceMs: 60_000,
      clock: countingClock,
      random: () => 0,
      ...options,
      ...more,
    });
  return {
    clock,
    runner: create(),
    create,
    countTimers: () => timers.size,
    wait: (delayMs) => new Promise((resolve) => void clock.schedule(delayMs, resolve)),
  };
}
