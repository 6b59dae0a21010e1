import type { Rational } from '../../rational.ts';
import { makeRational } from '../../rational.ts';
import type { Point, PointValue } from './evaluate-ball.ts';

type Sign = 'positive' | 'negative' | 'mixed';

/** What the symbols are at one point. `scale` is log2 of where the values start; they reach sixteen times as far. */
type Shape =
  | { readonly kind: 'real' | 'complex'; readonly sign: Sign; readonly scale: number }
  | { readonly kind: 'whole'; readonly sign: Sign };

export interface SamplePoint {
  readonly point: Point;
  readonly hasNegative: boolean;
  readonly isComplex: boolean;
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

const wholeShape = whole('positive');

/**
 * Fixed points for these symbols, in the order of use. A value depends on the symbol's name and the place in the list
 * alone, so the verdict is the same on every machine. Real values are odd multiples of a power of two: exact as balls,
 * and no coincidences with the numbers of textbooks. The symbols in `wholes` are positive whole numbers at every point.
 */
export function* listSamplePoints(
  symbols: readonly string[],
  wholes: ReadonlySet<string> = new Set(),
): Generator<SamplePoint> {
  const seeds = seedSymbols(symbols);
  for (const [place, shape] of shapes.entries()) {
    const point = new Map<string, PointValue>();
    // Where every symbol is whole by nature there are no negative values to try.
    let hasNegative = symbols.length > 0 && symbols.every((name) => wholes.has(name));
    for (const [name, seed] of seeds) {
      const value = drawValue(wholes.has(name) ? wholeShape : shape, mixBits(seed ^ Math.imul(place + 1, 0x9e3779b1)));
      hasNegative ||= ('re' in value ? value.re : value).numerator < 0n;
      point.set(name, value);
    }
    yield { point, hasNegative, isComplex: shape.kind === 'complex' };
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

function drawValue(shape: Shape, bits: number): PointValue {
  const isNegative = shape.sign === 'negative' || (shape.sign === 'mixed' && (bits & 1) === 1);
  if (shape.kind === 'whole') {
    const size = BigInt(2 + ((bits >>> 1) % 23));
    return { numerator: isNegative ? -size : size, denominator: 1n };
  }
  const re = drawReal(bits >>> 1, shape.scale, isNegative);
  if (shape.kind === 'real') return re;
  return { re, im: drawReal(mixBits(bits) >>> 1, shape.scale, (bits & 2) === 2) };
}

/** An odd number from 2^16 to 2^20, times 2^(scale - 16). */
function drawReal(bits: number, scale: number, isNegative: boolean): Rational {
  const size = 2 ** 16 + ((bits % (15 * 2 ** 15)) * 2 + 1);
  return makeRational(BigInt(isNegative ? -size : size), 1n << BigInt(16 - scale));
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
