import { qwenUnits } from './qwen-units.ts';
import { readNumberWords } from './read-number-words.ts';

/** Python's \W and \w know the letters of all scripts. */
const units = qwenUnits.map((unit) => ({
  unit,
  pattern: new RegExp(`(^|[^\\p{L}\\p{N}_])${unit}($|[^\\p{L}\\p{N}_])`, 'gu'),
}));

/** Longer texts keep their units: no answer is that long. */
const longestWithUnits = 2000;

/**
 * The text that Qwen2.5-Math's toolkit compares instead of an answer: without units, dollars, percent signs, `\left`
 * and spaces, with the braces of fractions written. Doing it twice may change more, and the toolkit does that to
 * predictions.
 *
 * @example
 * stripQwenAnswer('x = \\dfrac12 \\text{ cm}'); // '\\frac{1}{2}'
 */
export function stripQwenAnswer(answer: string): string {
  let text = answer.trim().replaceAll('\n', '').replace(/\.+$/, '').replaceAll('\\!', '');
  text = renameCommands(text);
  text = keepUnlessEmpty(text, text.replace(/\\text\{.*?\}$/, '').trim());
  text = removeUnits(text);
  text = text.replaceAll('^{\\circ}', '').replaceAll('^\\circ', '');
  text = text.replaceAll(/\\\$|\$|\\\(|\\\)/g, '');
  text = readNumberWords(text) ?? text;
  text = removeWords(text);
  text = text.replaceAll(/\\?%/g, '').replaceAll(' .', ' 0.').replaceAll('{.', '{0.');
  text = nameInfinity(text);
  text = text
    .replaceAll('and', '')
    .replaceAll('\\mathbf', '')
    .replaceAll(/\\mbox\{.*?\}/g, '');
  if (text.includes('j') && !text.includes('i')) text = text.replaceAll('j', 'i');
  text = text.replaceAll(/(\d)\.0*([^\d])/g, '$1$2').replace(/(\d)\.0*$/, '$1');
  if (text === '') return '';
  if (text.startsWith('.')) text = `0${text}`;
  const sides = text.split('=');
  if (sides.length === 2 && (sides[0] as string).length <= 2) text = sides[1] as string;
  text = text.replaceAll(/\\sqrt([\p{L}\p{N}_]+)/gu, '\\sqrt{$1}').replaceAll(' ', '');
  return writeFraction(braceFractions(text));
}

function keepUnlessEmpty(text: string, changed: string): string {
  return changed === '' ? text : changed;
}

/** Every array and bmatrix is a pmatrix, and the styles of fractions and relations are one. */
function renameCommands(text: string): string {
  return text
    .replaceAll(/\\begin\{array\}\{.*?\}/g, '\\begin{pmatrix}')
    .replaceAll('\\end{array}', '\\end{pmatrix}')
    .replaceAll('bmatrix', 'pmatrix')
    .replaceAll('tfrac', 'frac')
    .replaceAll('dfrac', 'frac')
    .replaceAll('\\neq', '\\ne')
    .replaceAll('\\leq', '\\le')
    .replaceAll('\\geq', '\\ge')
    .replaceAll('\\left', '')
    .replaceAll('\\right', '')
    .replaceAll('\\{', '{')
    .replaceAll('\\}', '}');
}

/** Twice, as a removed word may set another free. A text that would become empty stays. */
function removeUnits(answer: string): string {
  if (answer.length > longestWithUnits || !/\p{L}/u.test(answer)) return answer;
  let text = answer;
  for (let round = 0; round < 2; round++) {
    for (const { pattern } of units) text = keepUnlessEmpty(text, text.replaceAll(pattern, '$1$2'));
  }
  return text;
}

function removeWords(answer: string): string {
  let text = answer.replaceAll(/\\text\{(.*?)\}/g, '$1');
  for (const sign of ['=', '\\in', '\\to']) {
    for (const letter of ['x', 'y', 'z']) text = text.replaceAll(letter + sign, '');
  }
  return text.replaceAll('\\emptyset', '{}').replaceAll('(-\\infty,\\infty)', '\\mathbb{R}');
}

function nameInfinity(answer: string): string {
  const text = answer.replaceAll('infinity', '\\infty');
  return text.includes('\\infty') ? text : text.replaceAll('inf', '\\infty');
}

/** `\frac12` and `\frac1{2}` get their braces; where one has nothing behind it, the text stays. */
function braceFractions(text: string): string {
  const [before = '', ...behind] = text.split('\\frac');
  let result = before;
  for (const part of behind) {
    if (part.startsWith('{')) result += `\\frac${part}`;
    else if (part.length < 2) return text;
    else result += `\\frac{${part[0]}}${part[1] === '{' ? part.slice(1) : `{${part[1]}}${part.slice(2)}`}`;
  }
  return result;
}

/** `3/4` becomes `\frac{3}{4}`: whole numbers, or anything with a root. */
function writeFraction(text: string): string {
  const parts = text.split('/');
  if (parts.length !== 2) return text;
  const isPlain = parts.every((part) => part.includes('sqrt') || /^(?:0|-?[1-9]\d*)$/.test(part));
  return isPlain ? `\\frac{${parts[0]}}{${parts[1]}}` : text;
}
