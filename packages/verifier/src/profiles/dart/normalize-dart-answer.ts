import { removeFirstBraces, removeOuterBrackets } from './brackets.ts';
import { cleanEnds } from './clean-ends.ts';
import { braceFractions, braceRoots, turnSlashes } from './fix-notation.ts';
import { extractDartSet, isDartSet } from './is-dart-equal.ts';
import { readBoolean, readWeekday } from './read-words.ts';

const functions = 'sin|cos|tan|cot|sec|csc|sinh|cosh|tanh|coth|sech|csch|log|ln|exp';

/** In this order: "\\\\%" goes before "\\%". */
const dropped: readonly string[] = [
  ...['\n', '\t', 'approximately', "'", '"', '\\$', '$', '￥', '£', '€', '{,}', '\\!', '\\,', '\\:', '\\;'],
  ...['\\quad', '\\qquad', '\\space', '\\thinspace', '\\medspace', '\\thickspace', '~,', '\\ ', '\\\\%', '\\%', '%'],
  ...['\\left', '\\right', '^{\\circ}', '^\\circ'],
];

const replaced: readonly (readonly [string, string])[] = [
  ['∪', '\\cup'],
  ['π', '\\pi'],
  ['∞', '\\infty'],
  ['∈', '\\in'],
  ['∩', '\\cap'],
  ['−', '-'],
  ['\\item', ','],
  ['and', ','],
  [';', ','],
  ['infinity', '\\infty'],
  ['+\\infty', '\\infty'],
  ['tfrac', 'frac'],
  ['dfrac', 'frac'],
  ['\\approx', '='],
  ['\\times', '*'],
  ['\\cdot', '*'],
  ['{.', '{0.'],
  [' .', ' 0.'],
  [':', '/'],
];

/** The first of each is taken away with its braces. In this order: `\em` spoils `\emph` before that is looked for. */
const commands: readonly string[] = [
  ...['textbf', 'textit', 'textsl', 'texttt', 'textsc', 'textsf', 'textrm', 'mathrm', 'mathbf', 'mathit', 'mathsf'],
  ...['mathtt', 'mathbb', 'mathcal', 'mathscr', 'mathfrak', 'bm', 'em', 'emph', 'underline', 'overline', 'tiny'],
  ...['scriptsize', 'footnotesize', 'small', 'normalsize', 'large', 'Large', 'LARGE', 'huge', 'Huge', 'newline', 'par'],
  ...['noindent', 'indent', 'footnote', 'cite', 'ref', 'label', 'textsuperscript', 'textsubscript', 'text', 'mbox'],
  'renewcommand{\\arraystretch}',
].map((name) => `\\${name}`);

const environments = ['align', 'align*', 'center', 'flushleft', 'flushright', 'itemize', 'enumerate', 'description'];

/** Taken away behind a number that ends the text, also with e, s or es behind. Patterns, in this order. */
const units: readonly RegExp[] = [
  ...['hour', 'minute', 'min', 'sec', 'second', 'day', 'week', 'month', 'year', 'meter', 'mile', 'kg', 'mg', 'g', 't'],
  ...['ton', 'nm', 'pm', 'um', 'μm', 'm', 'cm', 'mm', 'dm', 'km', 'kilometer', 'inch', 'feet', 'piece', 'bit', 'hz'],
  ...['Hz', 'm/s', 'km/s', 'billion', 'eV', 'V', 'C', 's', 'a\\.?m\\.?', '(?<!\\\\)p\\.?m\\.?'],
].map((unit) => new RegExp(`(?<=[-\\d.*^{}])${unit}e?s?$`));

const smallNumbers: ReadonlyMap<string, string> = new Map(
  [
    ...['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen'],
    ...['fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen', 'twenty'],
  ].map((word, i) => [word, String(i + 1)]),
);

