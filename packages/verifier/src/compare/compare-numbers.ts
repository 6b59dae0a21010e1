import type { Expression } from '../expression/expression.ts';
import { hasConstant, listSymbols, replaceSymbols } from '../expression/symbols.ts';
import { convertUnit, type Unit } from '../parse/parse-unit.ts';
import { type Bases, listRelated, multiplyUnits, printBases } from '../parse/units.ts';
import type { ExpressionValue, NumberValue, QuantityValue } from '../parse/values.ts';
import { addRationals, isSameRational, makeRational, multiplyRationals, type Rational } from '../rational.ts';
import type { Comparison } from './comparison.ts';
import { isDegree } from './find-doubt.ts';
import { relatePercent } from './relate-percent.ts';
import { apart, type Relation, same } from './relation.ts';

/** A scalar with or without something behind it. */
export type Quantity = NumberValue | ExpressionValue | QuantityValue;

/** A number as a rational, so that most are compared without an expression. */
type Amount = Rational | Expression;

const unclear: Relation = { kind: 'unknown', reason: 'unit-conflict' };
const omitted: Relation = { kind: 'apart', policies: ['unit-omitted'] };
/** Letters that are a unit as often as a variable. */
const unitLetters: ReadonlySet<string> = new Set([...'mgsthlkLVWJNKFCAT']);

const hundredth = makeRational(1n, 100n);

/** Compares two scalars with what stands behind them. Exact: 0.33 is not 1/3, and 1e-30 is not 0. */
export function compareQuantities(a: Quantity, b: Quantity, comparison: Comparison): Relation {
  const compare: Compare = (left, right) => compareAmounts(left, right, comparison);
  const [percentA, percentB] = [isPercent(a), isPercent(b)];
  const [unitA, unitB] = [getUnit(a), getUnit(b)];
  const [left, right] = [getAmount(a), getAmount(b)];
  if (percentA !== percentB) {
    if ((unitA ?? unitB) !== null) return (unitA ?? (unitB as Unit)).isKnown ? apart : unclear;
    const isRefused = comparison.settings.refusedPolicies.has('percent-sign');
    const [percent, bare] = percentA ? [left, right] : [right, left];
    return comparePercent(percent, bare, { compare, isRefused });
  }
  if (unitA === null && unitB === null) return compare(left, right);
  if (unitA !== null && unitB !== null) return compareMeasures([left, unitA], [right, unitB], compare);
  return unitA === null
    ? compareOmitted([right, unitB as Unit], left, compare)
    : compareOmitted([left, unitA], right, compare);
}

type Compare = (a: Amount, b: Amount) => Relation;
type Measure = readonly [Amount, Unit];

function isPercent(value: Quantity): boolean {
  return value.kind !== 'expression' && value.isPercent;
}

function getUnit(value: Quantity): Unit | null {
  return value.kind === 'expression' ? null : value.unit;
}

function getAmount(value: Quantity): Amount {
  return value.kind === 'number' ? value.value : value.expression;
}

function compareAmounts(a: Amount, b: Amount, comparison: Comparison): Relation {
  if (isRational(a) && isRational(b)) return isSameRational(a, b) ? same : apart;
  const [left, right] = [toExpression(a), toExpression(b)];
  const relation = comparison.compareExpressions(left, right);
  if (relation.kind !== 'unknown' || relation.reason !== 'unit-conflict') return relation;
  // 180° - 2x° is 180 - 2x where the signs of all terms are left out; a sign inside a root or a sine belongs there.
  const [bareLeft, bareRight] = [dropDegrees(left), dropDegrees(right)];
  if (bareLeft === null && bareRight === null) return relation;
  const bare = comparison.compareExpressions(bareLeft ?? left, bareRight ?? right);
  return bare.kind === 'same' ? addOmitted(bare) : relation;
}

/** Without the degree sign of each term; null where a term has none. */
function dropDegrees(expression: Expression): Expression | null {
  if (expression.kind === 'negation') {
    const operand = dropDegrees(expression.operand);
    return operand && { kind: 'negation', operand };
  }
  if (expression.kind === 'sum') {
    const terms = expression.terms.map(dropDegrees);
    return terms.includes(null) ? null : { kind: 'sum', terms: terms as Expression[] };
  }
  if (expression.kind !== 'product') return null;
  const last = expression.factors.at(-1) as Expression;
  const inner = isDegree(last) ? [] : [dropDegrees(last)];
  if (inner.includes(null)) return null;
  const factors = [...expression.factors.slice(0, -1), ...(inner as Expression[])];
  return factors.length === 1 ? (factors[0] as Expression) : { kind: 'product', factors };
}

