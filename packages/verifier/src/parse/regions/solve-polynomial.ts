import { fold, makeConstant } from '../../expression/build-expression.ts';
import type { Expression } from '../../expression/expression.ts';
import { type Order, orderReals, sortInOrder } from '../../expression/order-reals.ts';
import type { Fuel } from '../../fuel.ts';
import {
  addRationals,
  divideRationals,
  isSameRational,
  makeRational,
  multiplyRationals,
  negateRational,
  type Rational,
} from '../../rational.ts';
import type { End, Piece } from '../values.ts';
import { unitePieces } from './pieces.ts';
import type { Question } from './solve-inequality.ts';

/** Coefficients from the constant up; the last is not zero. No coefficient is the polynomial 0. */
type Polynomial = readonly Rational[];

interface Fraction {
  readonly top: Polynomial;
  readonly bottom: Polynomial;
}

const highestDegree = 8;
/** Rational roots are searched among divisors of whole numbers up to this. */
const mostSearched = 20_000n;

const one: Rational = { numerator: 1n, denominator: 1n };

/** Where a quotient of polynomials with rational coefficients is below zero, zero, or not: a chart of signs. */
export function solvePolynomial(
  difference: Expression,
  { operator, variable, fuel }: Question,
): readonly Piece[] | null {
  const fraction = readFraction(difference, variable, fuel);
  if (fraction === null || fraction.top.length === 0) return null;
  const zeros = findRoots(fraction.top, fuel);
  const poles = findRoots(fraction.bottom, fuel);
  if (zeros === null || poles === null) return null;
  const marks = mergeMarks([...zeros, ...poles.map((pole) => ({ ...pole, isPole: true }))], fuel);
  if (marks === null) return null;
  const isHeld = (sign: number): boolean =>
    operator === '\\ne' ? sign !== 0 : operator === '=' ? sign === 0 : sign < 0 || (operator === '\\le' && sign === 0);
  let sign = leadingSign(fraction.top) * leadingSign(fraction.bottom);
  const pieces: Piece[] = [];
  let high: End = { value: null, isClosed: false };
  // From the right, where the sign is that of the leading coefficients, to the left.
  for (const { value, isOdd, isPole } of marks.toReversed()) {
    if (isHeld(sign)) pieces.push({ low: { value, isClosed: false }, high });
    if (!isPole && isHeld(0)) pieces.push({ low: { value, isClosed: true }, high: { value, isClosed: true } });
    if (isOdd) sign = -sign;
    high = { value, isClosed: false };
  }
  if (isHeld(sign)) pieces.push({ low: { value: null, isClosed: false }, high });
  return unitePieces(pieces, fuel);
}

interface Mark {
  readonly value: Expression;
  /** Whether the sign changes there. */
  readonly isOdd: boolean;
  readonly isPole: boolean;
}

/** In order, equal ones as one. */
function mergeMarks(marks: readonly Mark[], fuel: Fuel): readonly Mark[] | null {
  const order = (a: Mark, b: Mark): Order => orderReals(a.value, b.value, fuel);
  const sorted = sortInOrder(marks, order);
  if (sorted === undefined) return null;
  const merged: Mark[] = [];
  for (const mark of sorted) {
    const last = merged.at(-1);
    const found = last === undefined ? -1 : order(last, mark);
    if (found === undefined) return null;
    if (last === undefined || found !== 0) merged.push(mark);
    else {
      const isPole = last.isPole || mark.isPole;
      merged[merged.length - 1] = { value: last.value, isOdd: last.isOdd !== mark.isOdd, isPole };
    }
  }
  return merged;
}

function leadingSign(polynomial: Polynomial): number {
  return (polynomial.at(-1) as Rational).numerator < 0n ? -1 : 1;
}

/** All real roots, or null where some may be missed: rational ones, and those of what is left up to degree two. */
function findRoots(polynomial: Polynomial, fuel: Fuel): readonly Mark[] | null {
  const marks: Mark[] = [];
  let rest = polynomial;
  while (rest.length > 3) {
    const root = findRationalRoot(rest, fuel);
    if (root === null) return null;
    marks.push({ value: makeConstant(root), isOdd: true, isPole: false });
    rest = divideByRoot(rest, root);
  }
  const [c, b, a] = rest as [Rational, Rational | undefined, Rational | undefined];
  if (b !== undefined) {
    const values = a === undefined ? [divideRationals(negateRational(c), b)] : null;
    const expressions = values === null ? solveQuadratic(c, b, a as Rational, fuel) : values.map(makeConstant);
    for (const value of expressions) marks.push({ value, isOdd: true, isPole: false });
  }
  // A double root counts twice here and is made one that changes no sign where marks are merged.
  return marks;
}

function solveQuadratic(c: Rational, b: Rational, a: Rational, fuel: Fuel): readonly Expression[] {
  const four = makeRational(4n, 1n);
  const square = addRationals(
    multiplyRationals(b, b),
    negateRational(multiplyRationals(four, multiplyRationals(a, c))),
  );
  if (square.numerator < 0n) return [];
  const half = divideRationals(one, multiplyRationals(makeRational(2n, 1n), a));
  const middle = makeConstant(negateRational(multiplyRationals(b, half)));
  const root: Expression = { kind: 'root', index: 2, radicand: makeConstant(square) };
  return [half, negateRational(half)].map((scale) => {
    const step: Expression = { kind: 'product', factors: [makeConstant(scale), root] };
    return fold({ kind: 'sum', terms: [middle, step] }, fuel);
  });
}

function evaluate(polynomial: Polynomial, at: Rational): Rational {
  return polynomial.reduceRight((sum, next) => addRationals(multiplyRationals(sum, at), next));
}

