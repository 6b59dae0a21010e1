import type { Fuel } from '../../fuel.ts';
import type { Rational } from '../../rational.ts';
import { applyKnown, knownApplications } from '../apply-known.ts';
import type {
  ApplicationExpression,
  BoundExpression,
  Expression,
  FunctionExpression,
  PowerExpression,
} from '../expression.ts';
import {
  type Ball,
  exactBall,
  excludesZero,
  integerOfBall,
  isExactBall,
  isZeroBall,
  largestMagnitude,
  oneBall,
  signOfBall,
  zeroBall,
} from './ball.ts';
import {
  absoluteComplex,
  addComplex,
  type ComplexBall,
  complexOne,
  divideComplex,
  expComplex,
  imaginaryUnit,
  isReal,
  lnComplex,
  multiplyComplex,
  negateComplex,
  powerComplex,
  realBall,
  rootComplex,
  sinCosComplex,
  sinhCoshComplex,
} from './complex-ball.ts';
import { ballOfRational, floorBall, multiplyBalls, negateBall, subtractBalls } from './real-arithmetic.ts';
import { arccosBall, arcsinBall, atanBall, expBall, piBall } from './real-functions.ts';

/** A complex number with rational parts. */
export interface ComplexRational {
  readonly re: Rational;
  readonly im: Rational;
}

export type PointValue = Rational | ComplexRational;

/** What the symbols stand for. */
export type Point = ReadonlyMap<string, PointValue>;

/** What an evaluation found besides the value, for those who weigh how much an agreement says. */
export interface Evaluation {
  /** Undefined at this point, or not shown to be defined at this precision, or too large, or out of fuel. */
  readonly value: ComplexBall | undefined;
  /**
   * Bits between the largest and the smallest part of a sum (also of sums in disguise: cos x = 1 - x^2/2). Two values
   * that agree to fewer bits may differ in a part too small to be seen: 2^2005 + 1.
   */
  readonly span: number;
  /**
   * A function with branches (root, logarithm, broken power, absolute value) met or gave a number that is not real,
   * and it depends on a symbol. Over the real numbers the expression is undefined here.
   */
  readonly leavesReals: boolean;
}

/** Deeper trees are undefined; the parser refuses them long before. */
const deepest = 400;

/** Factorials and binomials of larger numbers are undefined. */
const largestFactorial = 20_000n;
/** Sums of more terms are undefined. */
const longestSum = 2_000n;
const gatheringLimit = 1n << 200n;

/** Evaluates an expression to a rectangle that contains its value; see `Evaluation` for when there is none. */
export function evaluateBall(expression: Expression, point: Point, bits: number, fuel: Fuel): ComplexBall | undefined {
  return evaluateAtPoint(expression, point, { bits, fuel }).value;
}

export function evaluateAtPoint(
  expression: Expression,
  point: Point,
  options: { readonly bits: number; readonly fuel: Fuel },
): Evaluation {
  const evaluator = new Evaluator(point, options.bits, options.fuel);
  const value = evaluator.evaluate(expression, 0);
  return { value, span: evaluator.span, leavesReals: evaluator.leavesReals };
}

class Evaluator {
  span = 0;
  leavesReals = false;
  readonly #point: Point;
  /** The bound variables of the sums around. */
  readonly #bound = new Map<string, Rational>();
  readonly #bits: number;
  readonly #fuel: Fuel;
  /** Steps of a product or quotient, and of a function. A step is a tenth of a microsecond. */
  readonly #productSteps: number;
  readonly #functionSteps: number;
  #symbolsRead = 0;

  constructor(point: Point, bits: number, fuel: Fuel) {
    this.#point = point;
    this.#bits = bits;
    this.#fuel = fuel;
    this.#productSteps = 4 + Math.ceil((bits * bits) / 150_000);
    this.#functionSteps = 20 + Math.ceil((bits * bits) / 1_000);
  }

