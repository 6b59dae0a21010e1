import { hasConstant } from '../expression/symbols.ts';
import { isEndless } from '../parse/expand-ellipsis.ts';
import { type Container, isUnderstood, printValue, type TupleValue, type Value } from '../parse/values.ts';
import type { Policy } from '../types.ts';
import type { Comparison } from './comparison.ts';
import { isDegree, isLoneLetter } from './find-doubt.ts';
import { canPair } from './pair-up.ts';
import { apart, apartIfUnderstood, joinSame, type Relation, type SameRelation, same, unknown } from './relation.ts';

/** Longer lists are not matched element by element: the work grows with the product of their lengths. */
const longestMatched = 200;

export function compareContainers(a: Container, b: Container, comparison: Comparison): Relation {
  const relation = compareElements(a, b, comparison);
  if (relation.kind !== 'same' || !relation.policies.some((policy) => leftOut.has(policy))) return relation;
  return isEvenlyMarked(a) && isEvenlyMarked(b) ? relation : { kind: 'unknown', reason: 'unit-conflict' };
}

const leftOut: ReadonlySet<Policy> = new Set<Policy>(['unit-omitted', 'percent-sign']);

/** Whether all scalars have a sign or unit, or none has; `5 and 6 cm` has the unit of both behind the last. */
function isEvenlyMarked({ kind, items }: Container): boolean {
  const marks = items
    .filter(({ kind: item }) => item === 'number' || item === 'quantity' || item === 'expression')
    .map(isMarked);
  const inner = kind === 'list' && marks.at(-1) === true ? marks.slice(0, -1) : marks;
  return inner.every((mark) => mark === inner[0]);
}

function isMarked(value: Value): boolean {
  if (value.kind === 'expression')
    return value.expression.kind === 'product' && value.expression.factors.some(isDegree);
  return (value.kind === 'number' || value.kind === 'quantity') && (value.isPercent || value.unit !== null);
}

function compareElements(a: Container, b: Container, comparison: Comparison): Relation {
  if (a.items.length > longestMatched || b.items.length > longestMatched) {
    return a.kind === b.kind && printValue(a) === printValue(b) ? same : unknown;
  }
  if (a.items.some(isEndless) || b.items.some(isEndless)) return compareEndless(a, b, comparison);
  if (a.kind === 'tuple' && b.kind === 'tuple') return compareTuples(a, b, comparison);
  if (a.kind === 'set' && b.kind === 'set') {
    const { elements, pairs } = matchElements(a, b, comparison);
    if (elements.kind === 'apart') return apartIfUnderstood(a, b);
    // Being near is not transitive: {1.414, 1.4142} has two elements however near both are to the square root of 2.
    return elements.kind === 'same' && elements.policies.length > 0 && pairs.kind !== 'same' ? unknown : elements;
  }
  if (isLone(a) || isLone(b)) return compareLone(a, b, comparison);
  // A point has an order, and a set has none.
  if (a.kind !== 'list' && b.kind !== 'list') return apartIfUnderstood(a, b);
  return compareUnordered(a, b, comparison);
}

/**
 * The brackets of a pair of numbers may be those of an interval or of a point: `(1,2)` against `[1,2]` is an open and
 * a closed interval, or a point written in two ways. A mixed pair of brackets or an infinite end makes an interval.
 */
function compareTuples(a: TupleValue, b: TupleValue, comparison: Comparison): Relation {
  const items = compareInOrder(a.items, b.items, comparison);
  if (items.kind === 'apart') return apartIfUnderstood(a, b);
  if (items.kind === 'unknown') return items;
  if (a.open === b.open && a.close === b.close) return items;
  // Three numbers are no interval in any brackets.
  if (a.items.length > 2) return { ...items, policies: [...items.policies, 'vector-notation'] };
  const isInterval = isMixed(a) || isMixed(b) || isUnbounded(a);
  // People write [1, \infty] for [1, \infty), but an end that is a number is in or out.
  const isOtherEnd =
    (a.open !== b.open && a.items[0]?.kind !== 'infinity') ||
    (a.close !== b.close && a.items.at(-1)?.kind !== 'infinity');
  return isInterval && isOtherEnd ? apartIfUnderstood(a, b) : unknown;
}

