import { signOfBall } from '../../expression/ball/ball.ts';
import { evaluateBall } from '../../expression/ball/evaluate-ball.ts';
import { absoluteBall, ballOfRational, subtractBalls } from '../../expression/ball/real-arithmetic.ts';
import { subtract } from '../../expression/build-expression.ts';
import type { Fuel } from '../../fuel.ts';
import { makeRational } from '../../rational.ts';
import { toExpression } from '../to-expression.ts';
import type { ChainSide, Value } from '../values.ts';

const bits = 192;

/** Whether the decimal is the value rounded to its places. */
export function isRounding(value: Value, { value: side, places, isApproximate }: ChainSide, fuel: Fuel): boolean {
  const distance = compareDistance(value, side, places, fuel, 1n);
  return (places >= 2 || isApproximate) && (distance === -1 || distance === 0);
}

/** Whether the decimal is no approximation of the value, however it was rounded. */
export function isFarOff(value: Value, { value: side, places }: ChainSide, fuel: Fuel): boolean {
  return compareDistance(value, side, places, fuel, 20n) === 1;
}

/** The sign of the distance less so many halves of the last place; undefined where that is not certain. */
function compareDistance(value: Value, side: Value, places: number, fuel: Fuel, halves: bigint): number | undefined {
  const [exact, decimal] = [toExpression(value), toExpression(side)];
  if (exact === null || decimal === null || places > 60) return undefined;
  const ball = evaluateBall(subtract(exact, decimal), new Map(), bits, fuel);
  if (ball === undefined || signOfBall(ball.im) !== 0) return undefined;
  const bound = ballOfRational(makeRational(halves, 2n * 10n ** BigInt(places)), bits);
  return signOfBall(subtractBalls(absoluteBall(ball.re), bound, bits));
}
