import type { Ball } from '../../expression/ball/ball.ts';
import { evaluateAtPoint, type Point } from '../../expression/ball/evaluate-ball.ts';
import type { Expression } from '../../expression/expression.ts';
import { foldRational } from '../../expression/fold-rational.ts';
import type { Fuel } from '../../fuel.ts';
import type { Rational } from '../../rational.ts';

const bits = 128;

/** An imaginary part below this many bits of size is rounding. */
const smallest = -60;

/** The real value of an expression without variables as a double; undefined where it has none or takes too much work. */
export function evaluateToNumber(expression: Expression, fuel: Fuel): number | undefined {
  const exact = foldRational(expression, fuel);
  if (exact !== null) return rationalToNumber(exact);
  const noPoint: Point = new Map();
  const { value } = evaluateAtPoint(expression, noPoint, { bits, fuel });
  if (value === undefined || fuel.isOut) return undefined;
  return value.im.magnitude > smallest ? undefined : ballToNumber(value.re);
}

export function rationalToNumber({ numerator, denominator }: Rational): number {
  const [top, bottom] = [Number(numerator), Number(denominator)];
  if (Number.isFinite(top) && Number.isFinite(bottom)) return top / bottom;
  // Both beyond the doubles, perhaps: 64 bits of the quotient are enough.
  const shift = lengthOf(denominator) - lengthOf(numerator) + 64;
  const quotient = shift > 0 ? (numerator << BigInt(shift)) / denominator : numerator / (denominator << BigInt(-shift));
  return scale(quotient, -shift);
}

function ballToNumber({ mantissa, exponent }: Ball): number {
  const cut = Math.max(0, lengthOf(mantissa) - 64);
  return scale(mantissa >> BigInt(cut), exponent + cut);
}

function lengthOf(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

/** In two steps, as 2^-1074 alone would lose what a large mantissa brings back. */
function scale(mantissa: bigint, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return Number(mantissa) * 2 ** half * 2 ** (exponent - half);
}
