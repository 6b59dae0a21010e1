import type { Ends, Estimate, Finding } from './estimate.ts';

const minus = '\u2212';

/** What is not known, or cannot be. */
export const none = '–';

/** A share from 0 to 1 in per cent with one place: `71.2`. What is there is not shown as none, nor what is missing as all. */
export function formatShare(share: number): string {
  const text = (share * 100).toFixed(1);
  if (text === '0.0' && share > 0) return '<0.1';
  return text === '100.0' && share < 1 ? '>99.9' : text;
}

/** A difference of two shares, in points: `+3.2`. */
export function formatPoints(difference: number): string {
  return formatSigned(difference * 100, 1);
}

export function formatSigned(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? minus : '+'}${text}`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** As p-values are written: three places, and no zero. */
export function formatP(pValue: number | null): string {
  if (pValue === null) return none;
  return pValue < 0.001 ? '<0.001' : pValue.toFixed(3);
}

/** `71.2 [68.0, 74.4]`. */
export function formatEstimate(estimate: Estimate | null, format: (value: number) => string = formatShare): string {
  if (estimate === null) return none;
  return `${format(estimate.mean)}${formatEnds(estimate, format)}`;
}

export function formatEnds(
  ends: { readonly low: number | null; readonly high: number | null } | Ends | null,
  format: (value: number) => string,
): string {
  return ends === null || ends.low === null || ends.high === null ? '' : ` [${format(ends.low)}, ${format(ends.high)}]`;
}

/** The mean of a few counts: whole where it is. */
export function formatMeanCount(counts: readonly number[]): string {
  if (counts.length === 0) return none;
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return mean.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

/** With what Holm's correction leaves of it. */
export function describeFinding({
  finding,
  holmPValue,
}: {
  readonly finding: Finding;
  readonly holmPValue: number | null;
}): string {
  if (finding === 'no interval' || finding === 'not shown') return finding;
  return (holmPValue ?? 1) < 0.05 ? finding : `${finding} by itself, not after Holm`;
}
