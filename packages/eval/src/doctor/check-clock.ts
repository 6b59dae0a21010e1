import { type Check, ok, warning } from './check.ts';

/** When the first version was written: no right clock shows an earlier time. */
const earliest = Date.UTC(2026, 0, 1);
const latest = Date.UTC(2100, 0, 1);

/** Looks at the clock of the machine, which dates runs and, between hosts, says whether a lock is old. */
export function checkClock(now: () => number = Date.now): Check {
  return {
    name: 'clock',
    looksAt: 'the clock of this machine',
    run: () => {
      const time = now();
      const shown = new Date(time).toISOString();
      if (time >= earliest && time < latest) return ok(`It is ${shown}.`);
      return warning({
        what: `The clock shows ${shown}, which cannot be.`,
        why: 'Runs are dated by it, and the lock of a folder that two machines share is believed by it.',
        next: 'Set the clock, for instance by `timedatectl set-ntp true`.',
      });
    },
  };
}
