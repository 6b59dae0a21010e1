import { inverseMod, powerMod } from './draw-prime.ts';

/**
 * The facts about an expression's value that decide whether a difference is a proof. Bits, so that the parts of an
 * expression are joined by `|`.
 */
export const OPAQUE = 1;
export const USES_PI = 2;
export const USES_E = 4;
export const USES_LN_2 = 8;
export const USES_LN_3 = 16;
export const USES_LN_5 = 32;

/**
 * An element (re + im i) / den of F_{p^2}. The real denominator is kept beside, because one inverse costs as much as
 * sixty products and most values are only compared.
 */
export interface Value {
  readonly re: bigint;
  readonly im: bigint;
  readonly den: bigint;
  readonly flags: number;
}

/** Arithmetic of F_{p^2} = F_p(i) for p = 3 mod 4. All parts of a value lie in 0 ... p - 1. */
export class Field {
  readonly p: bigint;
  /** (p - 1) / 2, a prime: the order of the squares of F_p. */
  readonly q: bigint;

  constructor(p: bigint) {
    this.p = p;
    this.q = (p - 1n) / 2n;
  }

  reduce(value: bigint): bigint {
    const rest = value % this.p;
    return rest < 0n ? rest + this.p : rest;
  }

  /** The element of a fraction; null when its denominator is a multiple of p. */
  fraction(numerator: bigint, denominator: bigint, flags = 0): Value | null {
    const den = denominator === 1n ? 1n : this.reduce(denominator);
    return den === 0n ? null : { re: this.reduce(numerator), im: 0n, den, flags };
  }

  whole(value: bigint, flags = 0): Value {
    return { re: this.reduce(value), im: 0n, den: 1n, flags };
  }

  add(a: Value, b: Value): Value {
    const { p } = this;
    const flags = a.flags | b.flags;
    if (a.den === b.den) return { re: (a.re + b.re) % p, im: (a.im + b.im) % p, den: a.den, flags };
    return {
      re: (a.re * b.den + b.re * a.den) % p,
      im: a.im === 0n && b.im === 0n ? 0n : (a.im * b.den + b.im * a.den) % p,
      den: (a.den * b.den) % p,
      flags,
    };
  }

  negate(a: Value): Value {
    const { p } = this;
    return { re: a.re === 0n ? 0n : p - a.re, im: a.im === 0n ? 0n : p - a.im, den: a.den, flags: a.flags };
  }

  multiply(a: Value, b: Value): Value {
    const { p } = this;
    const den = a.den === 1n ? b.den : b.den === 1n ? a.den : (a.den * b.den) % p;
    const flags = a.flags | b.flags;
    if (a.im === 0n && b.im === 0n) return { re: (a.re * b.re) % p, im: 0n, den, flags };
    return {
      re: this.reduce(a.re * b.re - a.im * b.im),
      im: (a.re * b.im + a.im * b.re) % p,
      den,
      flags,
    };
  }

  isZero(a: Value): boolean {
    return a.re === 0n && a.im === 0n;
  }

  /** Null for zero. */
  inverse(a: Value): Value | null {
    const { p } = this;
    if (a.im === 0n) return a.re === 0n ? null : { re: a.den, im: 0n, den: a.re, flags: a.flags };
    // 1 / (a + bi) = (a - bi) / (a^2 + b^2), and a^2 + b^2 is not 0 because -1 is no square.
    return {
      re: (a.re * a.den) % p,
      im: ((p - a.im) * a.den) % p,
      den: (a.re * a.re + a.im * a.im) % p,
      flags: a.flags,
    };
  }

  /** a^exponent for any whole exponent; null for zero to a power that is not positive. */
  power(a: Value, exponent: bigint): Value | null {
    const { p } = this;
    if (this.isZero(a)) return exponent > 0n ? { ...a, den: 1n } : null;
    const base = exponent < 0n ? this.inverse(a) : a;
    const times = exponent < 0n ? -exponent : exponent;
    if (base === null) return null;
    if (base.im === 0n) {
      const small = times < p ? times : times % (p - 1n);
      const den = base.den === 1n ? 1n : powerMod(base.den, small, p);
      return { re: powerMod(base.re, small, p), im: 0n, den, flags: a.flags };
    }
    let result: Value = { re: 1n, im: 0n, den: 1n, flags: a.flags };
    let square = base;
    for (let rest = times % (p * p - 1n); rest > 0n; rest >>= 1n) {
      if ((rest & 1n) === 1n) result = this.multiply(result, square);
      square = this.multiply(square, square);
    }
    return result;
  }

  /** Same element, however it is written as a fraction. */
  isSame(a: Value, b: Value): boolean {
    const { p } = this;
    if (a.den === b.den) return a.re === b.re && a.im === b.im;
    return (a.re * b.den - b.re * a.den) % p === 0n && (a.im * b.den - b.im * a.den) % p === 0n;
  }

  /** The same element with denominator 1. */
  normalize(a: Value): Value {
    if (a.den === 1n) return a;
    const inverse = inverseMod(a.den, this.p);
    return { re: (a.re * inverse) % this.p, im: (a.im * inverse) % this.p, den: 1n, flags: a.flags };
  }
}
