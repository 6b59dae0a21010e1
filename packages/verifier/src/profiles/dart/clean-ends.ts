const ends = [':', '.', '/', ',', '#', '?', '$', '"', "'", 'к', 'и'];
const neverLast: ReadonlySet<string> = new Set(['(', '[', '{', '\\', ...ends]);
const neverFirst: ReadonlySet<string> = new Set(['!', ')', ']', '}', ...ends]);

/** Without the punctuation that no answer ends with. */
export function cleanTrailing(text: string): string {
  let end = text.length;
  while (end > 0 && (neverLast.has(text[end - 1] as string) || /\s/.test(text[end - 1] as string))) end--;
  return text.slice(0, end).trim();
}

/** Without the punctuation that no answer begins or ends with. */
export function cleanEnds(text: string): string {
  let start = 0;
  while (start < text.length && (neverFirst.has(text[start] as string) || /\s/.test(text[start] as string))) start++;
  return cleanTrailing(text.slice(start));
}
