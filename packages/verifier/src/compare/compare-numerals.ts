import type { Expression } from '../expression/expression.ts';
import {
  type BasedValue,
  type DateValue,
  isContainer,
  type RatioValue,
  type TimeValue,
  type Value,
} from '../parse/values.ts';
import { isSameRational, type Rational } from '../rational.ts';
import { compareQuantities } from './compare-numbers.ts';
import { isQuantity } from './compare-scalars.ts';
import type { Comparison, FormComparer } from './comparison.ts';
import { apart, joinSame, type Relation, type SameRelation, same, unknown } from './relation.ts';

const ambiguous: Relation = { kind: 'unknown', reason: 'ambiguous' };

/** Numerals to a base, ratios and times, also against numbers, and scalars with a unit. */
export const compareNumerals: FormComparer = (a, b, comparison) => {
  switch (a.kind) {
    case 'based':
      return compareBased(a, b, comparison);
    case 'ratio':
      return compareRatio(a, b, comparison);
    case 'time':
      return compareTime(a, b);
    case 'date':
      return b.kind === 'date' ? compareDates(a, b) : compareWithOther(a, b, comparison);
    case 'quantity':
      return isQuantity(b) ? compareQuantities(a, b, comparison) : undefined;
    default:
      return undefined;
  }
};

/** A number or a time and a date are never the same, nor are one date and several; nothing is known about words. */
function compareWithOther(date: DateValue, other: Value, comparison: Comparison): Relation {
  if (isContainer(other)) {
    return other.items.some((item) => comparison.compare(date, item).kind === 'apart') ? apart : unknown;
  }
  const isOther = other.kind === 'time' || other.kind === 'ratio' || other.kind === 'based' || isQuantity(other);
  return isOther ? apart : unknown;
}

/**
 * Two numerals are the same with the same digits to the same base. A question that asks for base 3 wants base 3, so
 * the same number to another base is left open.
 */
function compareBased(a: BasedValue, b: Value, comparison: Comparison): Relation | undefined {
  const asNumber = (value: Rational): Value => ({ kind: 'number', value, isPercent: false, unit: null });
  if (b.kind === 'based') {
    if (!isSameRational(a.value, b.value)) return apart;
    return a.base === b.base ? same : ambiguous;
  }
  if (!isQuantity(b)) return b.kind === 'ratio' ? apart : undefined;
  const byValue = comparison.compare(asNumber(a.value), b);
  if (a.base === 10) return byValue;
  if (/^-?\d+$/.test(a.digits) && b.kind === 'number') {
    const digits = asNumber({ numerator: BigInt(a.digits), denominator: 1n });
    const byDigits = comparison.compare(digits, b);
    if (byDigits.kind === 'same') return { ...byDigits, policies: [...byDigits.policies, 'base-omitted'] };
  }
  return byValue.kind === 'apart' ? apart : ambiguous;
}

/** Ratios are the same when their terms are in proportion; of two terms, also a fraction. */
function compareRatio(a: RatioValue, b: Value, comparison: Comparison): Relation | undefined {
  if (b.kind === 'ratio') return compareRatios(a, b, comparison);
  if (b.kind === 'time') return a.time === null ? apart : compareTimes(a.time, b);
  if (b.kind === 'tuple') return apart;
  if (!isQuantity(b)) return undefined;
  const [left, right] = a.terms.map(toExpression);
  const other = toExpression(b);
  if (a.terms.length !== 2) return b.kind === 'number' ? apart : unknown;
  if (!left || !right || other === null) return unknown;
  const relation = comparison.compareExpressions({ kind: 'quotient', numerator: left, denominator: right }, other);
  if (relation.kind !== 'same') return relation;
  return { ...relation, policies: [...relation.policies, 'ratio-as-fraction'] };
}

function compareRatios(a: RatioValue, b: RatioValue, comparison: Comparison): Relation {
  if (a.time !== null && b.time !== null && a.terms.length !== b.terms.length) return compareTimes(a.time, b.time);
  const relation = compareTerms(a, b, comparison);
  if (a.time === null || b.time === null || relation.kind !== 'same') return relation;
  // 1:10 and 2:20 are one ratio and two times, 3:00 and 15:00 perhaps one time.
  const times = compareTimes(a.time, b.time);
  return times.kind === 'same' && times.policies.length === 0 ? relation : ambiguous;
}

