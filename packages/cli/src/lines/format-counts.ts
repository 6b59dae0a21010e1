import { countOf, formatCount } from '../output/format.ts';
import type { OutputFiles } from './check-files.ts';

/** `3 equal, 1 different, 1 bad line (in bad.jsonl); written to out.jsonl`. */
export function formatCounts(
  { bad = 0, ...counts }: Readonly<Record<string, number>>,
  { out, bad: badFile }: OutputFiles,
): string {
  const parts = Object.entries(counts).map(([name, n]) => `${formatCount(n)} ${name}`);
  if (bad > 0) parts.push(`${countOf(bad, 'bad line')}${badFile === undefined ? '' : ` (in ${badFile})`}`);
  return `${parts.join(', ')}${out === '-' ? '' : `; written to ${out}`}`;
}
