import { subtract } from '../expression/build-expression.ts';
import type { Expression, RationalExpression } from '../expression/expression.ts';
import { mapChildren } from '../expression/map-children.ts';
import { hasConstant, listSymbols, replaceSymbols } from '../expression/symbols.ts';
import { unitVectors } from '../parse/matrices/unit-vectors.ts';
import type { MatrixValue, Value } from '../parse/values.ts';
import { compareInOrder, compareWithElement } from './compare-containers.ts';
import type { Comparison, FormComparer } from './comparison.ts';
import { apart, type Relation, unknown } from './relation.ts';

/** Matrices and vectors, also against points, and sums of unit vectors. */
export const compareMatrices: FormComparer = (a, b, comparison) => {
  if (a.kind === 'expression' && isUnitSum(a.expression)) return compareUnitSum(a.expression, b, comparison);
  if (a.kind === 'tuple' && b.kind === 'expression') return compareWithLetters(b.expression, a.items, comparison);
  if (a.kind !== 'matrix') return undefined;
  const items = listVector(a);
  switch (b.kind) {
    case 'matrix':
      return compareGrids(a, b, comparison);
    case 'tuple':
      // [1, 2] is an interval as well.
      return notSame(
        b.items.length === 2 && b.open === '[',
        compareWithTuple(a, b.items, comparison, (b.open === '(') === (b.close === ')')),
      );
    case 'region': {
      const [piece, ...others] = b.pieces;
      if (items === null || b.variable !== null || piece === undefined || others.length > 0) return apart;
      if (piece.low.isClosed !== piece.high.isClosed || piece.low.value === null || piece.high.value === null)
        return apart;
      const ends = [piece.low.value, piece.high.value].map((expression): Value => ({ kind: 'expression', expression }));
      return relabel(compareInOrder(items, ends, comparison));
    }
    case 'number':
      return compareWithScalar(a, { kind: 'rational', value: b.value }, comparison);
    case 'expression':
      return isUnitSum(b.expression)
        ? compareUnitSum(b.expression, a, comparison)
        : compareWithScalar(a, b.expression, comparison);
    case 'list':
      if (b.items.some(({ kind }) => kind === 'matrix')) return compareWithElement(b, a, comparison);
      // The elements of a vector without its brackets.
      return items !== null && compareInOrder(items, b.items, comparison).kind !== 'apart' ? unknown : apart;
    case 'set':
      return b.items.some(({ kind }) => kind === 'matrix') ? compareWithElement(b, a, comparison) : apart;
    case 'boolean':
    case 'infinity':
    case 'time':
    case 'based':
      return apart;
    default:
      return undefined;
  }
};

function notSame(isOpen: boolean, relation: Relation): Relation {
  return isOpen && relation.kind === 'same' ? unknown : relation;
}

function relabel(relation: Relation): Relation {
  return relation.kind === 'same' ? { ...relation, policies: [...relation.policies, 'vector-notation'] } : relation;
}

/** The elements of a row or a column, or null. */
function listVector({ rows }: MatrixValue): readonly Value[] | null {
  if (rows.length === 1) return rows[0] as readonly Value[];
  return rows.every((row) => row.length === 1) ? rows.flat() : null;
}

function compareGrids(a: MatrixValue, b: MatrixValue, comparison: Comparison): Relation {
  const relation = compareInOrder(a.rows.flat(), b.rows.flat(), comparison);
  const vectors = [listVector(a), listVector(b)] as const;
  if (a.rows.length === b.rows.length) {
    const isLine = relation.kind === 'apart' && vectors[0] !== null && vectors[1] !== null;
    return isLine && maySpanOneLine(vectors[0], vectors[1], comparison) ? unknown : relation;
  }
  // A row may stand for a column.
  return vectors.every((vector) => vector !== null) && relation.kind !== 'apart' ? unknown : apart;
}

function compareWithTuple(a: MatrixValue, items: readonly Value[], comparison: Comparison, isPoint: boolean): Relation {
  const vector = listVector(a);
  if (!isPoint) return apart;
  if (vector !== null && !items.some(({ kind }) => kind === 'tuple')) {
    const relation = compareInOrder(vector, items, comparison);
    return relation.kind === 'apart' && maySpanOneLine(vector, items, comparison) ? unknown : relabel(relation);
  }
  const rows = items.map((item) => (item.kind === 'tuple' ? item.items : []));
  if (rows.length !== a.rows.length || rows.some((row) => row.length !== a.rows[0]?.length)) return apart;
  return relabel(compareInOrder(a.rows.flat(), rows.flat(), comparison));
}

/** `2i - 3j + k` against the elements of a vector; undefined for any other expression. */
function compareWithLetters(scalar: Expression, items: readonly Value[], comparison: Comparison): Relation | undefined {
  if (!hasConstant(scalar, 'i') || !listSymbols(scalar).includes('j')) return undefined;
  const parts = splitUnitSum(nameUnits(scalar), comparison);
  return parts === null ? undefined : relabel(compareParts(parts, items, comparison));
}

/** A column of two in round brackets is how some write a binomial coefficient, and a capital may name a matrix. */
function compareWithScalar(a: MatrixValue, scalar: Expression, comparison: Comparison): Relation {
  const symbols = listSymbols(scalar);
  const items = listVector(a);
  const relation = items === null ? undefined : compareWithLetters(scalar, items, comparison);
  if (relation !== undefined) return relation;
  if (symbols.some((name) => /[A-Z]/.test(name) || /\\(?:math|vec|bold)/.test(name))) return unknown;
  const [top, bottom] = a.rows.flat().map(toExpression);
  if (a.rows.length === 1 && a.rows[0]?.length === 1)
    return top === null || top === undefined ? unknown : openIfSame(top, scalar, comparison);
  if (a.rows.length !== 2 || a.rows[0]?.length !== 1) return apart;
  if (top === undefined || bottom === undefined || top === null || bottom === null) return unknown;
  return openIfSame({ kind: 'binomial', top, bottom }, scalar, comparison);
}

