import {
  isUnderstood,
  type ListValue,
  printValue,
  type SetValue,
  type TupleValue,
  type Value,
} from '../parse/values.ts';
import { compareNumbers } from './compare-numbers.ts';
import { apart, type Relation, same, unknown } from './relation.ts';

type Container = TupleValue | SetValue | ListValue;

/**
 * Compares one reading of each answer. `apart` needs both to be understood in every part: two texts that nobody read
 * may always mean the same.
 */
export function compareValues(a: Value, b: Value): Relation {
  if (a.kind === 'number' && b.kind === 'number') return compareNumbers(a, b);
  if (a.kind === 'text' || b.kind === 'text') return printValue(a) === printValue(b) ? same : unknown;
  if (isContainer(a) && isContainer(b)) return compareContainers(a, b);
  if (isContainer(a)) return compareWithElement(a, b);
  if (isContainer(b)) return compareWithElement(b, a);
  return printValue(a) === printValue(b) ? same : apart;
}

function isContainer(value: Value): value is Container {
  return value.kind === 'tuple' || value.kind === 'set' || value.kind === 'list';
}

function compareContainers(a: Container, b: Container): Relation {
  if (a.kind === 'tuple' && b.kind === 'tuple') return compareTuples(a, b);
  if (a.kind === 'tuple' || b.kind === 'tuple') return hasSameElements(a, b) ? unknown : apartIfUnderstood(a, b);
  if (a.kind === 'set' && b.kind === 'set') return hasSameElements(a, b) ? same : apartIfUnderstood(a, b);
  return compareUnordered(a, b);
}

/**
 * The brackets of a pair of numbers may be those of an interval or of a point: `(1,2)` against `[1,2]` is an open and
 * a closed interval, or a point written in two ways. Only a mixed pair of brackets is an interval for certain.
 */
function compareTuples(a: TupleValue, b: TupleValue): Relation {
  if (printItems(a) !== printItems(b)) return apartIfUnderstood(a, b);
  if (a.open === b.open && a.close === b.close) return same;
  const hasInfinity = [...a.items, ...b.items].some((item) => item.kind === 'infinity');
  const isInterval = isMixed(a) || isMixed(b);
  // People write [1, \infty] for [1, \infty).
  return isInterval && !hasInfinity ? apartIfUnderstood(a, b) : unknown;
}

function isMixed({ open, close }: TupleValue): boolean {
  return (open === '(') !== (close === ')');
}

/** Lists, or a list and a set: order is free by policy. A repeated element in one of them leaves it open. */
function compareUnordered(a: Container, b: Container): Relation {
  if (a.kind === b.kind && printItems(a) === printItems(b)) return same;
  if (!hasSameElements(a, b)) return apartIfUnderstood(a, b);
  const isSameLength = a.items.length === b.items.length && sortItems(a) === sortItems(b);
  return isSameLength ? { kind: 'same', policies: ['order-free'] } : unknown;
}

/** `5` against `\{5\}` or `5, 5` is open; against `1, 5` it is one answer of two. */
function compareWithElement(container: Container, element: Value): Relation {
  const text = printValue(element);
  return container.items.every((item) => printValue(item) === text) ? unknown : apartIfUnderstood(container, element);
}

function apartIfUnderstood(a: Value, b: Value): Relation {
  return isUnderstood(a) && isUnderstood(b) ? apart : unknown;
}

function hasSameElements(a: Container, b: Container): boolean {
  const ofA = new Set(a.items.map(printValue));
  const ofB = new Set(b.items.map(printValue));
  return ofA.size === ofB.size && [...ofA].every((item) => ofB.has(item));
}

function printItems(container: Container): string {
  return container.items.map(printValue).join(', ');
}

function sortItems(container: Container): string {
  return container.items.map(printValue).sort().join(', ');
}
