import { type Container, isContainer, isUnderstood, printValue, type TupleValue, type Value } from '../parse/values.ts';
import { compareMatrices } from './compare-matrices.ts';
import { compareNumbers } from './compare-numbers.ts';
import { compareNumerals } from './compare-numerals.ts';
import { compareRegions } from './compare-regions.ts';
import { compareScalars } from './compare-scalars.ts';
import { compareStatements } from './compare-statements.ts';
import { compareWords } from './compare-words.ts';
import type { Comparison, FormComparer } from './comparison.ts';
import { hasConstant, isLoneLetter } from './find-doubt.ts';
import { apart, joinSame, type Relation, type SameRelation, same, unknown } from './relation.ts';

/** Longer lists are not matched element by element: the work grows with the product of their lengths. */
const longestMatched = 100;

/** Asked in this order; each looks for its form on either side. */
const forms: readonly FormComparer[] = [
  compareWords,
  compareStatements,
  compareRegions,
  compareMatrices,
  compareNumerals,
];

/**
 * Compares one reading of each answer. `apart` needs both to be understood in every part: two texts that nobody read
 * may always mean the same.
 */
export function compareValues(a: Value, b: Value, comparison: Comparison): Relation {
  if (a.kind === 'number' && b.kind === 'number') return compareNumbers(a, b);
  if (a.kind === 'text' || b.kind === 'text') return printValue(a) === printValue(b) ? same : unknown;
  for (const form of forms) {
    const relation = form(a, b, comparison) ?? form(b, a, comparison);
    if (relation !== undefined) return relation;
  }
  if (!isPlain(a) || !isPlain(b)) return unknown;
  if (isContainer(a) && isContainer(b)) return compareContainers(a, b, comparison);
  if (isContainer(a)) return compareWithElement(a, b, comparison);
  if (isContainer(b)) return compareWithElement(b, a, comparison);
  return compareScalars(a, b, comparison);
}

/** A scalar, or a container of values. */
function isPlain(value: Value): boolean {
  return isContainer(value) || value.kind === 'number' || value.kind === 'expression' || value.kind === 'infinity';
}

function compareContainers(a: Container, b: Container, comparison: Comparison): Relation {
  if (a.items.length > longestMatched || b.items.length > longestMatched) {
    return a.kind === b.kind && printValue(a) === printValue(b) ? same : unknown;
  }
  if (a.kind === 'tuple' && b.kind === 'tuple') return compareTuples(a, b, comparison);
  const elements = matchElements(a, b, comparison);
  if (a.kind === 'tuple' || b.kind === 'tuple') return elements.kind === 'apart' ? apartIfUnderstood(a, b) : unknown;
  if (a.kind === 'set' && b.kind === 'set') return elements.kind === 'apart' ? apartIfUnderstood(a, b) : elements;
  return compareUnordered(a, b, elements, comparison);
}

/**
 * The brackets of a pair of numbers may be those of an interval or of a point: `(1,2)` against `[1,2]` is an open and
 * a closed interval, or a point written in two ways. A mixed pair of brackets or an infinite end makes an interval.
 */
function compareTuples(a: TupleValue, b: TupleValue, comparison: Comparison): Relation {
  const items = compareInOrder(a, b, comparison);
  if (items.kind === 'apart') return apartIfUnderstood(a, b);
  if (items.kind === 'unknown') return items;
  if (a.open === b.open && a.close === b.close) return items;
  const isInterval = isMixed(a) || isMixed(b) || isUnbounded(a);
  // People write [1, \infty] for [1, \infty), but an end that is a number is in or out.
  const isOtherEnd =
    (a.open !== b.open && a.items[0]?.kind !== 'infinity') ||
    (a.close !== b.close && a.items.at(-1)?.kind !== 'infinity');
  return isInterval && isOtherEnd ? apartIfUnderstood(a, b) : unknown;
}

function isUnbounded({ items }: TupleValue): boolean {
  return items.length === 2 && items.some(({ kind }) => kind === 'infinity');
}

function isMixed({ open, close }: TupleValue): boolean {
  return (open === '(') !== (close === ')');
}

/** Element by element, in order: the same where all are, apart where one is. */
function compareInOrder(a: Container, b: Container, comparison: Comparison): Relation {
  if (a.items.length !== b.items.length) return apart;
  let joined: SameRelation = same;
  let open: Relation | undefined;
  for (const [i, item] of a.items.entries()) {
    const relation = compareValues(item, b.items[i] as Value, comparison);
    if (relation.kind === 'apart') return relation;
    if (relation.kind === 'unknown') open ??= relation;
    else joined = joinSame(joined, relation);
  }
  return open ?? joined;
}

/**
 * As sets: the same where each element has an equal on the other side, apart where one is apart from all of them.
 * Matching in pairs and not sorting: two equal elements need not be written, or sort, alike.
 */
function matchElements(a: Container, b: Container, comparison: Comparison): Relation {
  const relations = a.items.map((itemA) => b.items.map((itemB) => compareValues(itemA, itemB, comparison)));
  const columns = b.items.map((_, j) => relations.map((row) => row[j] as Relation));
  let joined: SameRelation = same;
  let isOpen = false;
  for (const line of [...relations, ...columns]) {
    const equal = line.find((relation) => relation.kind === 'same');
    if (equal !== undefined) joined = joinSame(joined, equal);
    else if (line.every(({ kind }) => kind === 'apart')) return apart;
    else isOpen = true;
  }
  return isOpen ? unknown : joined;
}

/** Lists, or a list and a set: order is free by policy. A repeated element in one of them leaves it open. */
function compareUnordered(a: Container, b: Container, elements: Relation, comparison: Comparison): Relation {
  if (elements.kind === 'apart') return apartIfUnderstood(a, b);
  if (elements.kind === 'unknown') return elements;
  const inOrder = a.kind === b.kind ? compareInOrder(a, b, comparison) : unknown;
  if (inOrder.kind === 'same') return inOrder;
  // A, B, C may be an order of finish.
  if (a.items.every(isLetter)) return unknown;
  if (a.items.length !== b.items.length || !isPermutation(a, b, comparison)) return unknown;
  return { ...elements, policies: [...elements.policies, 'order-free'] };
}

/** Being the same is transitive, so taking the first free equal of each element never blocks another. */
function isPermutation(a: Container, b: Container, comparison: Comparison): boolean {
  const free = [...b.items];
  return a.items.every((item) => {
    const at = free.findIndex((other) => compareValues(item, other, comparison).kind === 'same');
    if (at >= 0) free.splice(at, 1);
    return at >= 0;
  });
}

/** `5` against `\{5\}` or `5, 5` is open; against `1, 5` it is one answer of two. */
function compareWithElement(container: Container, element: Value, comparison: Comparison): Relation {
  // 6 - 5i may be given as the point (6, -5).
  if (element.kind === 'expression' && hasConstant(element.expression, 'i')) return unknown;
  const isElsewhere = container.items.some((item) => compareValues(item, element, comparison).kind === 'apart');
  return isElsewhere ? apartIfUnderstood(container, element) : unknown;
}

function isLetter(value: Value): boolean {
  return value.kind === 'expression' && isLoneLetter(value.expression);
}

function apartIfUnderstood(a: Value, b: Value): Relation {
  return isUnderstood(a) && isUnderstood(b) ? apart : unknown;
}
