import { isDigit } from '../../chars.ts';
import { readBracket } from '../../text/brackets.ts';

/** Most elements of a matrix that is read. */
export const mostElements = 400;

/**
 * The cells of an environment by rows; null where rows are not of one length or a cell is empty. `\\[2pt]` and `\cr`
 * end a row, `\hline` only draws. So does a lone backslash before a digit or a minus: the second one was lost.
 */
export function splitRows(body: string): readonly (readonly string[])[] | null {
  const rows: string[][] = [[]];
  let depth = 0;
  let start = 0;
  const endCell = (end: number): void => {
    rows.at(-1)?.push(body.slice(start, end).replaceAll('\\hline', '').trim());
  };
  for (let i = 0; i < body.length; ) {
    const { change, width } = readBracket(body, i);
    const rowBreak = depth === 0 && body.charCodeAt(i) === 92 ? measureBreak(body, i) : 0;
    if (rowBreak > 0 || (depth === 0 && body[i] === '&')) {
      endCell(i);
      if (rowBreak > 0) rows.push([]);
      i += rowBreak || 1;
      start = i;
      continue;
    }
    depth += change;
    if (depth < 0) return null;
    i += width;
  }
  endCell(body.length);
  if (rows.length > 1 && rows.at(-1)?.join('') === '') rows.pop();
  return isFull(rows) ? rows : null;
}

export function isFull(rows: readonly (readonly string[])[]): boolean {
  const width = rows[0]?.length ?? 0;
  if (width === 0 || rows.length * width > mostElements) return false;
  return rows.every((row) => row.length === width && row.every((cell) => cell !== ''));
}

function measureBreak(body: string, index: number): number {
  const next = body.charCodeAt(index + 1);
  if (isDigit(next) || next === 45) return 1;
  if (body.startsWith('\\cr', index) && !/[a-z]/i.test(body[index + 3] ?? '')) return 3;
  if (next !== 92) return 0;
  const skip = /^\*?\[-?[\d.]{1,8}(?:pt|em|ex|mm|cm|in)\]/.exec(body.slice(index + 2, index + 20));
  return 2 + (skip?.[0].length ?? 0);
}
