import { knownApplications } from '../expression/apply-known.ts';
import type { Expression } from '../expression/expression.ts';
import { isInfinity, makeSymbol } from '../expression/expression-parts.ts';
import { listChildren } from '../expression/list-children.ts';
import { mapChildren } from '../expression/map-children.ts';
import { listSymbols } from '../expression/symbols.ts';
import type { Relation } from './relation.ts';

/** More unknown values in one pair are not compared with each other. */
const mostUnknowns = 24;

export interface ReplacedPair {
  readonly a: Expression;
  readonly b: Expression;
  /** An unknown stands on one side only, or may have any value: then the two may be the same though they differ here. */
  readonly mayCoincide: boolean;
}

export interface UnknownTests {
  readonly compare: (one: Expression, other: Expression) => Relation['kind'];
  /** For what has bound variables, which no number can be put in the place of. */
  readonly isSame: (one: Expression, other: Expression) => boolean;
}

/** All unknowns of one value. */
interface UnknownClass {
  readonly node: Expression;
  readonly symbol: Expression;
  readonly sides: Set<'a' | 'b'>;
}

/**
 * Puts variables in the place of what has no value of its own: functions such as `f(x)`, integrals and infinite sums.
 * Two of them are one variable when their parts are the same. Null where that is not known.
 */
export function replaceUnknowns(a: Expression, b: Expression, tests: UnknownTests): ReplacedPair | null {
  const classes: UnknownClass[] = [];
  let isOpen = false;
  const replace = (node: Expression, side: 'a' | 'b'): Expression => {
    if (!isUnknown(node)) return mapChildren(node, (part) => replace(part, side));
    const parts = listChildren(node);
    for (const known of classes) {
      const relation = compareCalls(node, known.node, tests);
      if (relation === 'unknown') isOpen = true;
      if (relation !== 'same') continue;
      known.sides.add(side);
      return known.symbol;
    }
    if (classes.length >= mostUnknowns || parts.length > mostUnknowns) isOpen = true;
    if (isOpen) return node;
    const symbol = makeSymbol(`\\unknown_${classes.length}`);
    classes.push({ node, symbol, sides: new Set([side]) });
    return symbol;
  };
  const replaced = { a: replace(a, 'a'), b: replace(b, 'b') };
  if (isOpen) return null;
  const mayCoincide = classes.some(
    (one) => one.sides.size === 1 && !hasRival(one, classes, one.sides.has('a') ? b : a),
  );
  return { ...replaced, mayCoincide };
}

function isCall({ node }: UnknownClass): boolean {
  return node.kind === 'application';
}

/**
 * Whether the other side has a value of a function too: f(x) against f(x+1) or g(x) is another answer, and against x^2
 * it may be the same. An integral may have any value.
 */
function hasRival(one: UnknownClass, classes: readonly UnknownClass[], otherSide: Expression): boolean {
  const { node } = one;
  if (node.kind !== 'application') return false;
  if (node.name.endsWith('_') && listSymbols(otherSide).some((name) => name.startsWith(node.name))) return true;
  return classes.some((other) => isCall(other) && [...other.sides].some((side) => !one.sides.has(side)));
}

function compareCalls(a: Expression, b: Expression, { compare, isSame }: UnknownTests): Relation['kind'] {
  const ofA = listChildren(a);
  const ofB = listChildren(b);
  if (!hasSameHead(a, b) || ofA.length !== ofB.length) return 'apart';
  if (a.kind === 'bound') return ofA.every((part, i) => isSame(part, ofB[i] as Expression)) ? 'same' : 'apart';
  let relation: Relation['kind'] = 'same';
  for (const [i, part] of ofA.entries()) {
    const found = compare(part, ofB[i] as Expression);
    if (found === 'apart') return 'apart';
    if (found === 'unknown') relation = found;
  }
  return relation;
}

function hasSameHead(a: Expression, b: Expression): boolean {
  if (a.kind === 'application') return b.kind === 'application' && a.name === b.name;
  return a.kind === 'bound' && b.kind === 'bound' && a.operator === b.operator && a.variable === b.variable;
}

/** A function without a value, or an operator that the numerical check cannot add up. */
function isUnknown(node: Expression): boolean {
  if (node.kind === 'application') return !knownApplications.has(node.name);
  if (node.kind !== 'bound') return false;
  if (node.operator !== 'sum' && node.operator !== 'prod') return true;
  return node.parts.some((part) => hasInside(part));
}

function hasInside(node: Expression): boolean {
  return isInfinity(node) || isUnknown(node) || listChildren(node).some(hasInside);
}
