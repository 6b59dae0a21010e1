import { replaceSymbols } from '../../expression/symbols.ts';
import { complementPieces, unitePieces } from '../../parse/regions/pieces.ts';
import type { CasesValue, Piece, RegionValue, Value } from '../../parse/values.ts';
import { makeRational } from '../../rational.ts';
import type { Comparison } from '../comparison.ts';
import { apart, type Relation, unknown } from '../relation.ts';
import { combineAll, matchAll } from './combine.ts';
import { mapValue } from './map-value.ts';

type Branch = CasesValue['branches'][number];

/** Branches by value and condition in any order. "Otherwise" is what the other conditions leave. */
export function compareCases(a: CasesValue, b: Value, comparison: Comparison): Relation {
  if (b.kind !== 'cases') return differsInPlaces(a, b, comparison) ? apart : unknown;
  const [left, right] = [spellOut(a, comparison), spellOut(b, comparison)];
  return matchAll(left, right, (x, y) => compareBranches(x, y, comparison));
}

function compareBranches(a: Branch, b: Branch, comparison: Comparison): Relation {
  const value = comparison.compare(a.value, b.value);
  if (a.condition === null && b.condition === null) return value;
  if (a.condition === null || b.condition === null) return value.kind === 'apart' ? value : unknown;
  const condition = comparison.compare(a.condition, b.condition);
  if (value.kind !== 'apart' || condition.kind !== 'same') return combineAll([value, condition]);
  // x and |x| are the same where x is positive.
  return meets(a, b, comparison) ? unknown : value;
}

function meets(a: Branch, b: Branch, comparison: Comparison): boolean {
  return a.condition?.kind === 'region' && !differsWithin(a.value, b.value, a.condition, comparison);
}

/** With the condition that "otherwise" stands for, where all others are about one variable. */
function spellOut({ branches }: CasesValue, comparison: Comparison): readonly Branch[] {
  const regions = branches.flatMap(({ condition }) => (condition?.kind === 'region' ? [condition] : []));
  const [first] = regions;
  const isOpen = branches.filter(({ condition }) => condition === null).length === 1;
  if (!isOpen || first === undefined || regions.length !== branches.length - 1) return branches;
  if (regions.some(({ variable }) => variable !== first.variable)) return branches;
  const united = unitePieces(
    regions.flatMap(({ pieces }) => pieces),
    comparison.fuel,
  );
  const pieces = united === null ? null : complementPieces(united, comparison.fuel);
  if (pieces === null) return branches;
  return branches.map(({ value, condition }) => ({ value, condition: condition ?? { ...first, pieces } }));
}

/** Whether the value is another one at some point of some branch. */
function differsInPlaces({ branches }: CasesValue, other: Value, comparison: Comparison): boolean {
  return branches.some(
    ({ value, condition }) => condition?.kind === 'region' && differsWithin(value, other, condition, comparison),
  );
}

function differsWithin(a: Value, b: Value, { variable, pieces }: RegionValue, comparison: Comparison): boolean {
  const name = variable;
  if (name === null) return false;
  const at = (value: Value, point: bigint): Value =>
    mapValue(value, (expression) =>
      replaceSymbols(expression, new Map([[name, { kind: 'rational', value: makeRational(point, 7n) } as const]])),
    );
  const points = [-500n, -71n, -20n, -4n, -1n, 1n, 3n, 5n, 9n, 17n, 26n, 39n, 81n, 700n];
  return points.some(
    (point) =>
      pieces.some((piece) => isInside(piece, point)) && comparison.compare(at(a, point), at(b, point)).kind === 'apart',
  );
}

/** Whether point / 7 lies in a piece whose ends are plain numbers. */
function isInside({ low, high }: Piece, point: bigint): boolean {
  const isBelow = (end: Piece['low'], sign: bigint): boolean => {
    if (end.value === null) return true;
    const value = end.value.kind === 'rational' ? end.value.value : null;
    return value !== null && sign * (point * value.denominator - 7n * value.numerator) > 0n;
  };
  return isBelow(low, 1n) && isBelow(high, -1n);
}
