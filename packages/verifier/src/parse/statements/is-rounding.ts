import { signOfBall } from '../../expression/ball/ball.ts';
import { evaluateBall } from '../../expression/ball/evaluate-ball.ts';
import { absoluteBall, ballOfRational, subtractBalls } from '../../expression/ball/real-arithmetic.ts';
import { subtract } from '../../expression/build-expression.ts';
import type { Expression } from '../../expression/expression.ts';
import type { Fuel } from '../../fuel.ts';
import { makeRational } from '../../rational.ts';
import { toExpression } from '../regions/read-set.ts';
import type { ChainSide, Value } from '../values.ts';

const bits = 192;

/** Whether the decimal is the value rounded to its places. */
export function isRounding(value: Value, { value: side, places, isApproximate }: ChainSide, fuel: Fuel): boolean {
  const [exact, decimal] = [toExpression(value), toExpression(side)];
  if (exact === null || decimal === null || places > 60 || (places < 2 && !isApproximate)) return false;
  return isWithin(subtract(exact, decimal), places, fuel);
}

function isWithin(difference: Expression, places: number, fuel: Fuel): boolean {
  const ball = evaluateBall(difference, new Map(), bits, fuel);
  if (ball === undefined || signOfBall(ball.im) !== 0) return false;
  const half = ballOfRational(makeRational(1n, 2n * 10n ** BigInt(places)), bits);
  const rest = signOfBall(subtractBalls(half, absoluteBall(ball.re), bits));
  return rest === 1 || rest === 0;
}
