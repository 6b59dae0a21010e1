import type { RunExport } from './read-export.ts';

/** The rows of a run as CSV (RFC 4180), its header first, line by line. */
export function* formatCsv({ graders }: RunExport): Generator<string> {
  const [first] = graders.flatMap(({ rows }) => rows.slice(0, 1));
  if (first === undefined) return;
  yield formatLine(Object.keys(first));
  for (const { rows } of graders) for (const row of rows) yield formatLine(Object.values(row));
}

function formatLine(cells: readonly unknown[]): string {
  return `${cells.map(formatCell).join(',')}\r\n`;
}

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe before it, which spreadsheets do not show: ids and
 * names of models come from elsewhere. Our own numbers stay numbers.
 */
function formatCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = String(value);
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