/** What may stand before an equals sign and be dropped: `x`, `AB`, `f(x)`, `\theta`. */
const label =
  /^(?:[a-z]|[A-Z]{2}|\\?(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|omicron|pi|rho|sigma|tau|upsilon|phi|chi|psi|omega|sin|cos|sec|csc|tan|cot|sinh|cosh|sech|csch|tanh|coth|log|ln|exp))\^?\{?-?(?:'|\\prime|\d)*\}?(?:\(-?(?:[\d.]+|[a-z])?\))?$/;

/** An answer as DART-Math compares it: words of yes, no and weekdays, else mathematics without dress and units. */
export function normalizeDartAnswer(answer: string): string {
  const text = cleanEnds(answer.replaceAll('\n', ''));
  return readBoolean(text) ?? readWeekday(text) ?? normalizeMathematics(text);
}

function normalizeMathematics(answer: string): string {
  let text = answer;
  for (const part of dropped) text = text.replaceAll(part, '');
  for (const [before, after] of replaced) text = text.replaceAll(before, after);
  if (!text.includes('\\infty')) text = text.replaceAll('inf', '\\infty');
  text = text.replaceAll(' ', '');
  for (const command of commands) text = removeCommand(text, command);
  for (const name of environments) text = text.replaceAll(`\\begin{${name}}`, '').replaceAll(`\\end{${name}}`, '');
  text = normalizeDegrees(text);
  text = normalizeFunctions(text);
  text = text.replaceAll(/\{[a-z]?matrix\}/g, '{array}');
  text = text.replaceAll(/\\begin\{array\}\{[lcr]*\}/g, '\\begin{array}{}');
  if (!text.includes('\\begin{array}')) text = text.replaceAll('\\\\', '');
  if (text.includes('j') && !text.includes('i')) text = text.replaceAll('j', 'i');
  text = text.replaceAll(/(\d)\.0+(\D)/g, '$1$2').replace(/(\d)\.0+$/, '$1');
  for (const unit of units) text = text.replace(unit, '');
  if (text === '') return '';
  if (text.startsWith('.')) text = `0${text}`;
  const parts = isDartSet(text) ? extractDartSet(text) : [text];
  return finish(parts.map(normalizePart).join(','));
}

function removeCommand(text: string, command: string): string {
  const at = text.indexOf(command);
  if (at < 0) return text;
  const before = text.slice(0, at).trim();
  const behind = text.slice(at + command.length).trim();
  if (behind.startsWith('{')) return before + removeFirstBraces(behind);
  const close = behind.indexOf('}');
  if (!before.endsWith('{') || close < 0) return before + behind;
  return before.slice(0, -1) + behind.slice(0, close) + behind.slice(close + 1);
}

function normalizeDegrees(answer: string): string {
  const text = answer.replaceAll('rad', '');
  if (!text.includes('circ')) return text;
  return text.replace(/^(\d+)\^?\\?circ$/, '$1').replaceAll(/(\d+)\^?\\?circ/g, '{$1*\\frac{\\pi}{180}}');
}

/** A function without a power gets the power 1, which keeps its name apart from what follows. */
function normalizeFunctions(text: string): string {
  return text
    .replaceAll(new RegExp(`(?<!\\\\)(pi\\b|${functions})`, 'g'), '\\$1')
    .replaceAll(new RegExp(`\\\\?(${functions})\\^(\\d+)`, 'g'), '\\$1^{$2}')
    .replaceAll(new RegExp(`\\\\?(${functions})(?!\\^)`, 'g'), '\\$1^{1}');
}

function normalizePart(part: string): string {
  let text = braceRoots(part);
  if (text.startsWith('frac')) text = `\\${text}`;
  text = turnSlashes(braceFractions(text)).replace(/^[a-z]\\in/, '');
  if (!text.includes(',')) text = removeOuterBrackets(text);
  if (!text.includes('\\begin{array}')) text = dropLabels(text);
  return splitPlusMinus(text).replace(/^0+([1-9])/, '$1');
}

function dropLabels(text: string): string {
  const sides = text.split('=');
  if (sides.length > 2) return sides.at(-1) as string;
  const [first, second] = sides;
  if (first === undefined || second === undefined) return text;
  return label.test(first.trim()) || !/[a-zA-Z]/.test(first) ? second : text;
}

/** `a\pm b` is two answers, the first by minus. */
function splitPlusMinus(text: string): string {
  const pattern = /([\p{L}\p{N}_.\\{}+\-*^]+?)(?:\\pm|\\mp)([\p{L}\p{N}_.\\{}+\-*^]+)/gu;
  if (!text.includes('\\pm') && !text.includes('\\mp')) return text;
  const inner = removeOuterBrackets(text);
  const split = inner.replaceAll(pattern, '$1-$2,$1+$2');
  return split === inner ? text : split;
}

function finish(joined: string): string {
  let text = joined.includes(',') ? joined : removeOuterBrackets(joined);
  text = smallNumbers.get(text) ?? text;
  text = cleanEnds(text.replaceAll(/\\mid([a-z])/g, '\\mid $1'));
  for (const sign of ['<', '>']) {
    const isList = text.includes(',') || /and|or/i.test(text);
    if (text.split(sign).length > 2 && !isList) text = text.replaceAll(sign, ',');
  }
  return text;
}
