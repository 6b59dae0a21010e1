import type { Rational } from '../../rational.ts';
import { drawPrime, inverseMod, powerMod, type RandomBits } from './draw-prime.ts';
import { Field, OPAQUE, USES_E, USES_PI, type Value } from './field.ts';
import { KeyedHash } from './keyed-hash.ts';

/**
 * Symbols are 1 mod this number. The verdict must not depend on the draw, and `x^{n/2}` or `2^{1/(n+1)}` ask whether a
 * number made of symbols is divisible by a small one: so that is the same in every draw.
 */
const SYMBOL_STEP = 2n ** 20n * 3n ** 6n * 5n ** 4n * 7n ** 3n * 11n * 13n;
const MAX_SYMBOLS = 1_000;
const MAX_REMEMBERED = 2_000;

/** One random choice of everything: the prime, the point at which symbols stand, and the values of the atoms. */
export class Draw {
  readonly field: Field;
  readonly #hash: KeyedHash;
  readonly #symbols = new Map<string, bigint>();
  readonly #remembered = new Map<string, Value | null>();
  readonly #e: bigint;
  readonly #pi: bigint;

  constructor(random: RandomBits) {
    this.field = new Field(drawPrime(random));
    this.#hash = new KeyedHash(random);
    this.#e = this.#square('e');
    this.#pi = this.#square('pi');
  }

  /** A square of F_p other than 0 and 1: the squares are a group of prime order q, where every root exists once. */
  #square(name: string): bigint {
    const root = 2n + (this.#hash.hash(name) % (this.field.p - 4n));
    return (root * root) % this.field.p;
  }

  /** The whole number (above 2^65) for which a symbol stands, the same in bases and in exponents. */
  symbol(name: string): bigint {
    const known = this.#symbols.get(name);
    if (known !== undefined) return known;
    if (this.#symbols.size >= MAX_SYMBOLS) this.#symbols.clear();
    // The hash has 160 bits; 100 are enough to spread over p (p - 1), and exponents stay short.
    const value = 1n + SYMBOL_STEP * (1n + (this.#hash.hash(`symbol ${name}`) >> 60n));
    this.#symbols.set(name, value);
    return value;
  }

  /**
   * An unknown function's value: a random element that depends on the name and the arguments alone. The arguments are
   * taken as elements, so that `f(x+x)` is `f(2x)`.
   */
  atom(name: string, ...keys: readonly Value[]): Value {
    const numbers: bigint[] = [];
    let flags = OPAQUE;
    for (const key of keys) {
      const { re, im, flags: more } = this.field.normalize(key);
      numbers.push(re, im);
      flags |= more;
    }
    return { re: 1n + (this.#hash.hash(name, numbers) % (this.field.p - 1n)), im: 0n, den: 1n, flags };
  }

  /** A value from 1 to p - 1 for a name; for atoms whose flags the caller knows. */
  named(name: string, flags: number): Value {
    return { re: 1n + (this.#hash.hash(name) % (this.field.p - 1n)), im: 0n, den: 1n, flags };
  }

  /** A value that depends on its key and the draw alone, made once. */
  remember(key: string, make: () => Value | null): Value | null {
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    const value = make();
    this.#remembered.set(key, value);
    return value;
  }

  /** e^exponent or pi^exponent; null when the exponent's denominator is a multiple of q. */
  constantPower(name: 'e' | 'pi', exponent: Rational): Value | null {
    const base = name === 'e' ? this.#e : this.#pi;
    return this.squarePower(base, exponent, name === 'e' ? USES_E : USES_PI);
  }

  /**
   * base^exponent for a square of F_p. Exponents live mod q, and a denominator is inverted there: that is the root which
   * is itself a square, the only one. So (b^s)^t = b^{st} and b^s c^s = (bc)^s hold for all fractions.
   */
  squarePower(base: bigint, exponent: Rational, flags: number): Value | null {
    const { p, q } = this.field;
    let power = exponent.numerator % q;
    if (exponent.denominator !== 1n) {
      const inverse = inverseMod(exponent.denominator % q, q);
      if (inverse === 0n) return null;
      power = (power * inverse) % q;
    }
    if (power < 0n) power += q;
    return { re: powerMod(base, power, p), im: 0n, den: 1n, flags };
  }
}
