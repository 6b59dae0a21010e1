import type { Fuel } from '../fuel.ts';
import {
  addRationals,
  divideRationals,
  isSameRational,
  makeRational,
  multiplyRationals,
  negateRational,
  type Rational,
} from '../rational.ts';
import { applyKnown, knownApplications } from './apply-known.ts';
import type { Expression } from './expression.ts';

/** Numerators and denominators above this size are never formed: the value stays with the later checks. */
const MAX_BITS = 20_000;
/** The recursion below is as deep as the tree; a parser's own limit is far lower. */
const MAX_DEPTH = 400;

const ZERO: Rational = { numerator: 0n, denominator: 1n };
const ONE: Rational = { numerator: 1n, denominator: 1n };

/**
 * The exact value of an expression that is built of rational numbers and comes out rational: `2^{10} - 1`, `\binom52`,
 * `\sqrt{9/4}`, `\log_8 4`. Null where it has no such value, where it is not found by exact steps (`\sqrt2 \cdot
 * \sqrt2`), where it is undefined (`1/0`, `0^0`), and where it or a part would pass 20,000 bits: `10^{10^{10}}` is
 * refused from the sizes, before any digit is made. Null therefore never means "not rational".
 *
 * Fuel is charged by the digits that are worked on; running out gives null.
 *
 * @example
 * foldRational(parsed('\\frac{6!}{2^4}'), fuel); // 45
 */
export function foldRational(expression: Expression, fuel: Fuel): Rational | null {
  return fold(expression, fuel, 0);
}

function fold(node: Expression, fuel: Fuel, depth: number): Rational | null {
  if (depth > MAX_DEPTH || !fuel.spend(1)) return null;
  const below = (part: Expression): Rational | null => fold(part, fuel, depth + 1);
  switch (node.kind) {
    case 'rational':
      return node.value;
    case 'symbol':
    case 'constant':
      return null;
    case 'sum':
      return foldAll(node.terms, below, addRationals, fuel);
    case 'product':
      return foldAll(node.factors, below, multiplyRationals, fuel);
    case 'negation': {
      const value = below(node.operand);
      return value && negateRational(value);
    }
    case 'quotient': {
      const top = below(node.numerator);
      const bottom = top && below(node.denominator);
      if (!top || !bottom || bottom.numerator === 0n) return null;
      return combine(top, bottom, divideRationals, fuel);
    }
    case 'power': {
      const base = below(node.base);
      const exponent = base && below(node.exponent);
      return base && exponent && raiseRational(base, exponent, fuel);
    }
    case 'root': {
      const radicand = below(node.radicand);
      return radicand && rootOfRational(radicand, node.index, fuel);
    }
    case 'function':
      return foldFunction(node.name, below(node.argument));
    case 'logarithm': {
      const base = below(node.base);
      const argument = base && below(node.argument);
      return base && argument && logarithmOfRational(base, argument, fuel);
    }
    case 'factorial':
      return factorial(below(node.operand), fuel);
    case 'binomial': {
      const top = below(node.top);
      const bottom = top && below(node.bottom);
      return top && bottom && binomial(top, bottom, fuel);
    }
    case 'application': {
      const values = knownApplications.has(node.name) ? node.arguments.map(below) : [null];
      return values.every((value) => value !== null) ? applyKnown(node.name, values, fuel) : null;
    }
    case 'bound':
      return null;
  }
}

type Combine = (a: Rational, b: Rational) => Rational;

function foldAll(
  parts: readonly Expression[],
  below: (part: Expression) => Rational | null,
  operation: Combine,
  fuel: Fuel,
): Rational | null {
  let total: Rational | null = null;
  for (const part of parts) {
    const value = below(part);
    if (value === null) return null;
    total = total === null ? value : combine(total, value, operation, fuel);
    if (total === null) return null;
  }
  return total;
}

function combine(a: Rational, b: Rational, operation: Combine, fuel: Fuel): Rational | null {
  const bits = rationalBits(a) + rationalBits(b);
  // Schoolbook products and, for fractions, a greatest common divisor: both quadratic in the digits.
  const isWhole = a.denominator === 1n && b.denominator === 1n && operation !== divideRationals;
  if (bits > 2 * MAX_BITS || !fuel.spend(1 + Math.floor((bits * bits) / (isWhole ? 65_536 : 1_024)))) return null;
  const value = operation(a, b);
  return rationalBits(value) > MAX_BITS ? null : value;
}

/** Bits of a whole number without its sign, rounded up to the next hexadecimal digit for large ones. */
function bitsOf(value: bigint): number {
  if (value < 4_294_967_296n && value > -4_294_967_296n) return 32 - Math.clz32(Math.abs(Number(value)));
  const digits = value.toString(16).length - (value < 0n ? 1 : 0);
  return digits * 4;
}