function isRational(amount: Amount): amount is Rational {
  return !('kind' in amount);
}

function toExpression(amount: Amount): Expression {
  return isRational(amount) ? { kind: 'rational', value: amount } : amount;
}

function scale(amount: Amount, factor: Rational): Amount {
  if (isRational(amount)) return multiplyRationals(amount, factor);
  const isOne = factor.numerator === factor.denominator;
  return isOne ? amount : { kind: 'product', factors: [{ kind: 'rational', value: factor }, amount] };
}

function shift(amount: Amount, offset: Rational): Amount {
  if (isRational(amount)) return addRationals(amount, offset);
  return { kind: 'sum', terms: [amount, { kind: 'rational', value: offset }] };
}

/** 50% is 1/2 by definition. Refused, `percent-sign` leaves only that: 50% and 50 are plainly different. */
function comparePercent(
  percent: Amount,
  bare: Amount,
  { compare, isRefused }: { readonly compare: Compare; readonly isRefused: boolean },
): Relation {
  const byValue = compare(scale(percent, hundredth), bare);
  if (isRefused) return byValue;
  return relatePercent(isRational(bare) ? bare : null, { byValue, asWritten: () => compare(percent, bare) });
}

/** Units of one dimension convert exactly, and two known dimensions never meet. */
function compareMeasures([a, unitA]: Measure, [b, unitB]: Measure, compare: Compare): Relation {
  if (unitA.name === unitB.name) return compare(a, b);
  if (printBases(unitA.bases) === printBases(unitB.bases)) return compareConverted([a, unitA], [b, unitB], compare);
  if (isAngle(unitA) && isAngle(unitB)) {
    const angles = compare(toRadians(a, unitA), toRadians(b, unitB));
    // Both have their unit, so that none of them can be left out.
    return angles.kind === 'unknown' && angles.reason === 'unit-conflict' ? apart : angles;
  }
  const written = compare(a, b);
  // Pounds are money as well as a weight.
  const isPound = unitA.name === 'pound' || unitB.name === 'pound';
  if (isPound && isMixed(unitA, unitB, 'gram', 'sterling')) return written;
  // Degrees may be those of a thermometer, and the time of a month depends on the month.
  if (isMixed(unitA, unitB, 'degree', 'kelvin')) return addOmitted(written);
  if (isMixed(unitA, unitB, 'month', 'second')) return compareWithMonths([a, unitA], [b, unitB]);
  if ((unitA.name === 'cent' || unitB.name === 'cent') && isMixed(unitA, unitB, 'dollar', 'euro')) return unclear;
  if (unitA.isKnown && unitB.isKnown) return apart;
  const [physicalA, physicalB] = [dropWords(unitA), dropWords(unitB)];
  if (physicalA !== printBases({}) && physicalA === physicalB) {
    const converted = compareConverted([a, unitA], [b, unitB], compare);
    const isSubset = [unitA, unitB].some((unit) => printBases(unit.bases) === physicalA);
    return converted.kind === 'same' ? (isSubset ? addOmitted(converted) : unclear) : converted;
  }
  // Other words for the same, unless one of them is a measure that the other may convert to.
  const areWords = physicalA === '' && physicalB === '';
  return written.kind === 'apart' && areWords ? written : unclear;
}

/** A month has 28 to 31 days. */
function compareWithMonths([a, unitA]: Measure, [b, unitB]: Measure): Relation {
  if ('month' in unitB.bases) return compareWithMonths([b, unitB], [a, unitA]);
  const isPlain = printBases(unitA.bases) === 'month' && printBases(unitB.bases) === 'second';
  if (!isPlain || !isRational(a) || !isRational(b)) return unclear;
  const months = multiplyRationals(a, unitA.size);
  const days = multiplyRationals(b, multiplyRationals(unitB.size, makeRational(1n, 86400n)));
  const [left, right] = [days.numerator * months.denominator, months.numerator * days.denominator];
  return left < 28n * right || left > 31n * right ? apart : unclear;
}

