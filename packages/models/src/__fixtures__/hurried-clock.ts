import { type Clock, systemClock } from '../scheduling/clock.ts';

/** Real time, in which what is waited for takes a thousandth. Attempts take real time: give them a thousand times theirs. */
export const hurriedClock: Clock = {
  ...systemClock,
  now: () => performance.now() * 1000,
  schedule: (delayMs, callback) => systemClock.schedule(delayMs / 1000, callback),
};
