import fc from 'fast-check';
import { makeRational, type Rational } from '../../../rational.ts';
import {
  add,
  binom,
  build,
  div,
  fact,
  fn,
  log,
  mul,
  neg,
  num,
  pow,
  root,
  sub,
} from '../../__fixtures__/build-expression.ts';
import type { Expression, FunctionName } from '../../expression.ts';

export const randomRational: fc.Arbitrary<Rational> = fc
  .tuple(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: 1, max: 999 }))
  .map(([top, bottom]) => makeRational(BigInt(top), BigInt(bottom)));
const functionNames: readonly FunctionName[] = [
  ...(['sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'arcsin', 'arccos', 'arctan'] as const),
  ...(['sinh', 'cosh', 'tanh', 'exp', 'ln', 'abs', 'floor', 'ceil'] as const),
];

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  randomRational.map((value): Expression => ({ kind: 'rational', value })),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map((n) => num(n, 10n ** 20n)),
  fc.constantFrom<Expression>(...['x', 'z', 'pi', 'e', 'i'].map(build), num(0), num(1), num(-1), num(1, 1n << 90n)),
);

/** Trees of every kind with the symbols x and z. Many are undefined somewhere. */
export const randomExpression: fc.Arbitrary<Expression> = fc.letrec<{ node: Expression }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => add(a, b)),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => sub(a, b)),
    fc.tuple(tie('node'), tie('node'), tie('node')).map(([a, b, c]) => mul(a, b, c)),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => div(a, b)),
    tie('node').map((a) => neg(a)),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => pow(a, b)),
    fc.tuple(tie('node'), fc.integer({ min: -40, max: 40 })).map(([a, n]) => pow(a, n)),
    fc.tuple(tie('node'), fc.integer({ min: 2, max: 9 })).map(([a, n]) => root(a, n)),
    fc.tuple(fc.constantFrom(...functionNames), tie('node')).map(([name, a]) => fn(name, a)),
    fc.tuple(fc.constantFrom(...functionNames), tie('node')).map(([name, a]) => fn(name, a)),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => log(a, b)),
    fc.integer({ min: 0, max: 300 }).map((n) => fact(n)),
    fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 })).map(([n, k]) => binom(n, k)),
  ),
})).node;
