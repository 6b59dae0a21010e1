import type { Expression } from '../../expression/expression.ts';
import { makeProduct, makeSum, negate } from '../../expression/expression-parts.ts';
import { listSymbols, replaceSymbols } from '../../expression/symbols.ts';
import type { Fuel } from '../../fuel.ts';
import { Fuel as Steps } from '../../fuel.ts';
import { makeRational } from '../../rational.ts';
import { evaluateToNumber } from '../symbolic/evaluate-to-number.ts';
import { isSameBySympy } from '../symbolic/is-same-by-sympy.ts';
import { compareMath } from './is-same-math.ts';
import { isSameScalar } from './is-same-scalar.ts';
import type { MathRelation, MathValue } from './math-value.ts';

const turned: Readonly<Record<string, string>> = { '=': '=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

type Relations = Extract<MathValue, { kind: 'relation' | 'chain' }>;

/** Equal sides, or an equal difference of the sides, also turned round; equations also up to a factor. */
export function isSameRelation(gold: Relations, answer: Relations, fuel: Fuel): boolean {
  if (gold.kind === 'relation' && answer.kind === 'relation') return isSamePair(gold, answer, fuel);
  if (gold.kind !== 'chain' || answer.kind !== 'chain' || gold.relations.length !== answer.relations.length)
    return false;
  return gold.relations.every((relation, i) => isSamePair(relation, answer.relations[i] as MathRelation, fuel));
}

function isSamePair(gold: MathRelation, answer: MathRelation, fuel: Fuel): boolean {
  if (
    gold.left.kind !== 'scalar' ||
    gold.right.kind !== 'scalar' ||
    answer.left.kind !== 'scalar' ||
    answer.right.kind !== 'scalar'
  ) {
    return (
      gold.operator === answer.operator &&
      compareMath(gold.left, answer.left, fuel) &&
      compareMath(gold.right, answer.right, fuel)
    );
  }
  const [a, b] = [
    makeSum(gold.left.expression, negate(gold.right.expression)),
    makeSum(answer.left.expression, negate(answer.right.expression)),
  ];
  if (gold.operator === answer.operator && isSameScalar(a, b)) return true;
  if (turned[gold.operator] === answer.operator && isSameScalar(a, negate(b))) return true;
  return gold.operator === '=' && answer.operator === '=' && isMultiple(a, b);
}

/** Solving gives the same for two equations of which one is a multiple of the other. */
function isMultiple(a: Expression, b: Expression): boolean {
  const symbols = listSymbols(makeSum(a, b));
  if (symbols.length === 0 || symbols.includes('oo')) return false;
  const fuel = new Steps(100_000);
  const [x, y] = [0, 1].map((round) => {
    const point = new Map(symbols.map((name, i) => [name, makePoint(i, round)] as const));
    const [top, bottom] = [a, b].map((side) => evaluateToNumber(replaceSymbols(side, point), fuel));
    return top === undefined || bottom === undefined ? Number.NaN : top / bottom;
  }) as [number, number];
  return Number.isFinite(x) && x !== 0 && Math.abs(x - y) <= 1e-12 * Math.abs(x) && isSameRatio(a, b, x);
}

/** The ratio as a fraction with a small denominator, checked exactly. */
function isSameRatio(a: Expression, b: Expression, ratio: number): boolean {
  for (let denominator = 1; denominator <= 100; denominator++) {
    const numerator = Math.round(ratio * denominator);
    if (Math.abs(ratio * denominator - numerator) > 1e-9 || !Number.isSafeInteger(numerator)) continue;
    const factor: Expression = { kind: 'rational', value: makeRational(BigInt(numerator), BigInt(denominator)) };
    return isSameBySympy(a, makeProduct([factor, b]));
  }
  return false;
}

function makePoint(index: number, round: number): Expression {
  return { kind: 'rational', value: makeRational(BigInt(1009 + 37 * index * index + 211 * round), 773n) };
}
