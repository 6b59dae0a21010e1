import { html, type Markup } from '@scalequest/core';
import type { ReportedRow } from '../board.ts';

/** A share from 0 to 1 in per cent with one place, without the sign: `71.2`. What is there is not shown as none. */
export function formatShare(share: number): string {
  const text = (share * 100).toFixed(1);
  if (text === '0.0' && share > 0) return '<0.1';
  return text === '100.0' && share < 1 ? '>99.9' : text;
}

/** A value that was published, with the digits that it was published with and without the sign: `91.0`. */
export function formatReported({ percent, digits }: ReportedRow): string {
  return percent.toFixed(digits);
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A cost may be thousands or a fraction of a hundredth: two places from 100 on, else three figures. */
export function formatAmount(amount: number): string {
  return amount.toLocaleString('en-US', amount >= 100 ? { maximumFractionDigits: 2 } : { maximumSignificantDigits: 3 });
}

/** A difference of two shares, in points of a hundred. */
export function formatPoints(difference: number): string {
  return (difference * 100).toFixed(1);
}

/** `1 row`, `3 rows`. */
export function formatNumberOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Stands where a value is not known. */
export const unknown: Markup = html`<span class="soft" aria-hidden="true">–</span><span class="unseen">not known</span>`;