/** `[5]`: a list of one, or the whole part of 5. */
function isLone({ kind, items }: Container): boolean {
  return kind === 'tuple' && items.length === 1;
}

function compareLone(a: Container, b: Container, comparison: Comparison): Relation {
  if (a.items.length !== b.items.length) return apartIfUnderstood(a, b);
  const relation = compareInOrder(a.items, b.items, comparison);
  return relation.kind === 'same' ? unknown : relation;
}

function isUnbounded({ items }: TupleValue): boolean {
  return items.length === 2 && items.some(({ kind }) => kind === 'infinity');
}

function isMixed({ open, close }: TupleValue): boolean {
  return (open === '(') !== (close === ')');
}

/** Element by element, in order: the same where all are, apart where one is. */
export function compareInOrder(a: readonly Value[], b: readonly Value[], comparison: Comparison): Relation {
  if (a.length !== b.length) return apart;
  let joined: SameRelation = same;
  let open: Relation | undefined;
  for (const [i, item] of a.entries()) {
    const relation = comparison.compare(item, b[i] as Value);
    if (relation.kind === 'apart') return relation;
    if (relation.kind === 'unknown') open ??= relation;
    else joined = joinSame(joined, relation);
  }
  return open ?? joined;
}

/** `1, 3, 5, \ldots` is the same where its first terms are. Two that are clear and differ are two sequences. */
function compareEndless(a: Container, b: Container, comparison: Comparison): Relation {
  const isBoth = a.items.some(isEndless) && b.items.some(isEndless);
  const [termsA, termsB] = [a, b].map(({ items }) => items.filter((item) => !isEndless(item))) as [Value[], Value[]];
  if (Math.min(termsA.length, termsB.length) < 3) return unknown;
  if (!isBoth) return [...termsA, ...termsB].every(isUnderstood) ? apart : unknown;
  const relation = compareInOrder(termsA, termsB, comparison);
  return relation.kind === 'same' && a.kind !== b.kind
    ? { ...relation, policies: [...relation.policies, 'order-free'] }
    : relation;
}

interface Matched {
  /** As sets: the same where each element has an equal on the other side, apart where one is apart from all of them. */
  readonly elements: Relation;
  /** As answers that may repeat: the same where they pair off, apart where no reading of them can. */
  readonly pairs: Relation;
}

/**
 * Elements that print alike are paired first, so that only the others are compared, each with each, and once. Matching
 * in pairs and not sorting: two equal elements need not be written, or sort, alike.
 */
function matchElements(a: Container, b: Container, comparison: Comparison): Matched {
  const keys = { a: a.items.map(printValue), b: b.items.map(printValue) };
  const keySets = { a: new Set(keys.a), b: new Set(keys.b) };
  const rest = { a: subtract(a.items, keys.a, keys.b), b: subtract(b.items, keys.b, keys.a) };
  if (!comparison.fuel.spend(a.items.length + b.items.length)) return { elements: unknown, pairs: unknown };
  const found = new Map<Value, Map<Value, Relation>>();
  const relate = (left: Value, right: Value): Relation => {
    const row = found.get(left) ?? new Map<Value, Relation>();
    found.set(left, row);
    const known = row.get(right);
    if (known !== undefined) return known;
    // In a set, `\{1\}` is not another way to write 1.
    const isNested = a.kind === b.kind && a.kind === 'set' && (left.kind === 'set') !== (right.kind === 'set');
    const relation = isNested ? apart : comparison.fuel.spend(4) ? comparison.compare(left, right) : unknown;
    row.set(right, relation);
    return relation;
  };
  // One line at a time: a single element without an equal settles it.
  function* listLines(): Generator<readonly Relation[]> {
    for (const item of rest.a) if (!keySets.b.has(printValue(item))) yield b.items.map((other) => relate(item, other));
    for (const item of rest.b) if (!keySets.a.has(printValue(item))) yield a.items.map((other) => relate(other, item));
  }
  const elements = joinLines(listLines());
  if (elements.kind === 'apart' || rest.a.length !== rest.b.length) return { elements, pairs: apart };
  const kinds = rest.a.map((left) => rest.b.map((right) => relate(left, right).kind));
  if (canPair(kinds, (kind) => kind === 'same')) return { elements, pairs: elements };
  return { elements, pairs: canPair(kinds, (kind) => kind !== 'apart') ? unknown : apart };
}

