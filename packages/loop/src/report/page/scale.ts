/** Where values stand on an axis. */
export interface Scale {
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** From 0, the lowest, to 1. */
  readonly place: (value: number) => number;
}

const steps = [0.5, 1, 2, 5, 10, 20, 25, 50];
const mostIntervals = 5;

/** An axis of shares or of differences of shares, from one round number of per cent to another; ends are whole steps. */
export function createScale(
  values: readonly number[],
  { isSigned = false }: { readonly isSigned?: boolean } = {},
): Scale {
  const all = isSigned ? [...values, 0] : values;
  const least = Math.min(...all) * 100;
  const most = Math.max(...all) * 100;
  const step = steps.find((each) => Math.ceil(most / each) - Math.floor(least / each) <= mostIntervals) ?? 50;
  const first = Math.floor(least / step + tiny) * step;
  const end = Math.max(Math.ceil(most / step - tiny) * step, first === 100 && !isSigned ? 100 : first + step);
  const begin = Math.min(first, end - step);
  const count = Math.round((end - begin) / step);
  return {
    ticks: Array.from({ length: count + 1 }, (_, i) => {
      const at = begin + i * step;
      return { at: at / 100, label: isSigned && at > 0 ? `+${at}` : `${at}`.replace('-', '\u2212') };
    }),
    place: (value) => (value * 100 - begin) / (end - begin),
  };
}

const tiny = 1e-9;

/** An axis of amounts by powers: as far from 300 to 1,000 as from 1,000 to 3,333. Ticks are the amounts themselves. */
export function createAmountScale(amounts: readonly number[]): Scale {
  const logs = amounts.map((amount) => Math.log(Math.max(1, amount)));
  const least = Math.min(...logs);
  const most = Math.max(...logs);
  const place = (amount: number): number =>
    most === least ? 0.5 : (Math.log(Math.max(1, amount)) - least) / (most - least);
  const ticks: { at: number; label: string }[] = [];
  for (const at of [...new Set(amounts)].sort((a, b) => a - b)) {
    const last = ticks.at(-1);
    // Numbers that would lie over each other are left out.
    if (last === undefined || place(at) - place(last.at) > 0.14)
      ticks.push({ at, label: Math.round(at).toLocaleString('en-US') });
  }
  return { ticks, place };
}
