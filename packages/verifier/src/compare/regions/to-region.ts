import { listSymbols } from '../../expression/symbols.ts';
import type { Fuel } from '../../fuel.ts';
import { everything, intersectPieces, makePoint, measurePiece, unitePieces } from '../../parse/regions/pieces.ts';
import { type Operator, solveInequality } from '../../parse/regions/solve-inequality.ts';
import { toExpression } from '../../parse/to-expression.ts';
import type { ConditionValue, End, Piece, RegionValue, RelationValue, TupleValue, Value } from '../../parse/values.ts';

/**
 * Another kind of value as the set of real numbers that it stands for beside a region: a pair as an interval, numbers
 * as points, a condition solved for the variable. Null where it is no such set.
 */
export function toRegion(value: Value, variable: string | null, fuel: Fuel): RegionValue | null {
  switch (value.kind) {
    case 'region':
      return value;
    case 'tuple':
      return makeRegion(null, readInterval(value, fuel));
    case 'set':
      return makeRegion(null, readPoints(value.items, fuel));
    case 'list':
      return makeRegion(null, readPoints(value.items, fuel) ?? readIntervals(value.items, fuel));
    case 'number':
    case 'expression':
      return makeRegion(null, readPoints([value], fuel));
    case 'assignment': {
      const [entry] = value.entries;
      if (entry === undefined || value.entries.some(({ name }) => name !== entry.name)) return null;
      return makeRegion(
        entry.name,
        readPoints(
          value.entries.map((each) => each.value),
          fuel,
        ),
      );
    }
    case 'relation':
    case 'condition':
      return solveValue(value, variable, fuel);
    default:
      return null;
  }
}

function makeRegion(variable: string | null, pieces: readonly Piece[] | null): RegionValue | null {
  return pieces && { kind: 'region', variable, pieces };
}

function readPoints(items: readonly Value[], fuel: Fuel): readonly Piece[] | null {
  const points: Piece[] = [];
  for (const item of items) {
    const expression = toExpression(item);
    if (expression === null) return null;
    points.push(makePoint(expression));
  }
  return unitePieces(points, fuel);
}

function readInterval({ open, close, items }: TupleValue, fuel: Fuel): readonly Piece[] | null {
  const [low, high] = items;
  if (items.length !== 2 || low === undefined || high === undefined) return null;
  const from = readEnd(low, open === '[', { isLow: true });
  const to = readEnd(high, close === ']', { isLow: false });
  const piece = from && to && { low: from, high: to };
  const size = piece && measurePiece(piece, fuel);
  return size === null || size === -1 || size === 0 ? null : [piece as Piece];
}

function readEnd(value: Value, isClosed: boolean, { isLow }: { readonly isLow: boolean }): End | null {
  if (value.kind === 'infinity') return value.isNegative === isLow ? { value: null, isClosed: false } : null;
  const expression = toExpression(value);
  return expression && { value: expression, isClosed };
}

/** `(1,2), (3,\infty)` side by side are their union, where no two of them touch. */
function readIntervals(items: readonly Value[], fuel: Fuel): readonly Piece[] | null {
  const pieces: Piece[] = [];
  for (const item of items) {
    const region = item.kind === 'tuple' || item.kind === 'region' ? toRegion(item, null, fuel) : null;
    if (region === null) return null;
    pieces.push(...region.pieces);
  }
  const united = unitePieces(pieces, fuel);
  return united.length === pieces.length ? united : null;
}

/** Solved for the variable, or for a letter that stands alone on one side. */
function solveValue(value: RelationValue | ConditionValue, variable: string | null, fuel: Fuel): RegionValue | null {
  const names = variable === null ? listLone(value) : [variable];
  for (const name of names) {
    const pieces = solvePieces(value, name, fuel);
    if (pieces !== null) return { kind: 'region', variable: name, pieces };
  }
  return null;
}

function solvePieces(value: Value, variable: string, fuel: Fuel): readonly Piece[] | null {
  if (value.kind === 'region') return value.variable === variable ? value.pieces : null;
  if (value.kind === 'condition') {
    let pieces: readonly Piece[] | null = value.joiner === 'and' ? everything : [];
    for (const part of value.parts) {
      const solved: readonly Piece[] | null = pieces && solvePieces(part, variable, fuel);
      if (pieces === null || solved === null) return null;
      pieces =
        value.joiner === 'and' ? intersectPieces(pieces, solved, fuel) : unitePieces([...pieces, ...solved], fuel);
    }
    return pieces;
  }
  if (value.kind !== 'relation' || !isSolvable(value.operator)) return null;
  const left = toExpression(value.left);
  const right = toExpression(value.right);
  return left && right && solveInequality({ left, operator: value.operator, right }, variable, fuel);
}

function isSolvable(operator: RelationValue['operator']): operator is Operator {
  return operator === '=' || operator === '<' || operator === '\\le' || operator === '\\ne';
}

/** The letters that a condition is most likely about: each alone on a side, or the only one. */
function listLone(value: Value): readonly string[] {
  if (value.kind === 'condition') return [...new Set(value.parts.flatMap(listLone))];
  if (value.kind === 'region') return value.variable === null ? [] : [value.variable];
  if (value.kind !== 'relation') return [];
  const sides = [value.left, value.right].map(toExpression);
  const symbols = [...new Set(sides.flatMap((side) => (side === null ? [] : listSymbols(side))))];
  if (symbols.length < 2) return symbols;
  return sides.flatMap((side) => (side?.kind === 'symbol' ? [side.name] : []));
}
