import type { Fuel } from '../../fuel.ts';
import type { Expression } from '../expression.ts';
import { Draw } from './draw.ts';
import type { RandomBits } from './draw-prime.ts';
import { Evaluation } from './evaluate.ts';
import { OPAQUE, type Value } from './field.ts';

/** The value re + im i of an expression in the field of the first draw; stable within one fingerprinter only. */
export interface Fingerprint {
  readonly re: bigint;
  readonly im: bigint;
  /** An atom of unknown laws was used: then unequal fingerprints say nothing. */
  readonly isOpaque: boolean;
}

/** `unknown` means that the fingerprints decide nothing; it is not a verdict. */
export type FingerprintRelation = 'same' | 'different' | 'unknown';

export interface FingerprinterOptions {
  /** Gives 64 random bits at each call. Who knows them can make unequal expressions that look the same. @defaultValue Web Crypto */
  readonly random?: RandomBits;
}

/** Compares expressions by their values in two random finite fields. */
export interface Fingerprinter {
  /** Null where there is no answer: undefined, not understood, or out of fuel. */
  fingerprint(expression: Expression, fuel: Fuel): Fingerprint | null;
  compareFingerprints(a: Expression, b: Expression, fuel: Fuel): FingerprintRelation;
}

/**
 * Makes a fingerprinter: two independent draws of a prime, a point for the symbols, and values for the atoms. Drawing
 * takes some milliseconds and happens at the first question.
 *
 * Why it works. Take all expressions at one point: each symbol is a large whole number N, the same in a base and in an
 * exponent. Rational numbers, i, radicals of rationals and one of e, pi, ln 2, ln 3, ln 5 generate a ring of complex
 * numbers, and there is a map from it to F_{p^2} that keeps sums and products (the files beside this one say why, for
 * radicals, e and the rest). So equal expressions have equal values in the field:
 *
 * - `different` is a proof that the two differ at a point where all symbols are positive whole numbers and both are
 *   defined. It is claimed only when no atom of unknown laws was used and at most one transcendental number: nobody has
 *   proved that e + pi is irrational. Roots and fractional powers of symbols, functions of anything but special values,
 *   powers of bases that may be negative to symbols, are atoms of unknown laws, so branches (\sqrt{x^2} and x, (-x)^n)
 *   never give `different`.
 * - `same` is right with high probability. Atoms depend on their arguments' values only, and the laws used hold for all
 *   real values of the symbols: at positive bases where symbols stand in an exponent, and at generic points, so that
 *   x/x is 1. Two unequal rational functions of degree d agree in one draw with probability at most about d / 2^60
 *   (Schwartz and Zippel) and two unequal constants when p divides their difference's norm, which for b bits happens to
 *   at most b / 60 of the 2^35 primes. Both draws must agree: for d up to a thousand less than 2^-100. With symbols in
 *   exponents the same is expected of random values and not proved.
 * - `unknown` is the answer to 0/0, 0^0, 1/0 and to everything too large or without fuel.
 *
 * The verdict does not depend on the draw, up to these probabilities.
 */
export function createFingerprinter(options: FingerprinterOptions = {}): Fingerprinter {
  const random = options.random ?? randomBits;
  let draws: readonly [Draw, Draw] | undefined;
  const drawn = (): readonly [Draw, Draw] => {
    draws ??= [new Draw(random), new Draw(random)];
    return draws;
  };
  return {
    fingerprint(expression, fuel) {
      const [draw] = drawn();
      const value = evaluateWith(draw, expression, fuel);
      if (value === null) return null;
      const { re, im, flags } = draw.field.normalize(value);
      return { re, im, isOpaque: (flags & OPAQUE) !== 0 };
    },
    compareFingerprints(a, b, fuel) {
      for (const draw of drawn()) {
        const left = evaluateWith(draw, a, fuel);
        const right = left && evaluateWith(draw, b, fuel);
        if (!left || !right) return 'unknown';
        if (!draw.field.isSame(left, right)) return isProof(left.flags | right.flags) ? 'different' : 'unknown';
      }
      return 'same';
    },
  };
}

function evaluateWith(draw: Draw, expression: Expression, fuel: Fuel): Value | null {
  const value = new Evaluation(draw, fuel).evaluate(expression);
  return fuel.isOut ? null : value;
}

/** No opaque atom, and at most one transcendental number. */
function isProof(flags: number): boolean {
  if ((flags & OPAQUE) !== 0) return false;
  const transcendental = flags & ~OPAQUE;
  return (transcendental & (transcendental - 1)) === 0;
}

function randomBits(): bigint {
  const [bits = 0n] = globalThis.crypto.getRandomValues(new BigUint64Array(1));
  return bits;
}

let shared: Fingerprinter | undefined;

/** The process's own fingerprinter, made when first asked for. */
export function defaultFingerprinter(): Fingerprinter {
  shared ??= createFingerprinter();
  return shared;
}

/** {@link Fingerprinter.compareFingerprints} with the process's own draws. */
export function compareFingerprints(a: Expression, b: Expression, fuel: Fuel): FingerprintRelation {
  return defaultFingerprinter().compareFingerprints(a, b, fuel);
}
