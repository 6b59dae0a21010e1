import type { Expression } from '../../expression/expression.ts';
import type { Comparison } from '../comparison.ts';
import { apart, joinSame, type Relation, type SameRelation, same, unknown } from '../relation.ts';
import { add, makeInteger, multiply, subtract, zero } from './algebra.ts';

/** The numbers start + step n for all whole n. */
export interface Progression {
  readonly start: Expression;
  readonly step: Expression;
}

/** Steps whose ratio needs larger numbers than this, and starts that lie more steps apart, are not related. */
const largestRatio = 12;
const mostSteps = 12;

/** More numbers than this in one period are not compared. */
const mostStarts = 48;

/**
 * Compares unions of progressions as sets of numbers: over one common period, each start of one must lie a whole
 * number of periods from a start of the other.
 */
export function compareLattices(
  a: readonly Progression[],
  b: readonly Progression[],
  comparison: Comparison,
): Relation {
  const unit = (a[0] as Progression).step;
  if (comparison.compareExpressions(unit, zero).kind !== 'apart') return unknown;
  const ratios = [...a, ...b].map(({ step }) => findRatio(step, unit, comparison));
  if (ratios.some((ratio) => ratio === undefined)) return unknown;
  if (ratios.some((ratio) => ratio === null)) return apart;
  // The steps are p/q units; their least common multiple in units is that of the p over the q as whole numbers.
  const scale = (ratios as readonly Ratio[]).reduce((product, { q }) => leastMultiple(product, q), 1);
  const steps = (ratios as readonly Ratio[]).map(({ p, q }) => (p * scale) / q);
  const period = steps.reduce(leastMultiple, 1);
  const count = steps.reduce((sum, step) => sum + period / step, 0);
  if (count > mostStarts) return unknown;
  const length = multiply({ kind: 'rational', value: { numerator: BigInt(period), denominator: BigInt(scale) } }, unit);
  const starts = (list: readonly Progression[], from: number): readonly Expression[] =>
    list.flatMap(({ start, step }, i) =>
      Array.from({ length: period / (steps[from + i] as number) }, (_, k) =>
        add(start, multiply(makeInteger(k), step)),
      ),
    );
  return matchStarts(starts(a, 0), starts(b, a.length), length, comparison);
}

interface Ratio {
  readonly p: number;
  readonly q: number;
}

/** The size of step / unit as p/q; null where it is no small fraction, undefined where that is not known. */
function findRatio(step: Expression, unit: Expression, comparison: Comparison): Ratio | null | undefined {
  let isOpen = false;
  for (let q = 1; q <= largestRatio; q++) {
    for (let p = 1; p <= largestRatio; p++) {
      if (leastMultiple(p, q) !== p * q) continue;
      for (const sign of [1, -1]) {
        const relation = comparison.compareExpressions(
          multiply(makeInteger(q), step),
          multiply(makeInteger(p * sign), unit),
        );
        if (relation.kind === 'same') return { p, q };
        if (relation.kind === 'unknown') isOpen = true;
      }
    }
  }
  return isOpen ? undefined : null;
}

function matchStarts(
  a: readonly Expression[],
  b: readonly Expression[],
  period: Expression,
  comparison: Comparison,
): Relation {
  let joined: SameRelation = same;
  const meets = (x: Expression, y: Expression): Relation => isMultiple(subtract(x, y), period, comparison);
  const lines = [...a.map((x) => b.map((y) => [x, y] as const)), ...b.map((y) => a.map((x) => [x, y] as const))];
  let isOpen = false;
  for (const line of lines) {
    let isFound = false;
    let isLineOpen = false;
    for (const [x, y] of line) {
      const relation = meets(x, y);
      if (relation.kind === 'same') {
        joined = joinSame(joined, relation);
        isFound = true;
        break;
      }
      if (relation.kind === 'unknown') isLineOpen = true;
    }
    if (!isFound && !isLineOpen) return apart;
    if (!isFound) isOpen = true;
  }
  return isOpen ? unknown : joined;
}

/** Whether a difference is a whole number of periods; more than a dozen are not thought of. */
function isMultiple(difference: Expression, period: Expression, comparison: Comparison): Relation {
  let isOpen = false;
  for (let n = 0; n <= mostSteps; n++) {
    for (const sign of n === 0 ? [1] : [1, -1]) {
      const relation = comparison.compareExpressions(difference, multiply(makeInteger(n * sign), period));
      if (relation.kind === 'same') return relation;
      if (relation.kind === 'unknown') isOpen = true;
    }
  }
  return isOpen ? unknown : apart;
}

function leastMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
