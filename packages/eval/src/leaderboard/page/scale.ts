/** Where shares stand in a chart. All is counted in tenths of a per cent, so that no tick is off by a rounding. */
export interface Scale {
  readonly ticks: readonly number[];
  /** Where a share stands, in per cent of the width. */
  readonly place: (share: number) => string;
}

const steps = [1, 2, 5, 10, 20, 50, 100, 200];
const mostIntervals = 5;
/** What is left free on either side, in per cent of the width: half a mark and half a number. */
const margin = 5;

/** A scale that holds all the shares, from one round number to another. */
export function createScale(shares: readonly number[]): Scale {
  const least = Math.max(0, Math.floor(Math.min(...shares) * 1000));
  const most = Math.min(1000, Math.ceil(Math.max(...shares) * 1000));
  const fits = (step: number): boolean => Math.ceil(most / step) - Math.floor(least / step) <= mostIntervals;
  const step = steps.find(fits) ?? 200;
  const end = Math.max(Math.ceil(most / step) * step, step);
  const begin = Math.min(Math.floor(least / step) * step, end - step);
  const ticks: number[] = [];
  for (let tick = begin; tick <= end; tick += step) ticks.push(tick / 1000);
  const place = (share: number): string =>
    `${(margin + ((share * 1000 - begin) / (end - begin)) * (100 - 2 * margin)).toFixed(2)}%`;
  return { ticks, place };
}
