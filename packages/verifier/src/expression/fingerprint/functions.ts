import type { Rational } from '../../rational.ts';
import type { Expression, FunctionName, LogarithmExpression } from '../expression.ts';
import { foldRational } from '../fold-rational.ts';
import type { Evaluation } from './evaluate.ts';
import type { Value } from './field.ts';
import { lnOf } from './logarithms.ts';
import { raisePositive } from './raise-positive.ts';
import { isPositive, multipleOfPi, product, takeOut, wholeTerm } from './shapes.ts';

/** Functions by the laws that hold for every argument; what is left is an atom for the argument's value. */
export function evaluateFunction(at: Evaluation, name: FunctionName, argument: Expression): Value | null {
  const { field } = at;
  switch (name) {
    case 'exp':
      return evaluateExponential(at, argument);
    case 'ln':
      return lnOf(at, argument);
    case 'abs':
      return absoluteOf(at, argument);
    case 'floor':
      return floorOf(at, argument);
    case 'ceil': {
      const value = floorOf(at, { kind: 'negation', operand: argument });
      return value && field.negate(value);
    }
    case 'arcsin':
    case 'arctan':
      return oddAtom(at, name, at.evaluate(argument));
    case 'arccos': {
      // arccos x = pi/2 - arcsin x, also for complex x.
      const inverse = oddAtom(at, 'arcsin', at.evaluate(argument));
      const pi = at.draw.constantPower('pi', { numerator: 1n, denominator: 1n });
      return inverse && pi && field.add(field.multiply(pi, half(at)), field.negate(inverse));
    }
    case 'sinh':
    case 'cosh':
    case 'tanh':
      return hyperbolic(at, name, argument);
    default:
      return trigonometric(at, name, argument);
  }
}

export function evaluateLogarithm(at: Evaluation, node: LogarithmExpression): Value | null {
  const exact = foldRational(node, at.fuel);
  if (exact !== null) return at.field.fraction(exact.numerator, exact.denominator);
  const top = lnOf(at, node.argument);
  const bottom = top && lnOf(at, node.base);
  const inverse = bottom && at.field.inverse(bottom);
  return top && inverse && at.field.multiply(top, inverse);
}

function half(at: Evaluation): Value {
  return { ...at.field.whole(1n), den: 2n };
}

/** The one of v and -v that is written first, and whether that is -v: for even and odd functions. */
function withoutSign(at: Evaluation, value: Value): [Value, boolean] {
  const normal = at.field.normalize(value);
  const other = at.field.negate(normal);
  const isOther = other.re < normal.re || (other.re === normal.re && other.im < normal.im);
  return isOther ? [other, true] : [normal, false];
}

/** An unknown odd function: f(-x) = -f(x), f(0) = 0. */
function oddAtom(at: Evaluation, name: string, value: Value | null): Value | null {
  if (value === null || at.field.isZero(value)) return value;
  const [key, isNegative] = withoutSign(at, value);
  const atom = at.draw.atom(name, key);
  return isNegative ? at.field.negate(atom) : atom;
}

function absoluteOf(at: Evaluation, node: Expression): Value | null {
  const { field, fuel } = at;
  if (!fuel.spend(1)) return null;
  const exact = foldRational(node, fuel);
  if (exact !== null) {
    return field.fraction(exact.numerator < 0n ? -exact.numerator : exact.numerator, exact.denominator);
  }
  if (isPositive(node, fuel, { symbols: false })) return at.evaluate(node);
  if (node.kind === 'negation') return absoluteOf(at, node.operand);
  if (node.kind === 'product') {
    let total: Value | null = field.whole(1n);
    for (const factor of node.factors) {
      const value: Value | null = absoluteOf(at, factor);
      total = total && value && field.multiply(total, value);
      if (total === null) return null;
    }
    return total;
  }
  if (node.kind === 'quotient') {
    const top = absoluteOf(at, node.numerator);
    const bottom = top && absoluteOf(at, node.denominator);
    const inverse = bottom && field.inverse(bottom);
    return top && inverse && field.multiply(top, inverse);
  }
  const value = at.evaluate(node);
  if (value === null || field.isZero(value)) return value;
  return at.draw.atom('abs', withoutSign(at, value)[0]);
}

