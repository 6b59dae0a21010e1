/** Boxes count as one answer where less than this stands between them, or less than the second with an "and" or a comma. */
const near = 10;
const nearWithSeparator = 70;

/** A box: where its command starts, where what it holds ends, and what that is. */
interface Box {
  readonly start: number;
  readonly end: number;
  readonly content: string;
}

/**
 * The contents of all boxes of a text with commas between, without repeats; or of the last one and those close before
 * it. The text itself where there is none. A last box that is not closed holds the rest.
 */
export function readBoxes(text: string, which: 'all' | 'last'): string {
  const contents: string[] = [];
  let next: Box | undefined;
  for (let end = text.length; ; ) {
    const box = findLastBox(text, end);
    if (box === undefined) break;
    if (box === 'open') {
      if (contents.length === 0) contents.push(readOpenBox(text, end));
      break;
    }
    if (which === 'last' && next !== undefined && !isOneAnswer(text, box, next)) break;
    if (contents.at(-1) !== box.content) contents.push(box.content);
    next = box;
    end = box.start;
  }
  return contents.length === 0 ? text : contents.toReversed().join(',');
}

function findStart(text: string, end: number): { readonly start: number; readonly brace: number } | undefined {
  if (end <= 0) return undefined;
  const before = text.slice(0, end);
  const start = Math.max(before.lastIndexOf('\\boxed'), before.lastIndexOf('\\fbox'));
  if (start < 0) return undefined;
  let brace = start + (text.startsWith('\\boxed', start) ? 6 : 5);
  while (brace < end && /\s/.test(text[brace] as string)) brace++;
  return brace >= end ? undefined : { start, brace };
}

function findLastBox(text: string, end: number): Box | 'open' | undefined {
  const found = findStart(text, end);
  if (found === undefined) return undefined;
  if (text[found.brace] !== '{') return 'open';
  let depth = 0;
  for (let i = found.brace; i < end; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) {
      return { start: found.start, end: i, content: text.slice(found.brace + 1, i).trim() };
    }
  }
  return 'open';
}

function readOpenBox(text: string, end: number): string {
  return text.slice(findStart(text, end)?.brace ?? 0);
}

function isOneAnswer(text: string, box: Box, next: Box): boolean {
  const between = text.slice(box.end + 1, next.start);
  if (between.length < near) return true;
  return next.content !== box.content && between.length < nearWithSeparator && /\b(?:and|or)\b|[,;]/.test(between);
}
