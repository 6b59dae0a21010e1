import { createDraw } from './create-draw.ts';
import { readBrackets, splitAtCommas } from './read-brackets.ts';

/** What was changed in a reference. */
export type MutantKind =
  | 'digit'
  | 'sign'
  | 'variable'
  | 'bracket'
  | 'element-dropped'
  | 'element-added'
  | 'elements-swapped'
  | 'operator'
  | 'exponent'
  | 'function'
  | 'subscript';

export interface Mutant {
  readonly kind: MutantKind;
  readonly text: string;
}

/** A change of a text: the span that is replaced, and what stands there instead. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Token {
  readonly text: string;
  readonly start: number;
}

/** A reference as the finders of changes see it. */
interface Scanned {
  readonly text: string;
  /** Tokens that carry mathematics: no prose, no names of environments, no column specifications. */
  readonly tokens: readonly Token[];
  /** A number from 0 to 1 that depends on the text and on the call alone. */
  readonly draw: () => number;
}

const mostOfOneKind = 2;

/**
 * Texts that differ from a reference in one place and in meaning, up to two of each kind. The same reference always
 * gives the same ones. What means the same by a general rule is never made: another sign of zero or of an arbitrary
 * constant, the order of a list, a closed bracket at infinity, another name of a bound variable.
 */
export function makeMutants(reference: string): readonly Mutant[] {
  const draw = createDraw(reference);
  const scanned: Scanned = { text: reference, tokens: scan(reference), draw };
  const seen = new Set([reference]);
  return finders.flatMap(([kind, find]) => {
    const texts = shuffle(find(scanned), draw).map((change) => apply(reference, change));
    const fresh = texts.filter((text) => text.trim() !== '' && !seen.has(text)).slice(0, mostOfOneKind);
    for (const text of fresh) seen.add(text);
    return [...new Set(fresh)].map((text) => ({ kind, text }));
  });
}

const finders: readonly (readonly [MutantKind, (scanned: Scanned) => readonly Change[]])[] = [
  ['digit', findDigits],
  ['sign', findSigns],
  ['variable', findVariables],
  ['bracket', findBrackets],
  ['element-dropped', dropElements],
  ['element-added', addElements],
  ['elements-swapped', swapElements],
  ['operator', findOperators],
  ['exponent', findExponents],
  ['function', findFunctions],
  ['subscript', findSubscripts],
];

function apply(text: string, { start, end, text: inserted }: Change): string {
  return text.slice(0, start) + inserted + text.slice(end);
}

function replace({ text, start }: Token, by: string): Change {
  return { start, end: start + text.length, text: by };
}

function pick<Item>(items: readonly Item[], draw: () => number): Item {
  return items[Math.floor(draw() * items.length)] as Item;
}

function shuffle<Item>(items: readonly Item[], draw: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, order: draw() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

/** Commands with their argument in braces, column specifications, sizes behind a line break, and words of prose: a slip of the pen in one means the same. */
const noMathematics =
  /\\(?:text\w*|mbox|mathrm|operatorname|begin|end|hspace|vspace|mathbb|mathbf)\*?\s*\{[^{}]*\}(?:\s*\{[lcr|\s]*\})?|\\\\\[[^\]]*\]|(?<![\\a-zA-Z])(?:[a-zA-Z]{3,}|(?:am|an|as|at|be|by|cm|do|ft|he|if|in|is|it|km|lb|mi|mm|my|no|of|on|or|pt|so|to|up|us|we)(?![a-zA-Z])|a(?= [a-zA-Z]{2}))/gi;

function scan(text: string): readonly Token[] {
  const hidden = text.replaceAll(noMathematics, (match) => '\0'.repeat(match.length));
  return [...hidden.matchAll(/\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|[^\s\0]/g)].map((match) => ({
    text: match[0],
    start: match.index,
  }));
}

const isNumber = ({ text }: Token): boolean => /^\d/.test(text);

/** `x_1`, `x_{1}`: these have a kind of their own. */
function isSubscript(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text === '{' ? tokens[index - 2] : tokens[index - 1];
  return before?.text === '_';
}