function openIfSame(a: Expression, b: Expression, comparison: Comparison): Relation {
  return comparison.compareExpressions(a, b).kind === 'same' ? unknown : apart;
}

function toExpression(value: Value): Expression | null {
  if (value.kind === 'expression') return value.expression;
  return value.kind === 'number' ? { kind: 'rational', value: value.value } : null;
}

const [zero, one, two] = [0n, 1n, 2n].map((numerator) => ({
  kind: 'rational',
  value: { numerator, denominator: 1n },
})) as [RationalExpression, RationalExpression, RationalExpression];

function isUnitSum(expression: Expression): boolean {
  return listSymbols(expression).some((name) => unitVectors.includes(name as never));
}

/** `2i+3j` in plain letters, where a vector is on the other side. */
function nameUnits(expression: Expression): Expression {
  const units = unitVectors.map((name): Expression => ({ kind: 'symbol', name }));
  const [i, j, k] = units as [Expression, Expression, Expression];
  return replaceSymbols(
    replaceImaginary(expression, i),
    new Map([
      ['i', i],
      ['j', j],
      ['k', k],
    ]),
  );
}

function replaceImaginary(expression: Expression, unit: Expression): Expression {
  if (expression.kind === 'constant') return expression.name === 'i' ? unit : expression;
  return mapChildren(expression, (part) => replaceImaginary(part, unit));
}

/** The three coefficients, if the expression is the sum of them times the unit vectors. */
function splitUnitSum(expression: Expression, comparison: Comparison): readonly Expression[] | null {
  const parts = unitVectors.map((_, at) =>
    replaceSymbols(expression, new Map(unitVectors.map((name, i) => [name, i === at ? one : zero]))),
  );
  const terms = parts.map(
    (part, i): Expression => ({ kind: 'product', factors: [part, { kind: 'symbol', name: unitVectors[i] as string }] }),
  );
  return comparison.compareExpressions({ kind: 'sum', terms }, expression).kind === 'same' ? parts : null;
}

function compareUnitSum(expression: Expression, other: Value, comparison: Comparison): Relation | undefined {
  const isTuple = other.kind === 'tuple' && (other.open === '(') === (other.close === ')');
  const items = isTuple ? other.items : other.kind === 'matrix' ? listVector(other) : null;
  const isScalar = other.kind === 'number' || other.kind === 'expression';
  if (items === null && !isScalar) return other.kind === 'matrix' || other.kind === 'tuple' ? apart : undefined;
  const parts = splitUnitSum(expression, comparison);
  if (parts === null) return unknown;
  if (items !== null) return relabel(compareParts(parts, items, comparison));
  if (other.kind !== 'expression') return apart;
  const isSum = isUnitSum(other.expression);
  const others = splitUnitSum(isSum ? other.expression : nameUnits(other.expression), comparison);
  if (others === null) return isSum || listSymbols(other.expression).length > 0 ? unknown : apart;
  const relation = compareParts(
    parts,
    others.map((part): Value => ({ kind: 'expression', expression: part })),
    comparison,
  );
  return isSum ? relation : relabel(relation);
}

/** In the plane the third coefficient is zero. */
function compareParts(parts: readonly Expression[], items: readonly Value[], comparison: Comparison): Relation {
  if (items.length !== 2 && items.length !== 3) return apart;
  const values = parts.map((expression): Value => ({ kind: 'expression', expression }));
  const third: Value = { kind: 'number', value: zero.value, isPercent: false, unit: null };
  return compareInOrder(values, items.length === 2 ? [...items, third] : items, comparison);
}

/**
 * Whether two vectors with one parameter run through the same line, which has many such descriptions: each goes
 * through three points that lie on one line with those of the other.
 */
function maySpanOneLine(a: readonly Value[], b: readonly Value[], comparison: Comparison): boolean {
  const vectors = [a, b].map((items) => items.map(toExpression));
  if (a.length !== b.length || a.length > 4 || vectors.flat().includes(null)) return false;
  const [nameA, nameB] = vectors.map((cells) => new Set(cells.flatMap((cell) => listSymbols(cell as Expression))));
  if (nameA?.size !== 1 || nameB?.size !== 1) return false;
  const at = (cells: readonly (Expression | null)[] | undefined, names: Set<string>, value: Expression): Expression[] =>
    (cells ?? []).map((cell) => replaceSymbols(cell as Expression, new Map([[[...names][0] as string, value]])));
  const [start, ...others] = [
    ...[zero, one, two].map((value) => at(vectors[0], nameA, value)),
    ...[zero, one, two].map((value) => at(vectors[1], nameB, value)),
  ];
  const [along, ...more] = others.map((point) =>
    point.map((cell, i): Expression => subtract(cell, start?.[i] as Expression)),
  );
  return more.every((step) => isParallel(along as Expression[], step, comparison));
}

function isParallel(a: readonly Expression[], b: readonly Expression[], comparison: Comparison): boolean {
  return a.every((_, i) =>
    a.slice(i + 1).every((__, k) => {
      const j = i + 1 + k;
      const left: Expression = { kind: 'product', factors: [a[i] as Expression, b[j] as Expression] };
      const right: Expression = { kind: 'product', factors: [a[j] as Expression, b[i] as Expression] };
      return comparison.compareExpressions(left, right).kind !== 'apart';
    }),
  );
}