  evaluate(expression: Expression, depth: number): ComplexBall | undefined {
    if (depth > deepest || !this.#fuel.spend(this.#productSteps)) return undefined;
    const value = this.#evaluateNode(expression, depth + 1);
    return value !== undefined && isInRange(value.re) && isInRange(value.im) ? value : undefined;
  }

  #evaluateNode(expression: Expression, depth: number): ComplexBall | undefined {
    switch (expression.kind) {
      case 'rational':
        return realBall(ballOfRational(expression.value, this.#bits));
      case 'symbol':
        return this.#readSymbol(expression.name);
      case 'constant':
        if (expression.name === 'log-base') return undefined;
        if (expression.name === 'i') return imaginaryUnit;
        if (expression.name === 'pi') return realBall(piBall(this.#bits));
        return this.#spendFunction() ? wrapReal(expBall(oneBall, this.#bits)) : undefined;
      case 'sum':
        return this.#sum(expression.terms, depth);
      case 'product':
        return this.#multiply(expression.factors, depth);
      case 'quotient': {
        const numerator = this.evaluate(expression.numerator, depth);
        const denominator = numerator && this.evaluate(expression.denominator, depth);
        return numerator && denominator && divideComplex(numerator, denominator, this.#bits);
      }
      case 'negation': {
        const operand = this.evaluate(expression.operand, depth);
        return operand && negateComplex(operand);
      }
      case 'power':
        return this.#raise(expression, depth);
      case 'root': {
        const symbolsBefore = this.#symbolsRead;
        const radicand = this.evaluate(expression.radicand, depth);
        if (radicand === undefined || !this.#spendFunction()) return undefined;
        const value = rootComplex(radicand, expression.index, this.#bits);
        this.#noteBranch(symbolsBefore, radicand, value);
        return value;
      }
      case 'function':
        return this.#applyFunction(expression, depth);
      case 'logarithm': {
        const symbolsBefore = this.#symbolsRead;
        const base = this.evaluate(expression.base, depth);
        // A base that is not positive has no logarithm at school, and several elsewhere.
        if (base === undefined || !isReal(base) || signOfBall(base.re) !== 1) return undefined;
        const argument = this.evaluate(expression.argument, depth);
        if (argument === undefined || !this.#spendFunction() || !this.#spendFunction()) return undefined;
        const top = lnComplex(argument, this.#bits);
        const bottom = lnComplex(base, this.#bits);
        this.#noteBranch(symbolsBefore, argument, top);
        return top && bottom && divideComplex(top, bottom, this.#bits);
      }
      case 'factorial': {
        const operand = this.evaluate(expression.operand, depth);
        const count = operand && wholeNumberOf(operand);
        return count === undefined || count < 0n ? undefined : this.#multiplyRange(1n, count);
      }
      case 'binomial':
        return this.#chooseFrom(expression.top, expression.bottom, depth);
      case 'application':
        return this.#applyKnown(expression, depth);
      case 'bound':
        return this.#addUp(expression, depth);
    }
  }

  #readSymbol(name: string): ComplexBall | undefined {
    this.#symbolsRead++;
    const value = this.#bound.get(name) ?? this.#point.get(name);
    if (value === undefined) return undefined;
    if (!('re' in value)) return realBall(ballOfRational(value, this.#bits));
    return { re: ballOfRational(value.re, this.#bits), im: ballOfRational(value.im, this.#bits) };
  }

  #sum(terms: readonly Expression[], depth: number): ComplexBall | undefined {
    let sum: ComplexBall | undefined;
    const sizes = { re: new Sizes(), im: new Sizes() };
    for (const term of terms) {
      const value = this.evaluate(term, depth);
      if (value === undefined) return undefined;
      sizes.re.add(value.re);
      sizes.im.add(value.im);
      sum = sum === undefined ? value : addComplex(sum, value, this.#bits);
    }
    if (sum !== undefined) {
      this.#noteSum(sum.re, sizes.re);
      this.#noteSum(sum.im, sizes.im);
    }
    return sum;
  }

  #multiply(factors: readonly Expression[], depth: number): ComplexBall | undefined {
    let product: ComplexBall | undefined;
    for (const factor of factors) {
      const value = this.evaluate(factor, depth);
      if (value === undefined) return undefined;
      product = product === undefined ? value : multiplyComplex(product, value, this.#bits);
      if (!isInRange(product.re) || !isInRange(product.im)) return undefined;
    }
    return product;
  }

  #raise(expression: PowerExpression, depth: number): ComplexBall | undefined {
    const symbolsBefore = this.#symbolsRead;
    const exponent = this.evaluate(expression.exponent, depth);
    if (exponent === undefined) return undefined;
    const isWhole = isReal(exponent) && integerOfBall(exponent.re) !== undefined;
    if (!isWhole) this.#noteSmall(exponent);
    if (!this.#spendFunction() || !this.#spendFunction()) return undefined;
    if (!isWhole && expression.base.kind === 'constant' && expression.base.name === 'e')
      return expComplex(exponent, this.#bits);
    const base = this.evaluate(expression.base, depth);
    if (base === undefined) return undefined;
    const value = powerComplex(base, exponent, this.#bits);
    const isSingleValued = isWhole || (isReal(base) && signOfBall(base.re) === 1);
    if (!isSingleValued) this.#noteBranch(symbolsBefore, base, value);
    return value;
  }

  #applyFunction({ name, argument }: FunctionExpression, depth: number): ComplexBall | undefined {
    const symbolsBefore = this.#symbolsRead;
    const x = this.evaluate(argument, depth);
    if (x === undefined || !this.#spendFunction()) return undefined;
    const bits = this.#bits;
    switch (name) {
      case 'ln': {
        const value = lnComplex(x, bits);
        this.#noteBranch(symbolsBefore, x, value);
        return value;
      }
      case 'abs':
        this.#noteBranch(symbolsBefore, x, x);
        return wrapReal(absoluteComplex(x, bits));
      case 'floor':
        return isReal(x) ? wrapReal(floorBall(x.re)) : undefined;
      case 'ceil': {
        const below = isReal(x) ? floorBall(negateBall(x.re)) : undefined;
        return below && realBall(negateBall(below));
      }
    }
    this.#noteSmall(x);
    switch (name) {
      case 'exp':
        return expComplex(x, bits);
      case 'sin':
        return sinCosComplex(x, bits)?.sin;
      case 'cos':
        return sinCosComplex(x, bits)?.cos;
      case 'tan': {
        const parts = sinCosComplex(x, bits);
        return parts && divideComplex(parts.sin, parts.cos, bits);
      }
      case 'cot': {
        const parts = sinCosComplex(x, bits);
        return parts && divideComplex(parts.cos, parts.sin, bits);
      }
      case 'sec': {
        const parts = sinCosComplex(x, bits);
        return parts && divideComplex(complexOne, parts.cos, bits);
      }
      case 'csc': {
        const parts = sinCosComplex(x, bits);
        return parts && divideComplex(complexOne, parts.sin, bits);
      }
      case 'arcsin':
        return isReal(x) ? wrapReal(arcsinBall(x.re, bits)) : undefined;
      case 'arccos':
        return isReal(x) ? wrapReal(arccosBall(x.re, bits)) : undefined;
      case 'arctan':
        // pi/2 - 1/x for a large x is a sum in disguise.
        if (x.re.magnitude > 0) this.#noteSpan(2 * x.re.magnitude);
        return isReal(x) ? wrapReal(atanBall(x.re, bits)) : undefined;
      case 'sinh':
      case 'cosh':
      case 'tanh': {
        // exp x + exp(-x), with a ratio of exp 2x.
        if (x.re.magnitude > 0) this.#noteSpan(3 * 2 ** Math.min(x.re.magnitude, 40));
        const parts = sinhCoshComplex(x, bits);
        if (name !== 'tanh') return parts?.[name];
        return parts && divideComplex(parts.sinh, parts.cosh, bits);
      }
    }
  }

  #chooseFrom(topExpression: Expression, bottomExpression: Expression, depth: number): ComplexBall | undefined {
    const topValue = this.evaluate(topExpression, depth);
    const bottomValue = topValue && this.evaluate(bottomExpression, depth);
    const top = topValue && wholeNumberOf(topValue);
    let bottom = bottomValue && wholeNumberOf(bottomValue);
    if (top === undefined || bottom === undefined || bottom < 0n || top < 0n) return undefined;
    if (bottom > top) return realBall(zeroBall);
    if (2n * bottom > top) bottom = top - bottom;
    const numerator = this.#multiplyRange(top - bottom + 1n, top);
    const denominator = this.#multiplyRange(1n, bottom);
    return numerator && denominator && divideComplex(numerator, denominator, this.#bits);
  }

  /** A maximum of real numbers that are certainly apart, and the functions of whole numbers. */
  #applyKnown({ name, arguments: parts }: ApplicationExpression, depth: number): ComplexBall | undefined {
    if (!knownApplications.has(name)) return undefined;
    const values: Ball[] = [];
    for (const part of parts) {
      const value = this.evaluate(part, depth);
      if (value === undefined || !isReal(value)) return undefined;
      values.push(value.re);
    }
    if (name === 'sgn') {
      const sign = values[0] && signOfBall(values[0]);
      return sign === undefined ? undefined : realBall(exactBall(BigInt(sign)));
    }
    if (name === 'max' || name === 'min') return this.#choose(values, name === 'max' ? 1 : -1);
    const wholes = values.map(integerOfBall);
    if (!wholes.every((whole) => whole !== undefined)) return undefined;
    const rationals = wholes.map((numerator): Rational => ({ numerator, denominator: 1n }));
    const value = applyKnown(name, rationals, this.#fuel);
    return value === null ? undefined : realBall(ballOfRational(value, this.#bits));
  }

  #choose(values: readonly Ball[], wanted: number): ComplexBall | undefined {
    let [best] = values;
    for (const value of values.slice(1)) {
      if (best === undefined) return undefined;
      const difference = subtractBalls(value, best, this.#bits);
      if (isZeroBall(difference)) continue;
      const sign = signOfBall(difference);
      if (sign === undefined) return undefined;
      if (sign === wanted) best = value;
    }
    return best && realBall(best);
  }

  /** A sum or product between whole numbers, term by term. */
  #addUp({ operator, variable, parts }: BoundExpression, depth: number): ComplexBall | undefined {
    const [body, ...ends] = parts;
    if (body === undefined || (operator !== 'sum' && operator !== 'prod')) return undefined;
    const [low, high] = ends.map((end) => {
      const value = this.evaluate(end, depth);
      return value && wholeNumberOf(value);
    });
    if (low === undefined || high === undefined || high < low - 1n || high - low > longestSum) return undefined;
    let total: ComplexBall | undefined = operator === 'sum' ? realBall(zeroBall) : complexOne;
    for (let k = low; k <= high && total !== undefined; k++) {
      this.#bound.set(variable, { numerator: k, denominator: 1n });
      const term = this.evaluate(body, depth);
      if (term === undefined) total = undefined;
      else if (operator === 'sum') total = addComplex(total, term, this.#bits);
      else total = multiplyComplex(total, term, this.#bits);
    }
    this.#bound.delete(variable);
    return total;
  }

  /** first * (first + 1) * ... * last; 1 where that is empty. */
  #multiplyRange(first: bigint, last: bigint): ComplexBall | undefined {
    const count = last - first + 1n;
    if (count > largestFactorial) return undefined;
    let ball: Ball = oneBall;
    // Small factors are gathered first: one rounding for a dozen of them.
    let gathered = 1n;
    for (let factor = first; factor <= last; factor++) {
      gathered *= factor;
      if (!this.#fuel.spend(2)) return undefined;
      if (gathered < gatheringLimit) continue;
      if (!this.#fuel.spend(this.#productSteps)) return undefined;
      ball = multiplyBalls(ball, exactBall(gathered), this.#bits);
      gathered = 1n;
    }
    return realBall(multiplyBalls(ball, exactBall(gathered), this.#bits));
  }

  #spendFunction(): boolean {
    return this.#fuel.spend(this.#functionSteps);
  }

  #noteSpan(bits: number): void {
    if (bits > this.span) this.span = bits;
  }

  /** cos x = 1 - x^2/2 and its like: a small argument hides below the leading term, by twice its bits at least. */
  #noteSmall(z: ComplexBall): void {
    for (const part of [z.re, z.im]) if (part.magnitude < 0 && excludesZero(part)) this.#noteSpan(-2 * part.magnitude);
  }

  /**
   * The smallest part must show above the error of the sum, also where the larger parts may be zero themselves:
   * sin(pi) + 2^-1000. An exact sum hides nothing.
   */
  #noteSum(sum: Ball, sizes: Sizes): void {
    if (isExactBall(sum) || !sizes.hasSmallest) return;
    this.#noteSpan(Math.max(sizes.span, this.#bits - (sizes.smallest - sum.radius)));
  }

  #noteBranch(symbolsBefore: number, argument: ComplexBall, value: ComplexBall | undefined): void {
    if (this.#symbolsRead === symbolsBefore || value === undefined) return;
    if (!isReal(argument) || !isReal(value)) this.leavesReals = true;
  }
}

/** The range of sizes of the terms of a sum. Terms that may be zero say nothing. */
class Sizes {
  #largest = Number.NEGATIVE_INFINITY;
  smallest = Number.POSITIVE_INFINITY;

  add(term: Ball): void {
    if (!excludesZero(term)) return;
    if (term.magnitude > this.#largest) this.#largest = term.magnitude;
    if (term.magnitude < this.smallest) this.smallest = term.magnitude;
  }

  get hasSmallest(): boolean {
    return this.smallest !== Number.POSITIVE_INFINITY;
  }

  get span(): number {
    return this.#largest > this.smallest ? this.#largest - this.smallest : 0;
  }
}

function wrapReal(re: Ball | undefined): ComplexBall | undefined {
  return re && realBall(re);
}

function wholeNumberOf(z: ComplexBall): bigint | undefined {
  return isReal(z) ? integerOfBall(z.re) : undefined;
}

function isInRange(x: Ball): boolean {
  if (x.radius > largestMagnitude) return false;
  return x.mantissa === 0n || Math.abs(x.magnitude) <= largestMagnitude;
}