/** floor(R + c) = floor(R) + c for the whole number c that stands as a term. */
function floorOf(at: Evaluation, node: Expression): Value | null {
  const { field, fuel } = at;
  const exact = foldRational({ kind: 'function', name: 'floor', argument: node }, fuel);
  if (exact !== null) return field.whole(exact.numerator);
  const value = at.evaluate(node);
  if (value === null) return null;
  const constant = field.whole(wholeTerm(node, fuel));
  const rest = field.add(value, field.negate(constant));
  if (field.isZero(rest)) return value;
  return field.add(at.draw.atom('floor', rest), constant);
}

/**
 * e^X, term by term of X: a rational function of symbols (e has every root in the field); k ln Y, which gives Y^k; i t,
 * which gives cos t + i sin t; the other terms together are one atom E with e^{-X} = 1/E.
 */
export function evaluateExponential(at: Evaluation, node: Expression): Value | null {
  const { field } = at;
  let result: Value | null = field.whole(1n);
  let rest: Value | null = null;
  for (const term of node.kind === 'sum' ? node.terms : [node]) {
    const value: Value | null | undefined = exponentialOfTerm(at, term);
    if (value === null) return null;
    if (value !== undefined) result = field.multiply(result, value);
    else {
      const opaque: Value | null = at.evaluate(term);
      if (opaque === null) return null;
      rest = rest === null ? opaque : field.add(rest, opaque);
    }
  }
  if (rest === null || field.isZero(rest)) return result;
  const [key, isNegative] = withoutSign(at, rest);
  const atom = at.draw.atom('exp', key);
  const factor = isNegative ? field.inverse(atom) : atom;
  return factor && field.multiply(result, factor);
}

/** Undefined where the term has to go to the atom. */
function exponentialOfTerm(at: Evaluation, term: Expression): Value | null | undefined {
  const { field, fuel } = at;
  if (!fuel.spend(1)) return null;
  const exact = at.exponent(term);
  if (exact !== null) return at.draw.constantPower('e', exact);
  if (term.kind === 'negation') {
    const value = exponentialOfTerm(at, term.operand);
    return value && field.inverse(value);
  }
  const factors = factorsOf(term);
  const [argument, coefficients] = takeOut(factors, (factor) =>
    factor.kind === 'function' && factor.name === 'ln' ? factor.argument : null,
  );
  if (argument !== null) {
    const coefficient = product(coefficients);
    const constant = foldRational(coefficient, fuel);
    if (constant?.denominator === 1n) return at.raiseWhole(argument, constant.numerator);
    const value = isPositive(argument, fuel, { symbols: false }) ? (constant ?? at.exponent(coefficient)) : null;
    return value === null ? undefined : at.raise(argument, { value, isSymbolic: constant === null });
  }
  const [imaginary, angles] = takeOut(factors, (factor) =>
    factor.kind === 'constant' && factor.name === 'i' ? factor : null,
  );
  if (imaginary === null) return undefined;
  const point = circlePoint(at, product(angles));
  const sine = point && field.multiply(point.sin, { re: 0n, im: 1n, den: 1n, flags: 0 });
  return point && sine && field.add(point.cos, sine);
}

/** Factors of products and of quotients' numerators; a denominator counts as the factor 1/denominator. */
function factorsOf(node: Expression): readonly Expression[] {
  if (node.kind === 'product') return node.factors;
  if (node.kind !== 'quotient') return [node];
  const one: Expression = { kind: 'rational', value: { numerator: 1n, denominator: 1n } };
  const top = node.numerator.kind === 'product' ? node.numerator.factors : [node.numerator];
  return [...top, { kind: 'quotient', numerator: one, denominator: node.denominator }];
}

