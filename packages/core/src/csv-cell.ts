/**
 * One cell of a table by RFC 4180: what would be read as the end of the cell, or trimmed, is quoted, and a quote is
 * written twice.
 *
 * @param delimiter - what stands between two cells
 * @example
 * formatCsvCell('say "a", then b', ','); // '"say ""a"", then b"'
 */
export function formatCsvCell(text: string, delimiter: string): string {
  const needsQuotes = text.includes(delimiter) || /["\r\n]|^\s|\s$|^\ufeff/.test(text);
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
}
