import type { Fuel } from '../../fuel.ts';
import { divideRationals, makeRational, multiplyRationals, type Rational } from '../../rational.ts';
import type { ApplicationExpression, Expression } from '../expression.ts';
import { foldRational } from '../fold-rational.ts';
import type { Draw } from './draw.ts';
import { evaluateBinomial, evaluateFactorial } from './factorials.ts';
import type { Field, Value } from './field.ts';
import { evaluateExponential, evaluateFunction, evaluateLogarithm } from './functions.ts';
import { raisePositive } from './raise-positive.ts';
import { evaluateExponent, isPositive, wholeTerm } from './shapes.ts';

/** Far above what a parser lets through, far below the stack. */
const MAX_DEPTH = 300;

/** An exponent: its exact value at the drawn point, and whether a symbol stands in it. */
interface Exponent {
  readonly value: Rational;
  readonly isSymbolic: boolean;
}

/**
 * One walk over one expression under one draw. Every method gives null where there is no answer: a zero denominator, a
 * value outside what is understood, no fuel left.
 */
export class Evaluation {
  readonly draw: Draw;
  readonly field: Field;
  readonly fuel: Fuel;
  #depth = 0;

  constructor(draw: Draw, fuel: Fuel) {
    this.draw = draw;
    this.field = draw.field;
    this.fuel = fuel;
  }

  evaluate(node: Expression): Value | null {
    if (this.#depth >= MAX_DEPTH || !this.fuel.spend(4)) return null;
    this.#depth++;
    const value = this.#evaluate(node);
    this.#depth--;
    return value;
  }

  #evaluate(node: Expression): Value | null {
    const { field, draw } = this;
    switch (node.kind) {
      case 'rational':
        if (!this.fuel.spend(1 + (bitLength(node.value) >> 8))) return null;
        return field.fraction(node.value.numerator, node.value.denominator);
      case 'symbol':
        return field.whole(draw.symbol(node.name));
      case 'constant':
        if (node.name === 'log-base') return null;
        return node.name === 'i'
          ? { re: 0n, im: 1n, den: 1n, flags: 0 }
          : draw.constantPower(node.name, { numerator: 1n, denominator: 1n });
      case 'sum':
        return this.#all(node.terms, 'add');
      case 'product':
        return this.#all(node.factors, 'multiply');
      case 'negation': {
        const value = this.evaluate(node.operand);
        return value && field.negate(value);
      }
      case 'quotient': {
        const top = this.evaluate(node.numerator);
        const bottom = top && this.raiseWhole(node.denominator, -1n);
        return top && bottom && field.multiply(top, bottom);
      }
      case 'power':
        return this.#evaluatePower(node.base, node.exponent);
      case 'root':
        return this.raiseWhole(node, 1n);
      case 'function':
        return evaluateFunction(this, node.name, node.argument);
      case 'logarithm':
        return evaluateLogarithm(this, node);
      case 'factorial':
        return evaluateFactorial(this, node.operand);
      case 'binomial':
        return evaluateBinomial(this, node.top, node.bottom);
      case 'application':
        return this.#evaluateApplication(node);
      case 'bound':
        return this.#atom(node.operator, node.parts);
    }
  }