function compareConverted([a, unitA]: Measure, [b, unitB]: Measure, compare: Compare): Relation {
  const factor = convertUnit(unitA, unitB);
  const plain = compare(scale(a, factor), b);
  if (unitA.offset === undefined || unitB.offset === undefined) {
    const isSure = unitA.isKnown && unitB.isKnown;
    return plain.kind === 'apart' && !isSure && !isSameRational(factor, makeRational(1n, 1n)) ? unclear : plain;
  }
  const absolute = compare(shift(scale(a, unitA.size), unitA.offset), shift(scale(b, unitB.size), unitB.offset));
  // A difference of temperatures has no zero.
  return absolute.kind === 'apart' && plain.kind !== 'apart' ? unclear : absolute;
}

function addOmitted(relation: Relation): Relation {
  return relation.kind === 'same' ? { ...relation, policies: [...relation.policies, 'unit-omitted'] } : relation;
}

function dropWords({ bases }: Unit): string {
  return printBases(Object.fromEntries(Object.entries(bases).filter(([base]) => base[0] !== '~')) as Bases);
}

function isMixed(a: Unit, b: Unit, one: string, other: string): boolean {
  const has = (unit: Unit, base: string): boolean => (unit.bases[base] ?? 0) !== 0;
  return (has(a, one) && has(b, other)) || (has(a, other) && has(b, one));
}

function isAngle({ bases }: Unit): boolean {
  const key = printBases(bases);
  return key === 'degree' || key === 'radian';
}

/** A radian is the number 1. */
function toRadians(amount: Amount, unit: Unit): Amount {
  const number = scale(amount, unit.size);
  if ('radian' in unit.bases) return number;
  return {
    kind: 'product',
    factors: [toExpression(scale(number, makeRational(1n, 180n))), { kind: 'constant', name: 'pi' }],
  };
}

/**
 * A unit on one side only. Equal numbers are equal under the policy. Unequal ones differ under it too, unless the bare
 * number may be the same quantity in another unit: `50 cents` and `0.5`.
 */
function compareOmitted([amount, unit]: Measure, bare: Amount, compare: Compare): Relation {
  if (isAngle(unit)) {
    const inRadians = compare(toRadians(amount, unit), bare);
    if (inRadians.kind === 'same') return inRadians;
    // A multiple of pi is an angle in radians, and no sign was left out behind it.
    if (hasConstant(toExpression(amount), 'pi')) return inRadians;
  }
  const written = compare(amount, bare);
  if (written.kind === 'same') return addOmitted(written);
  if (mayBeProduct(amount, bare, compare)) return unclear;
  if (written.kind === 'unknown') return written;
  return mayConvert([amount, unit], bare, compare) ? unclear : omitted;
}

/** `9 m/s` and `\frac{9m}{s}`, or `3\text{ t}` and `3t`: the letters of a product that may be those of the unit. */
function mayBeProduct(amount: Amount, bare: Amount, compare: Compare): boolean {
  if (isRational(bare)) return false;
  const own = isRational(amount) ? [] : listSymbols(amount);
  const others = listSymbols(bare).filter((name) => !own.includes(name));
  if (others.length === 0 || others.some((name) => !unitLetters.has(name))) return false;
  const one = toExpression(makeRational(1n, 1n));
  return compare(amount, replaceSymbols(bare, new Map(others.map((name) => [name, one])))).kind === 'same';
}

/** Whether the bare number is the measure in other units of its dimension, such as 88 (feet a second) for 60 mph. */
function mayConvert([amount, unit]: Measure, bare: Amount, compare: Compare): boolean {
  if (!isRational(amount) || !isRational(bare) || amount.numerator === 0n || bare.numerator === 0n) return false;
  const entries = Object.entries(unit.bases).filter(([, power]) => power !== 0);
  if (entries.length === 0 || entries.length > 2) return false;
  const inBases = scale(amount, unit.size);
  const sizes = entries.reduce<readonly Rational[]>(
    (products, [base, power]) =>
      products.flatMap((product) =>
        listRelated({ [base]: 1 }).map((other) => multiplyRationals(product, multiplyUnits([[other, power]]).size)),
      ),
    [makeRational(1n, 1n)],
  );
  if (
    [...sizes, ...listRelated(unit.bases).map(({ size }) => size)].some(
      (size) => compare(inBases, scale(bare, size)).kind === 'same',
    )
  )
    return true;
  const { offset } = unit;
  if (offset === undefined) return false;
  return listRelated(unit.bases).some(
    (other) =>
      other.offset && compare(shift(inBases, offset), shift(scale(bare, other.size), other.offset)).kind === 'same',
  );
}