function joinLines(lines: Iterable<readonly Relation[]>): Relation {
  let joined: SameRelation = same;
  let isOpen = false;
  for (const line of lines) {
    const equal = line.find((relation) => relation.kind === 'same');
    if (equal !== undefined) joined = joinSame(joined, equal);
    else if (line.every(({ kind }) => kind === 'apart')) return apart;
    else isOpen = true;
  }
  return isOpen ? unknown : joined;
}

/** The elements that are left when each key is taken off once for each time it stands on the other side. */
function subtract(items: readonly Value[], keys: readonly string[], others: readonly string[]): readonly Value[] {
  const counts = new Map<string, number>();
  for (const key of others) counts.set(key, (counts.get(key) ?? 0) + 1);
  return items.filter((_, i) => {
    const count = counts.get(keys[i] as string) ?? 0;
    counts.set(keys[i] as string, count - 1);
    return count <= 0;
  });
}

/** Lists, or a list against a set or a tuple: order is free by policy. */
function compareUnordered(a: Container, b: Container, comparison: Comparison): Relation {
  const inOrder = a.kind === b.kind ? compareInOrder(a.items, b.items, comparison) : unknown;
  // `1 or 2` is one of them, and `1 and 2` are both.
  const isOtherWord = a.kind === 'list' && b.kind === 'list' && (a.word ?? b.word) !== (b.word ?? a.word);
  if (inOrder.kind === 'same') return isOtherWord ? unknown : inOrder;
  const { elements, pairs } = matchElements(a, b, comparison);
  if (elements.kind === 'apart') return apartIfUnderstood(a, b);
  if (a.kind === 'tuple' || b.kind === 'tuple') return unknown;
  // A repeated answer may only have been written twice; as many with other repetitions are other multiplicities.
  if (pairs.kind === 'apart' && a.items.length === b.items.length) return apartIfUnderstood(a, b);
  // A, B, C may be an order of finish.
  if (pairs.kind !== 'same' || isOtherWord || a.items.every(isLetter)) return unknown;
  return { ...pairs, policies: [...pairs.policies, 'order-free'] };
}

/** `5` against `\{5\}` or `5, 5` is open; against `1, 5` it is one answer of two. */
export function compareWithElement(container: Container, element: Value, comparison: Comparison): Relation {
  if (container.items.length === 0) return apartIfUnderstood(container, element);
  if (isLone(container)) {
    const [item] = container.items as [Value];
    const isWhole = item.kind === 'number' && item.value.denominator === 1n;
    return isWhole && comparison.compare(item, element).kind === 'apart' ? apart : unknown;
  }
  if (container.kind === 'tuple') {
    if (element.kind === 'number') return apartIfUnderstood(container, element);
    // 6 - 5i may be given as the point (6, -5).
    if (element.kind === 'expression' && hasConstant(element.expression, 'i')) return unknown;
  }
  const isElsewhere = container.items.some((item) => comparison.compare(item, element).kind === 'apart');
  return isElsewhere ? apartIfUnderstood(container, element) : unknown;
}

function isLetter(value: Value): boolean {
  return value.kind === 'expression' && isLoneLetter(value.expression);
}