/** Cross products with the first term that is not zero: with one that is they would say nothing. */
function compareTerms(a: RatioValue, b: RatioValue, comparison: Comparison): Relation {
  if (a.terms.length !== b.terms.length) return apart;
  const [left, right] = [a.terms.map(toExpression), b.terms.map(toExpression)];
  if (a.terms.every((term, i) => isSameTerm(term, b.terms[i] as Value))) return same;
  if (left.includes(null) || right.includes(null)) return compareMeasured(a, b, comparison);
  const pivot = left.findIndex((term) => !isZero(term));
  const [firstLeft, firstRight] = [left[pivot], right[pivot]];
  // 0:0 is no ratio.
  if (!firstLeft || !firstRight) return unknown;
  if (isZero(firstRight)) return apart;
  let joined: SameRelation = same;
  let open: Relation | undefined;
  for (let i = 0; i < left.length; i++) {
    if (i === pivot) continue;
    const cross = comparison.compareExpressions(
      { kind: 'product', factors: [firstLeft, right[i] as Expression] },
      { kind: 'product', factors: [firstRight, left[i] as Expression] },
    );
    if (cross.kind === 'apart') return cross;
    if (cross.kind === 'unknown') open ??= cross;
    else joined = joinSame(joined, cross);
  }
  return open ?? joined;
}

function isZero(term: Expression | null | undefined): boolean {
  return term?.kind === 'rational' && term.value.numerator === 0n;
}

function isSameTerm(a: Value, b: Value): boolean {
  return a.kind === 'number' && b.kind === 'number' && a.unit === b.unit && isSameRational(a.value, b.value);
}

/** With units in the terms only term by term. */
function compareMeasured(a: RatioValue, b: RatioValue, comparison: Comparison): Relation {
  const relations = a.terms.map((term, i) => comparison.compare(term, b.terms[i] as Value));
  return relations.every(({ kind }) => kind === 'same') ? (relations[0] as Relation) : unknown;
}

function toExpression(value: Value): Expression | null {
  if (value.kind === 'expression') return value.expression;
  if (value.kind !== 'number' || value.unit !== null) return null;
  const expression: Expression = { kind: 'rational', value: value.value };
  const hundred: Expression = { kind: 'rational', value: { numerator: 100n, denominator: 1n } };
  return value.isPercent ? { kind: 'quotient', numerator: expression, denominator: hundred } : expression;
}

function compareTime(a: TimeValue, b: Value): Relation | undefined {
  if (b.kind === 'time') return compareTimes(a, b);
  if (b.kind === 'ratio') return b.time === null ? apart : compareTimes(a, b.time);
  // Two o'clock may be given as 2, and 14:00 as 14.
  if (b.kind === 'number' && b.unit === null && !b.isPercent) {
    const hours = Number(b.value.numerator);
    const isHour = b.value.denominator === 1n && a.seconds % 3600 === 0 && (a.seconds / 3600 - hours) % 12 === 0;
    return isHour ? unknown : apart;
  }
  if (b.kind === 'date') return apart;
  // A time of day is no duration, nor is it a share.
  return isQuantity(b) ? (b.kind === 'expression' ? unknown : apart) : undefined;
}

/** `3:30` may be meant before or after noon, and then means the half that the other side names. */
function compareTimes(a: TimeValue, b: TimeValue): Relation {
  if ((a.seconds - b.seconds) % 43200 !== 0) return apart;
  if (a.half !== null && b.half !== null) return a.half === b.half ? same : apart;
  if (a.half === b.half) return a.seconds === b.seconds ? same : unknown;
  return { ...same, policies: ['unit-omitted'] };
}

function compareDates(a: DateValue, b: DateValue): Relation {
  const pairs = (['year', 'month', 'day'] as const).map((key) => [a[key], b[key]] as const);
  pairs.push([findWeekday(a), findWeekday(b)]);
  if (pairs.some(([left, right]) => left !== null && right !== null && left !== right)) return apart;
  return pairs.every(([left, right]) => left === right) ? same : unknown;
}

/** The weekday as written, or that of the whole date. */
function findWeekday({ year, month, day, weekday }: DateValue): number | null {
  if (weekday !== null || year === null || month === null || day === null) return weekday;
  // The years of the Gregorian calendar begin in March here, so that a leap day is the last of its year.
  const years = month < 2 ? year - 1 : year;
  const leaps = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return (years + leaps + Number('032503514624'[month]) + day) % 7;
}
