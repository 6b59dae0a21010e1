/** A share as percent with one digit: `73.4 %`. */
export function formatPercent(share: number): string {
  return `${formatHundredths(share)} %`;
}

/** `[71.3, 75.4]`, in percent. */
export function formatInterval({ low, high }: { readonly low: number; readonly high: number }): string {
  return `[${formatHundredths(low)}, ${formatHundredths(high)}]`;
}

/** A share times a hundred with one digit, without a unit: `73.4`. What rounds to zero has no sign. */
export function formatHundredths(share: number): string {
  const text = (share * 100).toFixed(1);
  return text === '-0.0' ? '0.0' : text;
}

/** `850 ms`, `12.3 s`, `4 min 05 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(Math.floor(seconds % 60))} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** `5,000`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 problem`, `5,000 problems`. */
export function countOf(count: number, thing: string): string {
  return `${formatCount(count)} ${thing}${count === 1 ? '' : 's'}`;
}

/** `500 problems`, or `1,179 of 5,000 problems` where a part of a benchmark was asked. */
export function countPart({ problems, of }: { readonly problems: number; readonly of: number }): string {
  return problems === of ? countOf(of, 'problem') : `${formatCount(problems)} of ${countOf(of, 'problem')}`;
}

/** Columns of equal width, two spaces apart, below a row of headings. Columns of numbers are aligned to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  const isNumeric: boolean[] = [];
  for (const [number, row] of rows.entries()) {
    for (const [i, cell] of row.entries()) {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
      if (number > 0) isNumeric[i] = (isNumeric[i] ?? true) && i > 0 && /^[-+[]?[\d.,]+|^\?$/.test(cell);
    }
  }
  const align = (cell: string, i: number): string =>
    isNumeric[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0);
  return rows.map((row) => row.map(align).join('  ').trimEnd()).join('\n');
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
