/** How much of something came per second, over the last ten seconds. */
export interface RecentRate {
  readonly add: (now: number, amount: number) => void;
  readonly read: (now: number) => number;
}

const seconds = 10;

/** Whole seconds are kept: those of a young count are divided by its age, which is at least one. */
export function createRecentRate(): RecentRate {
  const amounts = new Float64Array(seconds + 1);
  let newest = -1;
  let firstAt: number | undefined;

  const turn = (now: number): void => {
    const second = Math.floor(now / 1000);
    if (second - newest > seconds) amounts.fill(0);
    else for (let at = newest + 1; at <= second; at++) amounts[at % amounts.length] = 0;
    newest = Math.max(newest, second);
  };

  return {
    add: (now, amount) => {
      firstAt ??= now;
      turn(now);
      const at = newest % amounts.length;
      amounts[at] = (amounts[at] ?? 0) + amount;
    },
    read: (now) => {
      if (firstAt === undefined) return 0;
      turn(now);
      const fraction = now / 1000 - newest;
      // The oldest second counts for the part of it that lies in the last ten.
      const oldest = (newest + 1) % amounts.length;
      const total = amounts.reduce((sum, amount, at) => sum + (at === oldest ? amount * (1 - fraction) : amount), 0);
      return total / Math.min(seconds, Math.max(1, (now - firstAt) / 1000));
    },
  };
}
