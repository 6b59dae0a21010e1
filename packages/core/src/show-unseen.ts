/** Characters that are not seen, or that turn the text around them. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

/** Joins the letters of scripts such as Persian and Malayalam, and the parts of a picture: seen by what it does. */
const joiners = new Set(['\u200c', '\u200d']);

/**
 * Text on one line, with characters that are not seen written as what they are.
 *
 * @example
 * showUnseen('model\u202e'); // 'model[U+202E]'
 */
export function showUnseen(text: string): string {
  return text
    .replace(/\s*[\n\r\t]\s*/g, ' ')
    .replace(unseen, (character) =>
      joiners.has(character)
        ? character
        : `[U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
