import { countWords } from './find-whole.ts';
import { type Finding, makeFinding } from './span.ts';

const longestBold = 100;

/** A last line that is bold from end to end and holds an answer and no sentence: `**42**`, `**x = 5**`. */
export function findBoldLine(text: string): Finding {
  const end = text.trimEnd().length;
  const start = text.lastIndexOf('\n', end - 1) + 1;
  if (end - start > longestBold) return null;
  const found = /^[-*• ]{0,4}\*\*([^*]+?)\.?\*\*\.?$/.exec(text.slice(start, end));
  const content = found?.[1];
  if (content === undefined || content.endsWith(':') || countWords(content) > 2 || !/\d|^[$\\(]|=/.test(content))
    return null;
  const at = text.indexOf(content, start);
  return makeFinding(text, { start: at, end: at + content.length });
}
