import { makeConstant } from '../../expression/build-expression.ts';
import type { Expression } from '../../expression/expression.ts';
import { orderReals, sortInOrder } from '../../expression/order-reals.ts';
import { listSymbols, replaceSymbols } from '../../expression/symbols.ts';
import { complementPieces, unitePieces } from '../../parse/regions/pieces.ts';
import type { CasesValue, Piece, RegionValue, Value } from '../../parse/values.ts';
import type { Comparison } from '../comparison.ts';
import { toRegion } from '../regions/to-region.ts';
import { apart, type Relation, unknown } from '../relation.ts';
import { add, divide, subtract } from './algebra.ts';
import { combineAll, matchAll } from './combine.ts';
import { mapValue } from './map-value.ts';

type Branch = CasesValue['branches'][number];

/** A branch whose condition is a set of values of one variable. */
interface Part {
  readonly value: Value;
  readonly region: RegionValue;
}

const mostEnds = 16;

/**
 * Branches by value and condition in any order, where "otherwise" is what the other conditions leave. They are apart
 * where some point is found at which the values are; a border may belong to either branch that agrees there.
 */
export function compareCases(a: CasesValue, b: Value, comparison: Comparison): Relation {
  const left = spellOut(a, comparison);
  const right = b.kind === 'cases' ? spellOut(b, comparison) : undefined;
  const name = left?.[0]?.region.variable ?? null;
  if (left === null || name === null || right === null) return compareBranches(a, b, comparison);
  if (b.kind === 'cases') {
    if (right?.[0]?.region.variable !== name) return apart;
    const matched = matchAll(left, right, (x, y) => compareParts(x, y, comparison));
    if (matched.kind === 'same') return matched;
  }
  return new Pointwise(name, comparison).differ(left, right ?? b) ? apart : unknown;
}

/** Conditions that are no sets of numbers, matched as they stand. */
function compareBranches(a: CasesValue, b: Value, comparison: Comparison): Relation {
  if (b.kind !== 'cases') return unknown;
  return matchAll(a.branches, b.branches, (x, y) => {
    const value = comparison.compare(x.value, y.value);
    if (x.condition === null && y.condition === null) return value;
    if (x.condition === null || y.condition === null) return value.kind === 'apart' ? value : unknown;
    return combineAll([value, comparison.compare(x.condition, y.condition)]);
  });
}

function compareParts(a: Part, b: Part, comparison: Comparison): Relation {
  return combineAll([comparison.compare(a.value, b.value), comparison.compare(a.region, b.region)]);
}

/** Each branch with its set, or null where a condition is none or they are about several variables. */
function spellOut({ branches }: CasesValue, { fuel }: Comparison): readonly Part[] | null {
  const regions = branches.map(({ condition }) => condition && toRegion(condition, null, fuel));
  const first = regions.find((region) => region !== null);
  const known = regions.filter((region) => region !== null);
  if (!first || known.some((region) => region.variable !== first.variable)) return null;
  const united = unitePieces(
    known.flatMap(({ pieces }) => pieces),
    fuel,
  );
  const rest = complementPieces(united, fuel);
  const parts = branches.map(({ value, condition }: Branch, i): Part | null => {
    const region = regions[i] ?? (condition === null && rest !== null ? { ...first, pieces: rest } : null);
    return region === null ? null : { value, region };
  });
  return parts.every((part) => part !== null) ? parts : null;
}

class Pointwise {
  readonly #name: string;
  readonly #comparison: Comparison;

  constructor(name: string, comparison: Comparison) {
    this.#name = name;
    this.#comparison = comparison;
  }

  /** Whether there is a point where the two have other values, or only one has any. */
  differ(a: readonly Part[], b: readonly Part[] | Value): boolean {
    const others = 'kind' in b ? [] : b;
    return this.#listPoints([...a, ...others]).some((point) => {
      const [x, y] = [this.#evaluate(a, point), 'kind' in b ? this.#put(b, point) : this.#evaluate(b, point)];
      if (x === undefined || y === undefined) return false;
      return x === null || y === null ? x !== y : this.#comparison.compare(x, y).kind === 'apart';
    });
  }

  /** The ends of all sets, and points between and beyond them. */
  #listPoints(parts: readonly Part[]): readonly Expression[] {
    const { fuel } = this.#comparison;
    const ends = parts.flatMap(({ region }) => region.pieces.flatMap(({ low, high }) => [low.value, high.value]));
    const known = ends.filter((end): end is Expression => end !== null && listSymbols(end).length === 0);
    const sorted = sortInOrder(known.slice(0, mostEnds), (x, y) => orderReals(x, y, fuel)) ?? [];
    const [least, most] = [sorted[0], sorted.at(-1)];
    if (least === undefined || most === undefined) return [];
    const between = sorted.slice(1).flatMap((end, i) => {
      const before = sorted[i] as Expression;
      return [3n, 5n].map((share) => add(before, divide(subtract(end, before), makeConstant(share))));
    });
    const beyond = [1n, 3n, 10n].flatMap((step) => [
      subtract(least, makeConstant(step)),
      add(most, makeConstant(step)),
    ]);
    return [...sorted, ...between, ...beyond];
  }

  /** The value at a point; null where there is none, undefined where that is not known. */
  #evaluate(parts: readonly Part[], point: Expression): Value | null | undefined {
    for (const { value, region } of parts) {
      const inside = region.pieces.map((piece) => this.#isInside(piece, point));
      if (inside.includes(true)) return this.#put(value, point);
      if (inside.includes(undefined)) return undefined;
    }
    return null;
  }

  #put(value: Value, point: Expression): Value {
    return mapValue(value, (expression) => replaceSymbols(expression, new Map([[this.#name, point]])));
  }

  #isInside({ low, high }: Piece, point: Expression): boolean | undefined {
    const { fuel } = this.#comparison;
    const above = low.value === null ? 1 : orderReals(point, low.value, fuel);
    const below = high.value === null ? 1 : orderReals(high.value, point, fuel);
    if (above === undefined || below === undefined) return undefined;
    return (above > 0 || (above === 0 && low.isClosed)) && (below > 0 || (below === 0 && high.isClosed));
  }
}