/** By the divisors of the first and the last coefficient, once these are whole. */
function findRationalRoot(polynomial: Polynomial, fuel: Fuel): Rational | null {
  const scale = polynomial.reduce((product, { denominator }) => product * denominator, 1n);
  const first = listDivisors(((polynomial[0] as Rational).numerator * scale) / (polynomial[0] as Rational).denominator);
  const leading = polynomial.at(-1) as Rational;
  const last = listDivisors((leading.numerator * scale) / leading.denominator);
  if (!first || !last || !fuel.spend(300 + 20 * first.length * last.length * polynomial.length)) return null;
  for (const top of first) {
    for (const bottom of last) {
      for (const root of [makeRational(top, bottom), makeRational(-top, bottom)]) {
        if (evaluate(polynomial, root).numerator === 0n) return root;
      }
    }
  }
  return null;
}

/** Of zero only zero, as a root; null where the number is too large to search. */
function listDivisors(number: bigint): readonly bigint[] | null {
  const size = number < 0n ? -number : number;
  if (size > mostSearched) return null;
  if (size === 0n) return [0n];
  const divisors: bigint[] = [];
  for (let i = 1n; i * i <= size; i++) if (size % i === 0n) divisors.push(i, size / i);
  return divisors;
}

/** By `x - root`, without a rest. */
function divideByRoot(polynomial: Polynomial, root: Rational): Polynomial {
  const quotient: Rational[] = [];
  let carry: Rational | undefined;
  for (const coefficient of polynomial.slice(1).toReversed()) {
    carry = carry === undefined ? coefficient : addRationals(coefficient, multiplyRationals(carry, root));
    quotient.unshift(carry);
  }
  return quotient;
}

/** Null where it is no quotient of polynomials in the variable alone, or its degree is too high. */
function readFraction(expression: Expression, variable: string, fuel: Fuel): Fraction | null {
  if (!fuel.spend(20)) return null;
  const read = (part: Expression): Fraction | null => readFraction(part, variable, fuel);
  switch (expression.kind) {
    case 'rational':
      return { top: trim([expression.value]), bottom: [one] };
    case 'symbol':
      return expression.name === variable ? { top: [{ numerator: 0n, denominator: 1n }, one], bottom: [one] } : null;
    case 'negation':
      return multiplyFractions({ top: [negateRational(one)], bottom: [one] }, read(expression.operand), fuel);
    case 'sum':
      return expression.terms.map(read).reduce((a, b) => addFractions(a, b, fuel));
    case 'product':
      return expression.factors.map(read).reduce((a, b) => multiplyFractions(a, b, fuel));
    case 'quotient': {
      const below = read(expression.denominator);
      if (below === null || below.top.length === 0) return null;
      return multiplyFractions(read(expression.numerator), { top: below.bottom, bottom: below.top }, fuel);
    }
    case 'power':
      return raiseFraction(read(expression.base), expression.exponent, fuel);
    default:
      return null;
  }
}

function raiseFraction(base: Fraction | null, exponent: Expression, fuel: Fuel): Fraction | null {
  if (base === null || exponent.kind !== 'rational' || exponent.value.denominator !== 1n) return null;
  const count = exponent.value.numerator;
  if (count < 1n || count > BigInt(highestDegree)) return null;
  let power: Fraction | null = base;
  for (let i = 1n; i < count; i++) power = multiplyFractions(power, base, fuel);
  return power;
}

function addFractions(a: Fraction | null, b: Fraction | null, fuel: Fuel): Fraction | null {
  if (a === null || b === null) return null;
  const isShared =
    a.bottom.length === b.bottom.length && a.bottom.every((c, i) => isSameRational(c, b.bottom[i] as Rational));
  const left = isShared ? a.top : multiplyPolynomials(a.top, b.bottom, fuel);
  const right = isShared ? b.top : multiplyPolynomials(b.top, a.bottom, fuel);
  const bottom = isShared ? a.bottom : multiplyPolynomials(a.bottom, b.bottom, fuel);
  if (left === null || right === null || bottom === null) return null;
  const zero: Rational = { numerator: 0n, denominator: 1n };
  const length = Math.max(left.length, right.length);
  const top = Array.from({ length }, (_, i) => addRationals(left[i] ?? zero, right[i] ?? zero));
  return { top: trim(top), bottom };
}

function multiplyFractions(a: Fraction | null, b: Fraction | null, fuel: Fuel): Fraction | null {
  const top = a && b && multiplyPolynomials(a.top, b.top, fuel);
  const bottom = a && b && multiplyPolynomials(a.bottom, b.bottom, fuel);
  return top && bottom && { top, bottom };
}

function multiplyPolynomials(a: Polynomial, b: Polynomial, fuel: Fuel): Polynomial | null {
  if (a.length + b.length > highestDegree + 2 || !fuel.spend(10 * a.length * b.length)) return null;
  // Coefficients grow with every product; long ones are left to others.
  if (
    [...a, ...b].some(({ numerator, denominator }) => numerator.toString().length + denominator.toString().length > 200)
  )
    return null;
  const product = Array.from(
    { length: Math.max(a.length + b.length - 1, 0) },
    (): Rational => ({ numerator: 0n, denominator: 1n }),
  );
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.entries())
      product[i + j] = addRationals(product[i + j] as Rational, multiplyRationals(x, y));
  }
  return trim(product);
}

function trim(polynomial: readonly Rational[]): Polynomial {
  let { length } = polynomial;
  while (length > 0 && (polynomial[length - 1] as Rational).numerator === 0n) length--;
  return polynomial.slice(0, length);
}
