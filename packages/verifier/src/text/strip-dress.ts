import { skipBraces } from '../chars.ts';

/** What may stand behind a whole answer: the end of a line, of a proof, of a sentence, the number of an equation. */
const tails: readonly string[] = ['\\\\', '\\blacksquare', '\\square', '\\qed', '\\text{.}', ',', ';'];

/** Environments that only set lines below each other. */
const layouts: readonly string[] = ['aligned', 'align*', 'align', 'gathered', 'split', 'equation*', 'equation'];

/**
 * Takes off one piece of what surrounds a whole answer in documents and programs and says nothing: colours, layouts,
 * the tail of a line, a leading equals sign, a list of one string. The same text where there is none.
 */
export function stripDress(text: string): string {
  for (const tail of tails) {
    if (text.length > tail.length && text.endsWith(tail) && (tail.length > 1 || text.at(-2) !== '\\')) {
      return text.slice(0, -tail.length);
    }
  }
  if (text.charCodeAt(0) === 61 && text.length > 1) return text.slice(1);
  if (text.endsWith("']") && text.startsWith("['") && text.indexOf("'", 2) === text.length - 2)
    return text.slice(2, -2);
  if (!text.endsWith('}')) return text;
  if (text.startsWith('\\color{') || text.startsWith('\\textcolor{')) return stripColour(text);
  const tag = text.lastIndexOf('\\tag{');
  if (tag > 0 && skipBraces(text, tag + 4) === text.length) return text.slice(0, tag);
  return text.startsWith('\\begin{') ? stripLayout(text) : text;
}

function stripColour(text: string): string {
  const end = skipBraces(text, text.indexOf('{'));
  const isWhole = text[end] === '{' && skipBraces(text, end) === text.length;
  return end > 0 && isWhole ? text.slice(end + 1, -1) : text;
}

/** Lines become answers side by side, but for those that go on with a sign of relation. */
function stripLayout(text: string): string {
  const name = layouts.find((each) => text.startsWith(`\\begin{${each}}`) && text.endsWith(`\\end{${each}}`));
  if (name === undefined) return text;
  const inner = text.slice(name.length + 8, -name.length - 6);
  if (inner.includes('\\begin')) return text;
  const lines = inner.split('\\\\').map((line) => line.replaceAll('&', ' ').trim());
  return lines
    .filter((line) => line !== '')
    .reduce((all, line) => (all === '' ? line : `${all}${/^(?:=|<|>|\\le|\\ge)/.test(line) ? ' ' : ', '}${line}`), '');
}