/** A digit becomes another one. To the power of 0 every number is 1. */
function findDigits({ text, tokens, draw }: Scanned): readonly Change[] {
  const numbers = tokens.filter(
    (token, i) =>
      !isSubscript(tokens, i) && isNumber(token) && !/^\s*\^\{?0/.test(text.slice(token.start + token.text.length)),
  );
  return numbers.flatMap((token) =>
    [...token.text].flatMap((digit, i): Change[] => {
      if (digit === '.') return [];
      const others = [...'0123456789'].filter((other) => other !== digit && (other !== '0' || i > 0));
      const at = token.start + i;
      return [{ start: at, end: at + 1, text: pick(others, draw) }];
    }),
  );
}

/** Zero has no sign, and neither has an arbitrary constant. */
function isSignless(text: string, end: number): boolean {
  return /^\s*(?:0(?![.\d])|[cCkK](?:_\{?\d\}?)?(?![a-zA-Z]))/.test(text.slice(end));
}

/** A sign is turned, or set before a lone number. */
function findSigns({ text, tokens }: Scanned): readonly Change[] {
  const signs = tokens.filter(
    (token) => (token.text === '+' || token.text === '-') && !isSignless(text, token.start + 1),
  );
  const turned = signs.map((token) => replace(token, token.text === '+' ? '-' : '+'));
  const isLoneNumber =
    /^\$?(?!0,)(?:\d+(?:,\d{3})*(?:\.\d+)?|\\[dt]?frac\{?\d+\}?\{?\d+\}?)\$?$/.test(text) && /[1-9]/.test(text);
  const start = text.startsWith('$') ? 1 : 0;
  return isLoneNumber ? [...turned, { start, end: start, text: '-' }] : turned;
}

/** Declared to be whole or real, of a sum, or of a function: another name would mean the same. */
function isBound(text: string, letter: string): boolean {
  const name = letter.replace('\\', '\\\\');
  return new RegExp(
    `${name}\\s*(?:\\\\in|is an|is a|\\\\mid|\\||:)|_\\{?${name}\\s*=|^\\$?\\w+\\(${name}\\)|(?:integer|real|number)s? ${name}`,
  ).test(text);
}

/** One letter becomes another that the reference does not have. */
function findVariables({ text, tokens, draw }: Scanned): readonly Change[] {
  const letters = tokens.filter((token, i) => {
    if (!/^[a-zA-Z]$/.test(token.text) || 'dei'.includes(token.text)) return false;
    const isConstant = /^[cCkK]$/.test(token.text) && (/[cCkK]_|[+-]\s*[cCkK]\b/.test(text) || text.includes('='));
    return !isConstant && !isBound(text, token.text) && tokens[i - 1]?.text !== '_' && tokens[i + 1]?.text !== '(';
  });
  const free = [...'xyzabtrpquvw'].filter((letter) => !text.includes(letter));
  return free.length === 0 ? [] : letters.map((token) => replace(token, pick(free, draw)));
}

/** One end of an interval or a point gets the other bracket. An infinite end is never closed. */
function findBrackets({ text }: Scanned): readonly Change[] {
  return readBrackets(text).flatMap(({ start, end, items }): Change[] => {
    if (items.length !== 2 || text[start] === '{') return [];
    const turn = (at: number): Change => ({ start: at, end: at + 1, text: turned[text[at] as string] as string });
    const ends: Change[] = [];
    if (!items[0]?.text.includes('infty')) ends.push(turn(start));
    if (!items[1]?.text.includes('infty')) ends.push(turn(end));
    return ends;
  });
}

const turned: Readonly<Record<string, string>> = { '(': '[', '[': '(', ')': ']', ']': ')' };

/** The elements of every point, interval and set, and those of a list that is the whole answer. */
function listGroups(text: string): readonly { readonly items: readonly Token[]; readonly isOrdered: boolean }[] {
  const groups = readBrackets(text).map(({ start, items }) => ({ items, isOrdered: text[start] !== '{' }));
  const dollars = /^\$[^$]+\$$/.test(text) ? 1 : 0;
  const inner = text.slice(dollars, text.length - dollars);
  const list = /[a-zA-Z]{3,}/.test(inner.replaceAll(/\\[a-zA-Z]+/g, '')) ? [] : splitAtCommas(inner, dollars);
  return [...groups, { items: list, isOrdered: false }].filter(({ items }) => items.length > 1);
}

function dropElements({ text }: Scanned): readonly Change[] {
  return listGroups(text).flatMap(({ items }) =>
    items.flatMap((item, i): Change[] => {
      const next = items[i + 1];
      const previous = items[i - 1];
      // A repeated element says nothing more.
      if (items.some((other) => other !== item && other.text.trim() === item.text.trim())) return [];
      if (next !== undefined) return [{ start: item.start, end: next.start, text: '' }];
      return previous === undefined
        ? []
        : [{ start: previous.start + previous.text.length, end: item.start + item.text.length, text: '' }];
    }),
  );
}

function addElements({ text, draw }: Scanned): readonly Change[] {
  return listGroups(text).map(({ items }) => {
    const last = items.at(-1) as Token;
    const at = last.start + last.text.length;
    return { start: at, end: at, text: `, ${101 + Math.floor(draw() * 800)}` };
  });
}

function swapElements({ text }: Scanned): readonly Change[] {
  return listGroups(text).flatMap(({ items, isOrdered }) => {
    if (!isOrdered) return [];
    return items.slice(1).flatMap((item, i): Change[] => {
      const previous = items[i] as Token;
      const [a, b] = [previous.text.trim(), item.text.trim()];
      // Elements with names may stand in any order: x = 1, y = 2.
      const areNamed = a.includes('=') && b.includes('=');
      return a === b || areNamed
        ? []
        : [{ start: previous.start, end: item.start + item.text.length, text: `${b}, ${a}` }];
    });
  });
}

const otherOperators: Readonly<Record<string, readonly string[]>> = {
  '<': ['\\le ', '>'],
  '>': ['\\ge ', '<'],
  '\\le': ['<', '\\ge '],
  '\\leq': ['<', '\\geq '],
  '\\leqslant': ['<'],
  '\\ge': ['>', '\\le '],
  '\\geq': ['>', '\\leq '],
  '\\geqslant': ['>'],
  '\\ne': ['='],
  '\\neq': ['='],
  '\\cup': ['\\cap '],
  '\\cdot': ['+'],
  '\\times': ['+'],
  '/': ['+'],
  '\\pm': ['+', '-'],
};

/** `x < \infty` is `x \le \infty`, and a product with 0 or 1 may be a sum. */
function findOperators({ text, tokens, draw }: Scanned): readonly Change[] {
  const isRelation = /[<>]|\\[lg]e/.test(text);
  const words = isRelation ? [...text.matchAll(/\b(?:and|or)\b/g)] : [];
  const swapped = words.map((match) =>
    replace({ text: match[0], start: match.index }, match[0] === 'or' ? 'and' : 'or'),
  );
  const changed = tokens.flatMap((token): Change[] => {
    const others = otherOperators[token.text];
    if (others === undefined || /^\s*\{?\s*-?\s*(?:\\infty|0\b)/.test(text.slice(token.start + token.text.length)))
      return [];
    if (/infty\s*$/.test(text.slice(0, token.start))) return [];
    return [replace(token, pick(others, draw))];
  });
  return [...swapped, ...changed];
}

/** A whole exponent grows by one or is lost. Powers of 0 and 1 stay. */
function findExponents({ text }: Scanned): readonly Change[] {
  return [...text.matchAll(/(?<!(?:^|[^\d])[01]\)?\s*)\^(?:(\d)|\{\s*(-?\d+)\s*\})/g)].flatMap((match) => {
    const exponent = Number(match[1] ?? match[2]);
    const at = { start: match.index, end: match.index + match[0].length };
    const isLost = exponent !== 1 && !/[a-zA-Z]$/.test(/\\[a-zA-Z]+$/.exec(text.slice(0, at.start))?.[0] ?? '');
    return [{ ...at, text: `^{${exponent + 1}}` }, ...(isLost ? [{ ...at, text: ' ' }] : [])];
  });
}

const otherFunctions: Readonly<Record<string, string>> = {
  '\\sin': '\\cos',
  '\\cos': '\\tan',
  '\\tan': '\\cot',
  '\\cot': '\\tan',
  '\\sec': '\\csc',
  '\\csc': '\\sec',
  '\\arcsin': '\\arctan',
  '\\arccos': '\\arcsin',
  '\\arctan': '\\arcsin',
  '\\ln': '\\sin',
  '\\log': '\\sin',
  '\\sinh': '\\cosh',
  '\\cosh': '\\sinh',
  '\\lfloor': '\\lceil',
  '\\rfloor': '\\rceil',
  '\\pi': 'e',
};

/** A function becomes another, a square root a cube root or nothing. Roots of 0 and 1 stay. */
function findFunctions({ text, tokens }: Scanned): readonly Change[] {
  return tokens.flatMap((token): Change[] => {
    const other = otherFunctions[token.text];
    const rest = text.slice(token.start + token.text.length);
    if (other !== undefined && !/^\s*_/.test(rest)) {
      if (token.text.endsWith('floor')) return token.text === '\\lfloor' ? [...turnFloor(text, token)] : [];
      return [replace(token, `${other} `)];
    }
    if (token.text !== '\\sqrt' || /^\s*\{?\s*[01]\b/.test(rest)) return [];
    return /^\s*\[/.test(rest) ? [] : [replace(token, '\\sqrt[3]')];
  });
}

/** `\lfloor x \rfloor` becomes `\lceil x \rceil`, where the text has no more of them. */
function turnFloor(text: string, { start }: Token): readonly Change[] {
  const close = text.indexOf('\\rfloor', start);
  const inside = text.slice(start + 7, close);
  if (close < 0 || inside.includes('\\lfloor')) return [];
  return [{ start, end: close + 7, text: `\\lceil${inside}\\rceil` }];
}

/** A base, or the number of a variable. The numbers of arbitrary constants mean nothing. */
function findSubscripts({ text }: Scanned): readonly Change[] {
  return [...text.matchAll(/(?<![cCkK])_(?:(\d)|\{\s*(\d+)\s*\})/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: `_{${Number(match[1] ?? match[2]) + 1}}`,
  }));
}
