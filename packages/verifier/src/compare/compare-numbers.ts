import type { Unit } from '../parse/parse-unit.ts';
import { listConversions } from '../parse/units.ts';
import type { NumberValue } from '../parse/values.ts';
import { divideRationals, isSameRational, makeRational, type Rational } from '../rational.ts';
import { apart, type Relation, same } from './relation.ts';

const hundred: Rational = { numerator: 100n, denominator: 1n };

/** Compares two numbers with what stands behind them. Exact: 0.33 is not 1/3, and 1e-30 is not 0. */
export function compareNumbers(a: NumberValue, b: NumberValue): Relation {
  if (a.isPercent !== b.isPercent) return a.isPercent ? comparePercent(a, b) : comparePercent(b, a);
  if (a.unit === null && b.unit === null) return isSameRational(a.value, b.value) ? same : apart;
  if (a.unit !== null && b.unit !== null) return compareMeasures(a, b);
  return a.unit === null ? compareOmitted(b, b.unit as Unit, a) : compareOmitted(a, a.unit, b);
}

/**
 * 50% is 1/2 by definition. Against a bare 50 it is the same number under the policy `percent-sign`, as questions ask
 * "what percent" and references leave the sign out.
 */
function comparePercent(percent: NumberValue, bare: NumberValue): Relation {
  if (bare.unit !== null) return { kind: 'unknown', reason: 'unit-conflict' };
  if (isSameRational(divideRationals(percent.value, hundred), bare.value)) return same;
  return isSameRational(percent.value, bare.value) ? { ...same, policies: ['percent-sign'] } : apart;
}

function compareMeasures(a: NumberValue, b: NumberValue): Relation {
  if (a.unit?.name !== b.unit?.name) return { kind: 'unknown', reason: 'unit-conflict' };
  return isSameRational(a.value, b.value) ? same : apart;
}

/**
 * A unit on one side only. Equal numbers are equal under the policy. Unequal ones differ under it too, unless the bare
 * number may be the same quantity in another unit: `50 cents` and `0.5`.
 */
function compareOmitted(measure: NumberValue, unit: Unit, bare: NumberValue): Relation {
  if (isSameRational(measure.value, bare.value)) return { ...same, policies: ['unit-omitted'] };
  if (unit.convertsFreely) return { kind: 'unknown', reason: 'unit-conflict' };
  if (unit.dimension === null) return { kind: 'apart', policies: ['unit-omitted'] };
  if (measure.value.numerator === 0n || bare.value.numerator === 0n)
    return { kind: 'apart', policies: ['unit-omitted'] };
  const ratio = divideRationals(measure.value, bare.value);
  const converts = listConversions(unit.dimension.name, unit.dimension.power).some(([numerator, denominator]) =>
    isSameRational(ratio, makeRational(numerator, denominator)),
  );
  return converts ? { kind: 'unknown', reason: 'unit-conflict' } : { kind: 'apart', policies: ['unit-omitted'] };
}