function rationalBits(value: Rational): number {
  return Math.max(bitsOf(value.numerator), bitsOf(value.denominator));
}

/**
 * base^exponent where it is rational. A negative base takes whole exponents only: schools and complex analysis disagree
 * on `(-8)^{1/3}`.
 */
export function raiseRational(base: Rational, exponent: Rational, fuel: Fuel): Rational | null {
  if (base.numerator === 0n) return exponent.numerator > 0n ? ZERO : null;
  if (isSameRational(base, ONE)) return ONE;
  if (exponent.denominator !== 1n) {
    if (base.numerator < 0n || exponent.denominator > 1_000n) return null;
    const rooted = rootOfRational(base, Number(exponent.denominator), fuel);
    return rooted && raiseRational(rooted, { numerator: exponent.numerator, denominator: 1n }, fuel);
  }
  const isInverse = exponent.numerator < 0n;
  const times = isInverse ? -exponent.numerator : exponent.numerator;
  if (base.denominator === 1n && base.numerator === -1n) return times % 2n === 0n ? ONE : base;
  // The size is known before the first multiplication. Two is the smallest base left, so the exponent is at most MAX_BITS.
  if (times > BigInt(MAX_BITS)) return null;
  const count = Number(times);
  const bits = (rationalBits(base) - 1) * count;
  if (bits > MAX_BITS || !fuel.spend(1 + Math.floor((bits * bits) / 65_536))) return null;
  const numerator = base.numerator ** times;
  const denominator = base.denominator ** times;
  // A power of a fraction in lowest terms is in lowest terms.
  if (!isInverse) return { numerator, denominator };
  return numerator < 0n
    ? { numerator: -denominator, denominator: -numerator }
    : { numerator: denominator, denominator: numerator };
}

function rootOfRational(value: Rational, index: number, fuel: Fuel): Rational | null {
  if (value.numerator < 0n && index % 2 === 0) return null;
  const numerator = exactRoot(value.numerator, index, fuel);
  const denominator = numerator === null ? null : exactRoot(value.denominator, index, fuel);
  return numerator === null || denominator === null ? null : { numerator, denominator };
}

/** The whole number whose power is the value, or null. Newton's iteration from above, which falls to the floor. */
function exactRoot(value: bigint, index: number, fuel: Fuel): bigint | null {
  if (value < 0n) {
    const positive = exactRoot(-value, index, fuel);
    return positive === null ? null : -positive;
  }
  if (value < 2n) return value;
  const bits = bitsOf(value);
  if (bits > MAX_BITS + 4 || index > bits) return null;
  if (!fuel.spend(1 + Math.floor((bits * bits) / 4_096))) return null;
  const n = BigInt(index);
  let guess = 1n << BigInt(Math.ceil(bits / index));
  for (;;) {
    const next = ((n - 1n) * guess + value / guess ** (n - 1n)) / n;
    if (next >= guess) break;
    guess = next;
  }
  return guess ** n === value ? guess : null;
}

function foldFunction(
  name: Extract<Expression, { kind: 'function' }>['name'],
  value: Rational | null,
): Rational | null {
  if (value === null) return null;
  const { numerator, denominator } = value;
  switch (name) {
    case 'abs':
      return numerator < 0n ? negateRational(value) : value;
    case 'floor':
      return { numerator: floorOf(numerator, denominator), denominator: 1n };
    case 'ceil':
      return { numerator: -floorOf(-numerator, denominator), denominator: 1n };
    case 'cos':
    case 'sec':
    case 'cosh':
    case 'exp':
      return numerator === 0n ? ONE : null;
    case 'ln':
      return isSameRational(value, ONE) ? ZERO : null;
    case 'sin':
    case 'tan':
    case 'arcsin':
    case 'arctan':
    case 'sinh':
    case 'tanh':
      return numerator === 0n ? ZERO : null;
    case 'cot':
    case 'csc':
    case 'arccos':
      return null;
  }
}

function floorOf(numerator: bigint, denominator: bigint): bigint {
  const whole = numerator / denominator;
  return numerator < 0n && whole * denominator !== numerator ? whole - 1n : whole;
}

/**
 * The rational k with base^k = argument, or null. Both are taken apart into numerator and denominator, which have no
 * factor in common, so the same k must serve both.
 */
