import type { Expression } from '../expression.ts';
import { foldRational } from '../fold-rational.ts';
import { isPrime } from './draw-prime.ts';
import type { Evaluation } from './evaluate.ts';
import { OPAQUE, USES_LN_2, USES_LN_3, USES_LN_5, type Value } from './field.ts';
import { isPositive } from './shapes.ts';

const TRIAL_LIMIT = 1_000n;
const KNOWN_PRIMES = new Map([
  [2n, USES_LN_2],
  [3n, USES_LN_3],
  [5n, USES_LN_5],
]);

/**
 * The natural logarithm. Of a positive rational: the sum of one atom for each prime, times its exponent. Products,
 * quotients, powers and roots come apart where every part is certainly positive: \ln(xy) stays whole, because x and y
 * may both be negative. Null at zero and at negative rationals.
 */
export function lnOf(at: Evaluation, node: Expression): Value | null {
  const { field, fuel } = at;
  if (!fuel.spend(2)) return null;
  const exact = foldRational(node, fuel);
  if (exact !== null) {
    if (exact.numerator <= 0n) return null;
    const top = lnOfWhole(at, exact.numerator);
    const bottom = top && lnOfWhole(at, exact.denominator);
    return top && bottom && field.add(top, field.negate(bottom));
  }
  if (isPositive(node, fuel, { symbols: false })) {
    switch (node.kind) {
      case 'constant':
        if (node.name === 'e') return field.whole(1n);
        break;
      case 'product': {
        let total: Value | null = field.whole(0n);
        for (const factor of node.factors) {
          const value: Value | null = lnOf(at, factor);
          total = total && value && field.add(total, value);
          if (total === null) return null;
        }
        return total;
      }
      case 'quotient': {
        const top = lnOf(at, node.numerator);
        const bottom = top && lnOf(at, node.denominator);
        return top && bottom && field.add(top, field.negate(bottom));
      }
      case 'power': {
        const inner = lnOf(at, node.base);
        const exponent = inner && at.evaluate(node.exponent);
        return inner && exponent && field.multiply(inner, exponent);
      }
      case 'root': {
        const inner = lnOf(at, node.radicand);
        const share = field.fraction(1n, BigInt(node.index));
        return inner && share && field.multiply(inner, share);
      }
    }
  }
  if (node.kind === 'function' && node.name === 'exp' && at.exponent(node.argument) !== null) {
    return at.evaluate(node.argument);
  }
  const value = at.evaluate(node);
  return value && atomOf(at, value);
}

function atomOf(at: Evaluation, value: Value): Value | null {
  const { field } = at;
  if (field.isZero(value)) return null;
  if (field.isSame(value, field.whole(1n))) return field.whole(0n, value.flags | OPAQUE);
  return at.draw.atom('ln', value);
}

function lnOfWhole(at: Evaluation, number: bigint): Value | null {
  const { field, fuel } = at;
  let rest = number;
  let total = field.whole(0n);
  const digits = 1 + (number < 2n ** 64n ? 0 : Math.floor(number.toString(16).length / 16));
  for (let trial = 2n; rest > 1n && trial < TRIAL_LIMIT && trial * trial <= rest; trial += trial === 2n ? 1n : 2n) {
    if (!fuel.spend(digits)) return null;
    let times = 0n;
    while (rest % trial === 0n) {
      if (!fuel.spend(digits)) return null;
      rest /= trial;
      times++;
    }
    if (times > 0n) total = field.add(total, field.multiply(lnOfPrime(at, trial), field.whole(times)));
  }
  if (rest === 1n) return total;
  const isKnownPrime = rest < TRIAL_LIMIT * TRIAL_LIMIT || (rest < 2n ** 64n && fuel.spend(200) && isPrime(rest));
  // The same atom as for ln of an expression with this value.
  const last = isKnownPrime ? lnOfPrime(at, rest) : atomOf(at, field.whole(rest));
  return last && field.add(total, last);
}

function lnOfPrime(at: Evaluation, prime: bigint): Value {
  return at.draw.named(`ln ${prime}`, KNOWN_PRIMES.get(prime) ?? OPAQUE);
}
