import type { Comparison } from '@scalequest/eval';
import { formatCount, formatInterval, formatTable } from './format.ts';

/** A comparison of two runs as text. */
export function formatComparison(comparison: Comparison, { flips }: { readonly flips: number }): string {
  const { a, b, pairs, pValue } = comparison;
  const lines = [
    formatTable([
      ['', 'model', 'protocol', 'correct'],
      ...[a, b].map((run, i) => [i === 0 ? 'A' : 'B', run.model, run.protocol, formatCount(run.correct)]),
    ]),
    '',
    `${formatCount(pairs)} samples in both runs${comparison.unpaired === 0 ? '' : `, ${formatCount(comparison.unpaired)} in one only`}`,
    `B - A: ${formatSigned(comparison.difference)}, 95 % interval ${formatInterval(comparison.interval)}`,
    `correct in B only ${formatCount(comparison.gained)}, in A only ${formatCount(comparison.lost)}`,
    pValue === null
      ? 'no exact test: some problems were sampled more than once, so read the interval'
      : `exact McNemar p ${pValue < 0.0001 ? '< 0.0001' : `= ${pValue.toFixed(4)}`}`,
    ...comparison.notes,
  ];
  const shown = comparison.flips.slice(0, flips);
  if (shown.length > 0) {
    lines.push(
      '',
      formatTable([['changed', 'epoch', 'A', 'B'], ...shown.map((f) => [f.id, String(f.epoch), f.a, f.b])]),
    );
  }
  const rest = comparison.flips.length - shown.length;
  if (rest > 0) lines.push(`and ${formatCount(rest)} more (--flips ${comparison.flips.length}, or --json)`);
  return lines.join('\n');
}

/** A difference of two shares in percentage points: a percent sign would read as a ratio. */
function formatSigned(share: number): string {
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} points`;
}