function hyperbolic(at: Evaluation, name: 'sinh' | 'cosh' | 'tanh', argument: Expression): Value | null {
  const { field } = at;
  const up = evaluateExponential(at, argument);
  const down = up && field.inverse(up);
  if (!up || !down) return null;
  const sinh = field.add(up, field.negate(down));
  const cosh = field.add(up, down);
  if (name === 'sinh') return field.multiply(sinh, half(at));
  if (name === 'cosh') return field.multiply(cosh, half(at));
  const inverse = field.inverse(cosh);
  return inverse && field.multiply(sinh, inverse);
}

function trigonometric(
  at: Evaluation,
  name: 'sin' | 'cos' | 'tan' | 'cot' | 'sec' | 'csc',
  argument: Expression,
): Value | null {
  const { field } = at;
  const point = circlePoint(at, argument);
  if (point === null) return null;
  if (name === 'sin') return point.sin;
  if (name === 'cos') return point.cos;
  const inverse = field.inverse(name === 'tan' || name === 'sec' ? point.cos : point.sin);
  if (name === 'sec' || name === 'csc') return inverse;
  return inverse && field.multiply(inverse, name === 'tan' ? point.sin : point.cos);
}

interface CirclePoint {
  readonly cos: Value;
  readonly sin: Value;
}

/**
 * Cosine and sine: exact at multiples of pi/12; else a random point of the circle x^2 + y^2 = 1 for the argument, with
 * cos(-t) = cos t and sin(-t) = -sin t. A point ((1-u^2)/(1+u^2), 2u/(1+u^2)) obeys no law but that of the circle.
 */
function circlePoint(at: Evaluation, argument: Expression): CirclePoint | null {
  const { field, fuel } = at;
  const turns = multipleOfPi(argument, fuel);
  if (turns !== null && 12n % turns.denominator === 0n) {
    const twelfths = turns.numerator * (12n / turns.denominator);
    const cos = cosineOfTwelfths(at, twelfths);
    const sin = cosineOfTwelfths(at, 6n - twelfths);
    return cos && sin && { cos, sin };
  }
  const value = at.evaluate(argument);
  if (value === null) return null;
  if (field.isZero(value)) return { cos: { ...field.whole(1n), flags: value.flags }, sin: value };
  const [key, isNegative] = withoutSign(at, value);
  const u = at.draw.atom('circle', key);
  const square = field.multiply(u, u);
  // Never zero: -1 is not a square.
  const inverse = field.inverse(field.add(field.whole(1n), square));
  if (inverse === null) return null;
  const cos = field.multiply(field.add(field.whole(1n), field.negate(square)), inverse);
  const sin = field.multiply(field.add(u, u), inverse);
  return { cos, sin: isNegative ? field.negate(sin) : sin };
}

/** cos(k pi/12) from 0, 1/2, and the roots of 2, 3 and 6. */
function cosineOfTwelfths(at: Evaluation, twelfths: bigint): Value | null {
  const { field } = at;
  let k = Number(((twelfths % 24n) + 24n) % 24n);
  if (k > 12) k = 24 - k;
  if (k > 6) {
    const value = cosineOfTwelfths(at, BigInt(12 - k));
    return value && field.negate(value);
  }
  if (k === 0) return field.whole(1n);
  if (k === 4) return half(at);
  if (k === 6) return field.whole(0n);
  const root = (radicand: bigint): Value | null => {
    const exponent: Rational = { numerator: 1n, denominator: 2n };
    return raisePositive(at.draw, { numerator: radicand, denominator: 1n }, exponent, at.fuel);
  };
  if (k === 2 || k === 3) {
    const value = root(k === 2 ? 3n : 2n);
    return value && field.multiply(value, half(at));
  }
  const two = root(2n);
  const six = root(6n);
  const quarter: Value = { ...field.whole(1n), den: 4n };
  return two && six && field.multiply(field.add(six, k === 1 ? two : field.negate(two)), quarter);
}
