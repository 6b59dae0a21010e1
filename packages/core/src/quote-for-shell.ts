/**
 * A word as a shell reads it, where it is to be typed.
 *
 * @example
 * quoteForShell("it's.json"); // 'it'\''s.json'
 */
export function quoteForShell(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
