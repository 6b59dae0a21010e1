const stringOrSpace = /("(?:[^"\\]|\\.)*")|\s+/g;

/**
 * Whether a text is JSON as `JSON.stringify` writes it, but for spaces and line ends. It is not where a key is there
 * twice: a reader sees the first, and a program the last.
 *
 * @example
 * isAsWritten('{ "correct": 9, "correct": 1 }'); // false
 */
export function isAsWritten(text: string): boolean {
  return text.replaceAll(stringOrSpace, '$1') === JSON.stringify(JSON.parse(text));
}
