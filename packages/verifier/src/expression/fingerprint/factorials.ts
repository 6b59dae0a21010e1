import type { Expression } from '../expression.ts';
import { foldRational } from '../fold-rational.ts';
import type { Evaluation } from './evaluate.ts';
import type { Value } from './field.ts';
import { wholeTerm } from './shapes.ts';

/** n! mod p takes n products. */
const MAX_FACTORIAL = 100_000n;
const MAX_STEPS = 64n;

/**
 * n! for a whole number up to 100,000 as a product mod p; else, with the whole number c that stands as a term,
 * (R + c)! = R! (R + 1) ... (R + c), where R! is an atom. So n!/(n-1)! is n.
 */
export function evaluateFactorial(at: Evaluation, operand: Expression): Value | null {
  const number = foldRational(operand, at.fuel);
  if (number !== null) return number.denominator === 1n ? wholeFactorial(at, number.numerator) : null;
  const value = at.evaluate(operand);
  return value && factorialOf(at, value, wholeTerm(operand, at.fuel));
}

function factorialOf(at: Evaluation, value: Value, constant: bigint): Value | null {
  const { field } = at;
  if (!at.fuel.spend(60)) return null;
  const isFar = constant > MAX_STEPS || constant < -MAX_STEPS;
  const steps = isFar ? 0n : constant;
  const rest = field.add(value, field.whole(-steps));
  // A rest of zero is a whole number after all, as in (n - (n - 2))!
  if (field.isZero(rest)) return isFar ? null : wholeFactorial(at, constant);
  let result: Value | null = at.draw.atom('factorial', rest);
  for (let step = 1n; step <= steps; step++) result = field.multiply(result, field.add(rest, field.whole(step)));
  for (let step = 0n; step > steps && result !== null; step--) {
    const inverse = field.inverse(field.add(rest, field.whole(step)));
    result = inverse && field.multiply(result, inverse);
  }
  return result;
}

function wholeFactorial(at: Evaluation, n: bigint): Value | null {
  if (n < 0n || n > MAX_FACTORIAL || !at.fuel.spend(1 + Number(n))) return null;
  const { p } = at.field;
  let product = 1n;
  for (let factor = 2n; factor <= n; factor++) product = (product * factor) % p;
  return at.field.whole(product);
}

/** A whole bottom k: top (top - 1) ... / k!. Else the quotient of factorials. */
export function evaluateBinomial(at: Evaluation, top: Expression, bottom: Expression): Value | null {
  const { field, fuel } = at;
  const n = foldRational(top, fuel);
  const k = foldRational(bottom, fuel);
  // Whole numbers outside 0 <= k <= n, and fractions: books differ.
  if (k !== null && (k.denominator !== 1n || k.numerator < 0n)) return null;
  if (n !== null && (n.denominator !== 1n || n.numerator < 0n)) return null;
  if (n !== null && k !== null) {
    const both = n.numerator < k.numerator ? null : wholeFactorial(at, n.numerator);
    const below = both && wholeFactorial(at, k.numerator);
    const other = below && wholeFactorial(at, n.numerator - k.numerator);
    const inverse = below && other && field.inverse(field.multiply(below, other));
    return both && inverse && field.multiply(both, inverse);
  }
  const upper = at.evaluate(top);
  if (upper === null) return null;
  if (k !== null && k.numerator <= MAX_STEPS) {
    let result = field.whole(1n);
    for (let step = 0n; step < k.numerator; step++) {
      result = field.multiply(result, field.add(upper, field.whole(-step)));
    }
    const count = wholeFactorial(at, k.numerator);
    const inverse = count && field.inverse(count);
    return inverse && field.multiply(result, inverse);
  }
  const whole = evaluateFactorial(at, top);
  const below = whole && evaluateFactorial(at, bottom);
  const other = below && evaluateFactorial(at, { kind: 'sum', terms: [top, { kind: 'negation', operand: bottom }] });
  const inverse = below && other && field.inverse(field.multiply(below, other));
  return whole && inverse && field.multiply(whole, inverse);
}
