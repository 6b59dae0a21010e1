/** Characters shown before the first that differs, and of each text in all. */
const before = 40;
const shown = 160;

/**
 * Where a text and the one made anew begin to differ: the line, and that part of it in both. Quoted as in JSON, so that a
 * line end or a space can be seen.
 *
 * @example
 * findDifference('a\nb\r\n', 'a\nb\n'); // Line 2 would change from "b\r" to "b".
 */
export function findDifference(there: string, made: string): string {
  const [old, fresh] = [there.split('\n'), made.split('\n')];
  const line = old.findIndex((text, i) => text !== fresh[i]);
  const at = line === -1 ? old.length : line;
  const [from, to] = [old[at], fresh[at]];
  const start = Math.max(0, findColumn(from ?? '', to ?? '') - before);
  return `Line ${at + 1} would change from ${show(from, start)} to ${show(to, start)}.`;
}

function findColumn(a: string, b: string): number {
  let column = 0;
  while (column < a.length && a[column] === b[column]) column++;
  return column;
}

function show(line: string | undefined, start: number): string {
  if (line === undefined) return 'its end';
  const [begin, end] = [start > 0 ? '…' : '', line.length > start + shown ? '…' : ''];
  return JSON.stringify(`${begin}${line.slice(start, start + shown)}${end}`);
}
