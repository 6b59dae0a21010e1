/**
 * A word as a shell reads it: in quotes where it needs them.
 *
 * @example
 * shellWord("it's"); // 'it'\''s'
 */
export function shellWord(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