function logarithmOfRational(base: Rational, argument: Rational, fuel: Fuel): Rational | null {
  if (base.numerator <= 0n || argument.numerator <= 0n || isSameRational(base, ONE)) return null;
  if (isSameRational(argument, ONE)) return ZERO;
  const straight = commonLogarithm(
    [base.numerator, argument.numerator],
    [base.denominator, argument.denominator],
    fuel,
  );
  if (straight !== null) return straight;
  const inverse = commonLogarithm([base.numerator, argument.denominator], [base.denominator, argument.numerator], fuel);
  return inverse && negateRational(inverse);
}

function commonLogarithm(top: [bigint, bigint], bottom: [bigint, bigint], fuel: Fuel): Rational | null {
  const found = [top, bottom]
    .filter(([base, argument]) => base !== 1n || argument !== 1n)
    .map(([base, argument]) => wholeLogarithm(base, argument, fuel));
  const [first, second] = found;
  if (first === undefined || first === null || second === null) return null;
  return second === undefined || isSameRational(first, second) ? first : null;
}

/**
 * Euclid's algorithm in the exponents: when both numbers are powers of one number, the smaller always divides the
 * larger, and what is left is again such a pair.
 */
function wholeLogarithm(base: bigint, argument: bigint, fuel: Fuel): Rational | null {
  let [a, b] = [argument, base];
  // a = argument^p base^-q and so on would be kept by pairs; the quotients of a continued fraction say the same.
  const quotients: bigint[] = [];
  while (b !== 1n) {
    if (a === 1n && quotients.length === 0) return null;
    const [count, rest] = divideOut(a, b, fuel);
    if (fuel.isOut || rest === null || quotients.length > 64) return null;
    quotients.push(count);
    [a, b] = [b, rest];
  }
  if (quotients.length === 0) return null;
  let value: Rational = { numerator: quotients.at(-1) ?? 0n, denominator: 1n };
  for (const quotient of quotients.slice(0, -1).reverse()) {
    if (value.numerator === 0n) return null;
    value = makeRational(quotient * value.numerator + value.denominator, value.numerator);
  }
  return value.numerator === 0n ? null : value;
}

/** How often b goes into a, and what is left below b; null rest when what is left is neither 1 nor a divisor's pair. */
function divideOut(a: bigint, b: bigint, fuel: Fuel): [bigint, bigint | null] {
  const powers = [b];
  const bits = bitsOf(a);
  for (let last = b; bitsOf(last) * 2 <= bits + 4; ) {
    last *= last;
    powers.push(last);
  }
  let rest = a;
  let count = 0n;
  for (let at = powers.length - 1; at >= 0; at--) {
    const power = powers[at];
    if (power === undefined || !fuel.spend(1 + Math.floor((bits * bits) / 65_536))) return [count, null];
    // Twice, because the powers stop at half of the size.
    for (let turn = 0; turn < 2 && rest >= power && rest % power === 0n; turn++) {
      rest /= power;
      count += 1n << BigInt(at);
    }
  }
  // A rest that is larger than b and not divisible by it is no power of the same number.
  return rest > b ? [count, null] : [count, rest];
}

/** Whole numbers from 0; the product is stopped when it passes the size limit. */
function factorial(operand: Rational | null, fuel: Fuel): Rational | null {
  if (operand === null || operand.denominator !== 1n || operand.numerator < 0n) return null;
  // 2,500! has more than 20,000 bits.
  if (operand.numerator > 2_500n) return null;
  return wholeProduct(1n, operand.numerator, 1n, fuel);
}

/** Whole top and bottom with 0 <= bottom <= top; other readings differ between books. */
function binomial(top: Rational, bottom: Rational, fuel: Fuel): Rational | null {
  if (top.denominator !== 1n || bottom.denominator !== 1n) return null;
  if (bottom.numerator < 0n || top.numerator < bottom.numerator) return null;
  const n = top.numerator;
  let k = bottom.numerator;
  if (n - k < k) k = n - k;
  // C(n, k) >= 2^k for the smaller k, so more than this many factors pass the size limit.
  if (k > BigInt(MAX_BITS)) return null;
  let value = 1n;
  for (let step = 1n; step <= k; step++) {
    const bits = bitsOf(value);
    if (bits > MAX_BITS || !fuel.spend(1 + (bits >> 6))) return null;
    value = (value * (n - k + step)) / step;
  }
  return bitsOf(value) > MAX_BITS ? null : { numerator: value, denominator: 1n };
}

function wholeProduct(from: bigint, to: bigint, start: bigint, fuel: Fuel): Rational | null {
  let value = start;
  for (let factor = from; factor <= to; factor++) {
    const bits = bitsOf(value);
    if (bits > MAX_BITS || !fuel.spend(1 + (bits >> 6))) return null;
    value *= factor;
  }
  return bitsOf(value) > MAX_BITS ? null : { numerator: value, denominator: 1n };
}
