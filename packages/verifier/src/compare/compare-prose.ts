import { printValue, type Value, type WordsValue } from '../parse/values.ts';
import type { Comparison } from './comparison.ts';
import { apart, joinSame, type Relation, type SameRelation, same, unknown } from './relation.ts';

type Parts = WordsValue['parts'];

/** Plain answers of more words than this may say one thing in two ways. */
const mostPlain = 4;

const negations = /^(?:not|no|non|never|neither|nor|without|none|nothing|n't|un|in)$/;

/**
 * Two answers in words: the same where all words are and all formulas agree in order; apart where the words are the
 * same and a formula is not, where one negates the other, and where short plain answers differ. No number alone ever
 * makes two sentences the same.
 */
export function compareProse(a: WordsValue, b: WordsValue, comparison: Comparison): Relation {
  const isAligned =
    a.parts.length === b.parts.length &&
    a.parts.every((part, i) => (typeof part === 'string') === (typeof b.parts[i] === 'string'));
  if (isAligned) return compareAligned(a.parts, b.parts, comparison);
  const wordsA = listWords(a.parts);
  const wordsB = listWords(b.parts);
  if (isNegated(a.parts, b.parts) || isNegated(b.parts, a.parts)) return apart;
  const isPlain = [...a.parts, ...b.parts].every((part) => typeof part === 'string');
  if (!isPlain || isWithin(wordsA, wordsB) || isWithin(wordsB, wordsA)) return unknown;
  return wordsA.length <= mostPlain && wordsB.length <= mostPlain ? tellApart(wordsA, wordsB) : unknown;
}

/** Word by word and formula by formula. */
function compareAligned(a: Parts, b: Parts, comparison: Comparison): Relation {
  const others = a.flatMap((part, i): [string, string][] =>
    typeof part === 'string' && part !== b[i] ? [[part, b[i] as string]] : [],
  );
  const formulas = compareFormulas(a, b, comparison);
  if (others.length === 0) return formulas;
  const isPlain = a.every((part) => typeof part === 'string');
  if (formulas.kind !== 'same' || (others.length > 1 && (!isPlain || a.length > mostPlain))) return unknown;
  const wordsA = listWords(a);
  const wordsB = listWords(b);
  // "Monday, Tuesday" and "Tuesday, Monday" hold the same words.
  if (isWithin(wordsA, wordsB) && isWithin(wordsB, wordsA)) return unknown;
  return tellApart(
    ...((isPlain ? [wordsA, wordsB] : [others.map(([word]) => word), others.map(([, word]) => word)]) as [
      string[],
      string[],
    ]),
  );
}

function compareFormulas(a: Parts, b: Parts, comparison: Comparison): Relation {
  let joined: SameRelation = same;
  let open: Relation | undefined;
  for (const [i, part] of a.entries()) {
    if (typeof part === 'string') continue;
    const relation = compareFormula(part, b[i] as Value, comparison);
    if (relation.kind === 'apart') return relation;
    if (relation.kind === 'unknown') open ??= relation;
    else joined = joinSame(joined, relation);
  }
  return open ?? joined;
}

function compareFormula(a: Value, b: Value, comparison: Comparison): Relation {
  const relation = comparison.compare(a, b);
  if (relation.kind !== 'unknown' || a.kind !== 'text' || b.kind !== 'text') return relation;
  return differInOneNumber(a.text, b.text) ? apart : unknown;
}

/** Two formulas that nobody reads, the same but for one number. */
function differInOneNumber(a: string, b: string): boolean {
  const numbers = /\d+(?:\.\d+)?/g;
  if (a.replaceAll(numbers, '0') !== b.replaceAll(numbers, '0')) return false;
  const listA = a.match(numbers) ?? [];
  const others = (b.match(numbers) ?? []).filter((number, i) => Number(number) !== Number(listA[i]));
  return others.length === 1;
}

function listWords(parts: Parts): string[] {
  return parts.filter((part) => typeof part === 'string' && part !== 'and') as string[];
}

function isWithin(a: readonly string[], b: readonly string[]): boolean {
  return a.every((word) => b.includes(word));
}

/** Whether the second says what the first does, with a negation more. */
function isNegated(a: Parts, b: Parts): boolean {
  if (b.length !== a.length + 1) return false;
  const at = b.findIndex((part, i) => i === a.length || print(part) !== print(a[i] as string | Value));
  const word = b[at];
  if (typeof word !== 'string' || !negations.test(word)) return false;
  return b.toSpliced(at, 1).every((part, i) => print(part) === print(a[i] as string | Value));
}

function print(part: string | Value): string {
  return typeof part === 'string' ? part : `\\ ${printValue(part)}`;
}

/** Apart unless a word of one may be a form of a word of the other. */
function tellApart(a: readonly string[], b: readonly string[]): Relation {
  const restA = a.filter((word) => !b.includes(word));
  const restB = b.filter((word) => !a.includes(word));
  if ([...restA, ...restB].some((word) => particles.test(word))) return unknown;
  // The integers may be named by their symbol.
  if (restA.some(isSymbol) !== restB.some(isSymbol)) return unknown;
  // "One solution" and "two solutions" differ in more than a form.
  const hasOther = (words: readonly string[], others: readonly string[]): boolean =>
    words.some((word) => !others.some((other) => mayBeForms(word, other)));
  return hasOther(restA, restB) && hasOther(restB, restA) ? apart : unknown;
}

/** "Of radius 3" may be "with radius 3". */
const particles = /^(?:of|with|in|on|at|for|to|by|from|is|are|be|has|have|as|it|that|which|this|where|when|if)$/;

function isSymbol(word: string): boolean {
  return word.charCodeAt(0) === 92;
}

const endings =
  /^(?:|a|as|al|ally|ant|ance|ar|d|e|ed|en|ence|ency|ent|er|ers|es|ial|ic|ical|ies|ing|ion|ions|ity|le|les|ly|n|or|r|s|se|tic|tical|tically|ular|y|'s)$/;

/** "Rectangle" and "rectangular", "increase" and "increasing", "Mon" and "Monday", but not "north" and "northeast". */
function mayBeForms(a: string, b: string): boolean {
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  const [restA, restB] = [a.slice(shared), b.slice(shared)];
  if (shared >= 3 && (restA === '' || restB === '')) return !/^(?:east|west)$/.test(restA + restB);
  return shared >= 4 && endings.test(restA) && endings.test(restB);
}
