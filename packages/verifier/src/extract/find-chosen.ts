import type { Finding } from './span.ts';

/** How much of the end of a reply is read for the choice that it names. */
const longestEnd = 400;

/** "Option B is correct." at the end of a reply: the letter of the last choice that is called right. */
export function findChosen(text: string): Finding {
  const from = Math.max(0, text.length - longestEnd);
  const found = [
    ...text.slice(from).matchAll(/\b(?:option|choice) \(?([A-J])\)? is (?:the )?(?:correct|right)\b/gi),
  ].at(-1);
  if (found === undefined) return null;
  const letter = found[1] as string;
  const start = from + found.index + found[0].indexOf(letter, 6);
  return { start, end: start + 1, answer: letter };
}
