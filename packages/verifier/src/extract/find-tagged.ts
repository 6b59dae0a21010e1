import { type Finding, makeFinding } from './span.ts';

const openTag = /<(?:final[_ ]?)?(?:answer|solution)>/gi;
const closeTag = /<\/(?:final[_ ]?)?(?:answer|solution)>/gi;

/** A longer text between tags holds its working, too. */
const longestTagged = 300;

/**
 * The last `<answer>5</answer>`. A reply may stop before the closing tag, which is a stop word of many prompts.
 */
export function findTagged(text: string): Finding {
  let start = -1;
  for (const { index, 0: tag } of text.matchAll(openTag)) start = index + tag.length;
  if (start === -1) return null;
  closeTag.lastIndex = start;
  const end = closeTag.exec(text)?.index ?? text.length;
  return end - start > longestTagged ? null : makeFinding(text, { start, end });
}

const jsonKey = /["'](?:final[_ ]?)?answer["']\s*:\s*/gi;

/** The value of the last `"answer": "5"` of a JSON object, as it is written. */
export function findJsonAnswer(text: string): Finding {
  let start = -1;
  for (const { index, 0: key } of text.matchAll(jsonKey)) start = index + key.length;
  if (start === -1 || start >= text.length) return null;
  const quote = text[start] as string;
  if (quote === '"' || quote === "'") {
    let end = start + 1;
    while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1;
    return end >= text.length ? 'truncated' : makeFinding(text, { start: start + 1, end });
  }
  let end = start;
  let depth = 0;
  for (; end < text.length; end++) {
    const character = text[end] as string;
    if ('[{'.includes(character)) depth++;
    else if (']}'.includes(character) && --depth < 0) break;
    else if (depth === 0 && (character === ',' || character === '\n')) break;
  }
  return makeFinding(text, { start, end });
}
