/** Counts the events of the last second, near enough: those of this second and a part of those of the one before. */
export interface RecentCount {
  readonly add: (now: number) => void;
  readonly read: (now: number) => number;
}

export function createRecentCount(): RecentCount {
  let second = 0;
  let current = 0;
  let previous = 0;
  const turn = (now: number): void => {
    const at = Math.floor(now / 1000);
    if (at === second) return;
    previous = at === second + 1 ? current : 0;
    current = 0;
    second = at;
  };
  return {
    add: (now) => {
      turn(now);
      current += 1;
    },
    read: (now) => {
      turn(now);
      return current + previous * (1 - (now / 1000 - second));
    },
  };
}
