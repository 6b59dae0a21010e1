import type { Rational } from '../../rational.ts';
import { addRationals, makeRational, negateRational } from '../../rational.ts';
import type { Point, PointValue } from './evaluate-ball.ts';

type Sign = 'positive' | 'negative' | 'mixed';

/**
 * What the symbols are at one point. `scale` is log2 of where the values start; they reach sixteen times as far. `turn` values stand a little beside a number of the expressions, `far` values
 * beyond all of them.
 */
type Shape =
  | { readonly kind: 'far'; readonly sign: Sign }
  | { readonly kind: 'turn'; readonly place: number }
  | { readonly kind: 'real' | 'complex'; readonly sign: Sign; readonly scale: number }
  | { readonly kind: 'whole'; readonly sign: Sign };

export interface SamplePoint {
  readonly point: Point;
  readonly hasNegative: boolean;
  readonly isComplex: boolean;
  /** Among the points that are all to be looked at, as each may show another branch. */
  readonly isTurn: boolean;
}

const real = (sign: Sign, scale: number): Shape => ({ kind: 'real', sign, scale });
const whole = (sign: Sign): Shape => ({ kind: 'whole', sign });
const complex = (sign: Sign): Shape => ({ kind: 'complex', sign, scale: -2 });

/**
 * In the order of use. The first ones decide most pairs: both signs, small (arcsin, sqrt(1 - x^2)), whole (n!) and
 * large (sqrt(x - 5), floor) values.
 */
const shapes: readonly Shape[] = [
  ...[real('positive', -2), real('negative', -2), real('mixed', -4), complex('positive'), whole('positive')],
  ...[real('positive', 2), real('negative', 2), whole('positive'), real('mixed', -2), complex('mixed')],
  ...[real('positive', -4), real('negative', -4), whole('positive'), real('mixed', 2), whole('mixed')],
  ...[real('positive', 7), real('negative', 7), whole('positive'), whole('positive'), real('mixed', -2)],
  ...[whole('negative'), real('mixed', -4), real('mixed', 2), whole('positive'), whole('mixed'), real('mixed', 7)],
  ...[real('mixed', -2), whole('positive'), real('mixed', 2), whole('positive'), real('mixed', -4), whole('positive')],
];

const far = (sign: Sign): Shape => ({ kind: 'far', sign });

/** So many numbers of the expressions are looked at, on both sides of them and of their negatives. */
const mostTurns = 6;

/** Before all others: where functions with branches take another one. */
function listTurns(sizes: readonly Rational[]): readonly Shape[] {
  const count = 4 * Math.min(mostTurns, sizes.length);
  const beside = Array.from({ length: count }, (_, place): Shape => ({ kind: 'turn', place }));
  return [far('positive'), far('negative'), far('mixed'), far('mixed'), ...beside];
}

export interface SampleOptions {
  /** Symbols that are positive whole numbers at every point. */
  readonly wholes?: ReadonlySet<string>;
  /** Numbers of the expressions, where these have functions with branches. */
  readonly sizes?: readonly Rational[] | undefined;
}

const wholeShape = whole('positive');

/**
 * Fixed points for these symbols, in the order of use. A value depends on the symbol's name and the place in the list
 * alone, so the verdict is the same on every machine. Real values are odd multiples of a power of two: exact as balls,
 * and no coincidences with the numbers of textbooks. The symbols in `wholes` are positive whole numbers at every point.
 */
export function* listSamplePoints(
  symbols: readonly string[],
  { wholes, sizes }: SampleOptions = {},
): Generator<SamplePoint> {
  const seeds = seedSymbols(symbols);
  const turns = sizes === undefined ? [] : listTurns(sizes);
  const isWhole = (name: string): boolean => wholes?.has(name) === true;
  for (const [place, shape] of [...turns, ...shapes].entries()) {
    const point = new Map<string, PointValue>();
    // Where every symbol is whole by nature there are no negative values to try.
    let hasNegative = symbols.length > 0 && symbols.every(isWhole);
    let index = 0;
    for (const [name, seed] of seeds) {
      const bits = mixBits(seed ^ Math.imul(place + 1, 0x9e3779b1));
      const value = drawValue(isWhole(name) ? wholeShape : shape, { bits, index, sizes: sizes ?? [] });
      index++;
      hasNegative ||= ('re' in value ? value.re : value).numerator < 0n;
      point.set(name, value);
    }
    yield { point, hasNegative, isComplex: shape.kind === 'complex', isTurn: place < turns.length };
  }
}

/** Two symbols never share a seed, whatever their names hash to. */
function seedSymbols(symbols: readonly string[]): ReadonlyMap<string, number> {
  const taken = new Set<number>();
  const seeds = new Map<string, number>();
  for (const name of [...symbols].sort()) {
    let seed = hashName(name);
    while (taken.has(seed)) seed = (seed + 1) >>> 0;
    taken.add(seed);
    seeds.set(name, seed);
  }
  return seeds;
}

interface DrawOptions {
  readonly bits: number;
  /** The place of the symbol among all. */
  readonly index: number;
  readonly sizes: readonly Rational[];
}

function drawValue(shape: Shape, { bits, index, sizes }: DrawOptions): PointValue {
  if (shape.kind === 'turn') return drawTurn(shape.place, { bits, index, sizes });
  const isNegative = shape.sign === 'negative' || (shape.sign === 'mixed' && (bits & 1) === 1);
  if (shape.kind === 'far') {
    const scale = sizes.reduce((total, size) => total + Math.abs(log2(size)), 4);
    return drawReal(bits >>> 1, Math.min(400, scale), isNegative);
  }
  if (shape.kind === 'whole') {
    const size = BigInt(2 + ((bits >>> 1) % 23));
    return { numerator: isNegative ? -size : size, denominator: 1n };
  }
  const re = drawReal(bits >>> 1, shape.scale, isNegative);
  if (shape.kind === 'real') return re;
  return { re, im: drawReal(mixBits(bits) >>> 1, shape.scale, (bits & 2) === 2) };
}

/** A number of the expressions or its negative, and a thousandth to one more or less; other symbols as it comes. */
function drawTurn(place: number, { bits, index, sizes }: DrawOptions): Rational {
  const choice = index === 0 ? place : bits >>> 3;
  const size = sizes[((place >> 2) + index) % sizes.length] as Rational;
  const offset = drawReal(bits >>> 5, (bits & 1) === 0 ? -4 : -12, (choice & 2) === 2);
  return addRationals((choice & 1) === 1 ? negateRational(size) : size, offset);
}

/** Near enough for a place to look at. */
function log2({ numerator, denominator }: Rational): number {
  return 4 * (numerator.toString(16).length - denominator.toString(16).length);
}

/** An odd number from 2^16 to 2^20, times 2^(scale - 16). */
function drawReal(bits: number, scale: number, isNegative: boolean): Rational {
  const size = 2 ** 16 + ((bits % (15 * 2 ** 15)) * 2 + 1);
  const value = BigInt(isNegative ? -size : size);
  return scale > 16
    ? { numerator: value << BigInt(scale - 16), denominator: 1n }
    : makeRational(value, 1n << BigInt(16 - scale));
}

/** FNV-1a over UTF-16 units. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The finishing step of MurmurHash3: every bit of the input reaches every bit of the result. */
function mixBits(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