  #evaluateApplication(node: ApplicationExpression): Value | null {
    const exact = foldRational(node, this.fuel);
    if (exact !== null) return this.field.fraction(exact.numerator, exact.denominator);
    return this.#atom(node.name, node.arguments);
  }

  /** An unknown function of its parts, in order. */
  #atom(name: string, parts: readonly Expression[]): Value | null {
    const values: Value[] = [];
    for (const part of parts) {
      const value = this.evaluate(part);
      if (value === null) return null;
      values.push(this.field.normalize(value));
    }
    if (isCommutative(name)) values.sort((a, b) => (a.re < b.re || (a.re === b.re && a.im < b.im) ? -1 : 1));
    return this.draw.atom(`call ${name}`, ...values);
  }

  #all(parts: readonly Expression[], operation: 'add' | 'multiply'): Value | null {
    let total: Value | null = null;
    for (const part of parts) {
      const value = this.evaluate(part);
      if (value === null) return null;
      total = total === null ? value : this.field[operation](total, value);
    }
    return total;
  }

  #evaluatePower(base: Expression, exponentNode: Expression): Value | null {
    if (base.kind === 'constant' && base.name === 'e') return evaluateExponential(this, exponentNode);
    const constant = foldRational(exponentNode, this.fuel);
    if (constant !== null) return this.raise(base, { value: constant, isSymbolic: false });
    const value = this.exponent(exponentNode);
    if (value !== null) return this.raise(base, { value, isSymbolic: true }, exponentNode);
    return this.#opaquePower(base, exponentNode);
  }

  exponent(node: Expression): Rational | null {
    return evaluateExponent(node, (name) => this.draw.symbol(name), this.fuel);
  }

  /** base^exponent. Whole constant exponents are always understood; others where no branch has to be chosen. */
  raise(base: Expression, exponent: Exponent, exponentNode?: Expression): Value | null {
    if (this.#depth >= MAX_DEPTH || !this.fuel.spend(2)) return null;
    this.#depth++;
    const value = this.#raise(base, exponent, exponentNode);
    this.#depth--;
    return value;
  }

  #raise(base: Expression, exponent: Exponent, exponentNode?: Expression): Value | null {
    const { field, fuel } = this;
    const { value, isSymbolic } = exponent;
    const isWhole = value.denominator === 1n;
    const rational = base.kind === 'symbol' ? null : foldRational(base, fuel);
    if (rational !== null && rational.numerator > 0n) return raisePositive(this.draw, rational, value, fuel);
    if (rational !== null && rational.numerator === 0n) {
      return !isSymbolic && value.numerator > 0n ? field.whole(0n) : null;
    }
    if (!isSymbolic && isWhole) return this.raiseWhole(base, value.numerator);
    if (rational !== null) {
      // (-4)^{3/2} = (2i)^3. Other fractional powers of negative numbers differ between schools.
      if (!isSymbolic && value.denominator === 2n) return this.#raiseNegative(rational, value);
      return this.#opaquePower(base, exponentNode, value);
    }
    if (isPositive(base, fuel, { symbols: false })) return this.#raiseCertain(base, exponent, exponentNode);
    if (!isSymbolic) return this.#rootOf(base, value);
    // Symbols may be negative, but a power with a symbol above is read where it is defined: at positive bases. A base
    // such as n - 1 or -n is not, and must not meet the parity of the drawn exponent: (-x)^n is not -x^n.
    if (isWhole && isPositive(base, fuel, { symbols: true })) {
      const below = this.evaluate(base);
      return below && this.#power(below, value.numerator);
    }
    return this.#opaquePower(base, exponentNode, value);
  }

  #power(base: Value, exponent: bigint): Value | null {
    return this.fuel.spend(exponent < 64n && exponent > -64n ? 1 : 20) ? this.field.power(base, exponent) : null;
  }

  /** (-r)^{u/2} = i^u r^{u/2}, the principal value. */
  #raiseNegative(base: Rational, exponent: Rational): Value | null {
    const size = raisePositive(
      this.draw,
      { numerator: -base.numerator, denominator: base.denominator },
      exponent,
      this.fuel,
    );
    const turns = ((exponent.numerator % 4n) + 4n) % 4n;
    const unit = this.field.power({ re: 0n, im: 1n, den: 1n, flags: 0 }, turns);
    return size && unit && this.field.multiply(size, unit);
  }

  /**
   * base^times for a whole constant number. Laws used, all exact: (ab)^m = a^m b^m, (X^a)^m = X^{am}, and the same for
   * roots, so that 1/\sqrt x, \sqrt x / x and x^{-1/2} meet.
   */
  raiseWhole(base: Expression, times: bigint): Value | null {
    const { field, fuel } = this;
    if (this.#depth >= MAX_DEPTH || !fuel.spend(1)) return null;
    switch (base.kind) {
      case 'root': {
        const radicand = foldRational(base.radicand, fuel);
        const exponent = makeRational(times, BigInt(base.index));
        if (radicand !== null && radicand.numerator < 0n) return this.#raiseNegativeRoot(radicand, base.index, times);
        return this.raise(base.radicand, { value: exponent, isSymbolic: false });
      }
      case 'power': {
        const exponent = foldRational(base.exponent, fuel);
        if (exponent === null) break;
        const whole: Rational = { numerator: times, denominator: 1n };
        return this.raise(base.base, { value: multiplyRationals(exponent, whole), isSymbolic: false });
      }
      case 'product': {
        let total: Value | null = field.whole(1n);
        for (const factor of base.factors) {
          const value: Value | null = this.raiseWhole(factor, times);
          total = total && value && field.multiply(total, value);
          if (total === null) return null;
        }
        return total;
      }
      case 'quotient': {
        const top = this.raiseWhole(base.numerator, times);
        const bottom = top && this.raiseWhole(base.denominator, -times);
        return top && bottom && field.multiply(top, bottom);
      }
    }
    const value = this.evaluate(base);
    return value && this.#power(value, times);
  }

  /** The school's real root for an odd index, 2i for \sqrt{-4}; even indices from 4 on become atoms. */
  #raiseNegativeRoot(radicand: Rational, index: number, times: bigint): Value | null {
    const exponent = makeRational(times, BigInt(index));
    if (index === 2) {
      return exponent.denominator === 1n
        ? this.#power(this.field.whole(radicand.numerator), exponent.numerator) &&
            this.#rationalPower(radicand, exponent)
        : this.#raiseNegative(radicand, exponent);
    }
    if (index % 2 === 0) {
      const value = this.field.fraction(radicand.numerator, radicand.denominator);
      return value && this.#rootOfValue(value, exponent);
    }
    const positive: Rational = { numerator: -radicand.numerator, denominator: radicand.denominator };
    const size = raisePositive(this.draw, positive, exponent, this.fuel);
    return size && times % 2n !== 0n ? this.field.negate(size) : size;
  }

  #rationalPower(base: Rational, exponent: Rational): Value | null {
    const value = this.field.fraction(base.numerator, base.denominator);
    return value && this.#power(value, exponent.numerator);
  }

  /** A base that is certainly a positive number: every law of real powers holds. */
  #raiseCertain(base: Expression, exponent: Exponent, exponentNode?: Expression): Value | null {
    const { field } = this;
    const { value, isSymbolic } = exponent;
    switch (base.kind) {
      case 'constant':
        return base.name === 'i' || base.name === 'log-base' ? null : this.draw.constantPower(base.name, value);
      case 'root': {
        const index: Rational = { numerator: BigInt(base.index), denominator: 1n };
        return this.raise(base.radicand, { value: divideRationals(value, index), isSymbolic });
      }
      case 'power': {
        const constant = foldRational(base.exponent, this.fuel);
        const inner = constant ?? this.exponent(base.exponent);
        if (inner === null) break;
        return this.raise(base.base, {
          value: multiplyRationals(inner, value),
          isSymbolic: isSymbolic || constant === null,
        });
      }
      case 'product': {
        let total: Value | null = field.whole(1n);
        for (const factor of base.factors) {
          const part: Value | null = this.raise(factor, exponent, exponentNode);
          total = total && part && field.multiply(total, part);
          if (total === null) return null;
        }
        return total;
      }
      case 'quotient': {
        const top = this.raise(base.numerator, exponent, exponentNode);
        const bottom = top && this.raise(base.denominator, exponent, exponentNode);
        const inverse = bottom && field.inverse(bottom);
        return top && inverse && field.multiply(top, inverse);
      }
    }
    if (value.denominator === 1n) {
      const below = this.evaluate(base);
      return below && this.#power(below, value.numerator);
    }
    return isSymbolic ? this.#opaquePower(base, exponentNode, value) : this.#rootOf(base, value);
  }

  /** X^{u/d} for a constant fraction. Factors that are certainly positive come out: \sqrt{4x} = 2 \sqrt x. */
  #rootOf(base: Expression, exponent: Rational): Value | null {
    const { field, fuel } = this;
    let outside: Value | null = field.whole(1n);
    let inside: Value | null = field.whole(1n);
    const take = (part: Expression, value: Rational): void => {
      if (isPositive(part, fuel, { symbols: false })) {
        const power = this.raise(part, { value, isSymbolic: false });
        outside = outside && power && field.multiply(outside, power);
      } else {
        const sign: Rational =
          value === exponent ? { numerator: 1n, denominator: 1n } : { numerator: -1n, denominator: 1n };
        const power = this.raiseWhole(part, sign.numerator);
        inside = inside && power && field.multiply(inside, power);
      }
    };
    const inverse: Rational = { numerator: -exponent.numerator, denominator: exponent.denominator };
    const isSplit =
      (base.kind === 'product' || base.kind === 'quotient') && !isPositive(base, fuel, { symbols: false });
    if (isSplit && base.kind === 'product') for (const factor of base.factors) take(factor, exponent);
    else if (isSplit && base.kind === 'quotient') {
      for (const factor of base.numerator.kind === 'product' ? base.numerator.factors : [base.numerator]) {
        take(factor, exponent);
      }
      for (const factor of base.denominator.kind === 'product' ? base.denominator.factors : [base.denominator]) {
        take(factor, inverse);
      }
    } else inside = this.evaluate(base);
    const root = inside && this.#rootOfValue(inside, exponent);
    return outside && root && field.multiply(outside, root);
  }

  /** v^{u/d} = v^{floor(u/d)} (v^{1/d})^{u mod d}, where v^{1/d} is an atom. True of principal and of real odd roots. */
  #rootOfValue(value: Value, exponent: Rational): Value | null {
    const { field } = this;
    const { numerator, denominator } = exponent;
    if (field.isZero(value)) return numerator > 0n ? value : null;
    let rest = numerator % denominator;
    if (rest < 0n) rest += denominator;
    const whole = this.#power(value, (numerator - rest) / denominator);
    const part = this.#power(this.draw.atom('root', value, field.whole(denominator)), rest);
    return whole && part && field.multiply(whole, part);
  }

  /** X^{R+c} = X^c X^R for the whole number c that is written as a term; X^R is an atom. */
  #opaquePower(base: Expression, exponentNode: Expression | undefined, value?: Rational): Value | null {
    const { field } = this;
    const below = this.evaluate(base);
    const above =
      exponentNode === undefined
        ? value && field.fraction(value.numerator, value.denominator)
        : this.evaluate(exponentNode);
    if (!below || !above || field.isZero(below)) return null;
    const constant = exponentNode === undefined ? 0n : wholeTerm(exponentNode, this.fuel);
    const whole = this.#power(below, constant);
    const rest = this.draw.atom('power', below, field.add(above, field.whole(-constant)));
    return whole && field.multiply(whole, rest);
  }
}

function isCommutative(name: string): boolean {
  return name === 'gcd' || name === 'lcm' || name === 'max' || name === 'min';
}

function bitLength(value: Rational): number {
  const limit = 2n ** 64n;
  if (value.numerator < limit && value.numerator > -limit && value.denominator < limit) return 64;
  return (value.numerator.toString(16).length + value.denominator.toString(16).length) * 4;
}
