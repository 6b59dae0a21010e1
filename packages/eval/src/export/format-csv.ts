import { formatCsvCell } from '@scalequest/core';
import { listColumns } from './export-columns.ts';
import type { RunExport } from './read-export.ts';

/** The rows of a run as CSV (RFC 4180), its header first, line by line. */
export function* formatCsv(run: RunExport): Generator<string> {
  const names = listColumns(run).map(({ name }) => name);
  yield formatCsvLine(names);
  for (const { rows } of run.graders) for (const row of rows) yield formatCsvLine(names.map((name) => row[name]));
}

/** One line of a table for spreadsheets, its end (CR LF) with it. What is not known is an empty cell. */
export function formatCsvLine(cells: readonly (string | number | null | undefined)[]): string {
  return `${cells.map(formatCell).join(',')}\r\n`;
}

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe before it: ids and names of models come from
 * elsewhere. The signs are those of OWASP, and the wide ones that Japanese versions take as well. Our own numbers stay numbers.
 */
function formatCell(value: string | number | null | undefined): string {
  if (typeof value !== 'string') return value === null || value === undefined ? '' : String(value);
  return formatCsvCell(/^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : value, ',');
}
