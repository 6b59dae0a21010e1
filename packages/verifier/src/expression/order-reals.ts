import type { Fuel } from '../fuel.ts';
import { signOfBall } from './ball/ball.ts';
import { isReal } from './ball/complex-ball.ts';
import { evaluateBall } from './ball/evaluate-ball.ts';
import { makeConstant, subtract } from './build-expression.ts';
import type { Expression } from './expression.ts';
import { compareFingerprints } from './fingerprint/create-fingerprinter.ts';
import { foldRational } from './fold-rational.ts';
import { isSameExpression } from './is-same-expression.ts';
import { listSymbols } from './symbols.ts';

/** -1 where a < b, 1 where a > b, 0 where they are equal; undefined where that is not certain. */
export type Order = -1 | 0 | 1 | undefined;

const zero = makeConstant(0n);

/** Orders two real numbers: exact rationals, else balls that exclude zero, else one value in two finite fields. */
export function orderReals(a: Expression, b: Expression, fuel: Fuel): Order {
  if (isSameExpression(a, b)) return 0;
  const x = foldRational(a, fuel);
  const y = foldRational(b, fuel);
  if (x !== null && y !== null) {
    const difference = x.numerator * y.denominator - y.numerator * x.denominator;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  const isGround = listSymbols(a).length + listSymbols(b).length === 0;
  for (const bits of isGround ? [256, 1024] : []) {
    const ball = evaluateBall(subtract(a, b), new Map(), bits, fuel);
    const sign = ball !== undefined && isReal(ball) ? signOfBall(ball.re) : undefined;
    if (sign !== undefined) return sign;
    if (bits === 256 && compareFingerprints(a, b, fuel) === 'same') return 0;
  }
  return isGround || compareFingerprints(a, b, fuel) !== 'same' ? undefined : 0;
}

/**
 * Sorted; undefined where two that meet cannot be ordered. Not `sort`, whose choice of whom to compare with whom is
 * another in each version of JavaScript's engines, and with it the fuel.
 */
export function sortInOrder<Item>(
  items: readonly Item[],
  order: (a: Item, b: Item) => Order,
): readonly Item[] | undefined {
  const sorted: Item[] = [];
  for (const item of items) {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const found = order(item, sorted[middle] as Item);
      if (found === undefined) return undefined;
      if (found < 0) high = middle;
      else low = middle + 1;
    }
    sorted.splice(low, 0, item);
  }
  return sorted;
}

export function signOf(a: Expression, fuel: Fuel): Order {
  return orderReals(a, zero, fuel);
}
