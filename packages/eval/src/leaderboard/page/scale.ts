/** Where values stand in a chart. */
export interface Scale {
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** Where a value stands, in per cent of the width. */
  readonly place: (value: number) => string;
}

const shareSteps = [1, 2, 5, 10, 20, 50, 100, 200];
const amountSteps = Array.from({ length: 20 }, (_, i) => [1, 2, 5].map((digit) => Number(`${digit}e${i - 8}`))).flat();
const mostIntervals = 5;
const mostGroupLabels = 12;
/** What is left free on either side, in per cent of the width: half a mark and half a number. */
const margin = 5;

/** A scale that holds all the shares, from one round number to another, with labels in per cent. */
export function createScale(shares: readonly number[]): Scale {
  // In tenths of a per cent, so that no tick is off by a rounding.
  const least = Math.max(0, Math.floor(Math.min(...shares) * 1000));
  const most = Math.min(1000, Math.ceil(Math.max(...shares) * 1000));
  const fits = (step: number): boolean => Math.ceil(most / step) - Math.floor(least / step) <= mostIntervals;
  const step = shareSteps.find(fits) ?? 200;
  const end = Math.max(Math.ceil(most / step) * step, step);
  const begin = Math.min(Math.floor(least / step) * step, end - step);
  const ticks: number[] = [];
  for (let tick = begin; tick <= end; tick += step) ticks.push(tick / 1000);
  return {
    ticks: ticks.map((at) => ({ at, label: `${Number((at * 100).toFixed(1))}` })),
    place: (share) => place(share * 1000, { begin, end }),
  };
}

/** A scale from nothing to a round number that holds all the amounts. */
export function createAmountScale(amounts: readonly number[]): Scale {
  const most = Math.max(...amounts) || 1;
  const step = amountSteps.find((each) => most / each <= mostIntervals) ?? most / mostIntervals;
  const intervals = Math.max(1, Math.ceil(most / step));
  return {
    ticks: Array.from({ length: intervals + 1 }, (_, i) => ({ at: i * step, label: formatTick(i * step) })),
    place: (amount) => place(amount, { begin: 0, end: intervals * step }),
  };
}

/** A scale with a place for each group, by its index; where there are many, only some have their letter. */
export function createGroupScale(letters: readonly string[]): Scale {
  const every = Math.ceil(letters.length / mostGroupLabels);
  return {
    ticks: letters.map((label, at) => ({ at, label })).filter(({ at }) => at % every === 0),
    place: (index) => place(index, { begin: -0.5, end: letters.length - 0.5 }),
  };
}

/** Short, since the last one stands at the edge: `15K`. */
function formatTick(amount: number): string {
  return amount.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
}

function place(value: number, { begin, end }: { readonly begin: number; readonly end: number }): string {
  return `${(margin + ((value - begin) / (end - begin)) * (100 - 2 * margin)).toFixed(2)}%`;
}
