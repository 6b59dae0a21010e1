import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fuel } from '../../fuel.ts';
import { makeRational } from '../../rational.ts';
import { add, build, div, fact, fn, mul, neg, num, type Part, pow, root } from '../__fixtures__/build-expression.ts';
import type { FunctionName } from '../expression.ts';
import { randomExpression, randomRational } from './__fixtures__/random-expression.ts';
import { addLogarithms, type Ball, exactBall, log2Magnitude, roundBall, signOfBall, toFixed } from './ball.ts';
import type { ComplexBall } from './complex-ball.ts';
import { evaluateBall, type Point } from './evaluate-ball.ts';
import { integerSquareRoot } from './integer-root.ts';
import { addBalls, ballOfRational, divideBalls, multiplyBalls } from './real-arithmetic.ts';
import { atanBall, expBall, lnBall, sinCosBall, squareRootBall } from './real-functions.ts';

const emptyPoint: Point = new Map();

function evaluate(part: Part, bits = 256, point = emptyPoint): ComplexBall | undefined {
  return evaluateBall(build(part), point, bits, new Fuel(20_000_000));
}

/** The digits of the middle after the leading one, cut. */
function printDigits(ball: Ball | undefined, count: number): string {
  if (ball === undefined) return 'undefined';
  const scaled = (toFixed(ball.mantissa, ball.exponent, 1200) * 10n ** BigInt(count)) >> 1200n;
  const text = scaled.toString().padStart(count + 1, '0');
  return `${text.slice(0, -count)}.${text.slice(-count)}`;
}

const constants: readonly (readonly [name: string, part: Part, digits: string])[] = [
  ['pi', 'pi', '3.1415926535897932384626433832795028841971693993751058209749445923078164'],
  ['e', 'e', '2.7182818284590452353602874713526624977572470936999595749669676277240766'],
  ['sqrt 2', root(2), '1.4142135623730950488016887242096980785696718753769480731766797379907324'],
  ['sqrt 3', root(3), '1.7320508075688772935274463415058723669428052538103806280558069794519330'],
  ['ln 2', fn('ln', 2), '0.6931471805599453094172321214581765680755001343602552541206800094933936'],
  ['ln 10', fn('ln', 10), '2.3025850929940456840179914546843642076011014886287729760333279009675726'],
  [
    'the golden ratio',
    div(add(1, root(5)), 2),
    '1.6180339887498948482045868343656381177203091798057628621354486227052604',
  ],
];

test.each(constants)('%s has its published digits', (_, part, digits) => {
  // The last six digits may be those of the rounding at 256 bits.
  for (const bits of [256, 1024])
    expect(printDigits(evaluate(part, bits)?.re, 70).slice(0, 66)).toBe(digits.slice(0, 66));
});

/** The real part of the difference contains zero, and is narrow. */
function expectAgreement(a: ComplexBall | undefined, b: ComplexBall | undefined, bits: number): void {
  if (a === undefined || b === undefined) throw new Error('Both sides must be defined.');
  for (const part of ['re', 'im'] as const) {
    const [x, y] = [a[part], b[part]];
    expect(containsDifference(x, y, addLogarithms(x.radius, y.radius))).toBe(true);
    expect(Math.max(x.radius, y.radius)).toBeLessThan(Math.max(0, x.magnitude, y.magnitude) + 40 - bits);
  }
}

/** |x - y| <= 2^radius, in exact integers. */
function containsDifference(x: Ball, y: Ball, radius: number): boolean {
  const end = Math.min(x.exponent, y.exponent);
  const difference = (x.mantissa << BigInt(x.exponent - end)) - (y.mantissa << BigInt(y.exponent - end));
  return difference === 0n || log2Magnitude(difference) + end <= radius + 1e-9;
}

const pointOfTwo = fc.tuple(randomRational, randomRational).map(
  ([x, y]): Point =>
    new Map([
      ['x', x],
      ['y', y],
    ]),
);

const identities: readonly (readonly [name: string, a: Part, b: Part])[] = [
  ['sin^2 + cos^2 = 1', add(pow(fn('sin', 'x'), 2), pow(fn('cos', 'x'), 2)), 1],
  [
    'sin(x + y)',
    fn('sin', add('x', 'y')),
    add(mul(fn('sin', 'x'), fn('cos', 'y')), mul(fn('cos', 'x'), fn('sin', 'y'))),
  ],
  ['exp(x + y), small', fn('exp', div(add('x', 'y'), 5000)), mul(fn('exp', div('x', 5000)), fn('exp', div('y', 5000)))],
  ['ln exp x', fn('ln', fn('exp', 'x')), 'x'],
  ['exp ln |x|', fn('exp', fn('ln', add(fn('abs', 'x'), 1))), add(fn('abs', 'x'), 1)],
  ['tan arctan x', fn('tan', fn('arctan', div('x', 100))), div('x', 100)],
  [
    'arctan of the inverse',
    add(fn('arctan', add(fn('abs', 'x'), 1)), fn('arctan', div(1, add(fn('abs', 'x'), 1)))),
    div('pi', 2),
  ],
  ['the square of a root', pow(root(add(fn('abs', 'x'), 1)), 2), add(fn('abs', 'x'), 1)],
  ['the seventh power of a root', pow(root('x', 7), 7), 'x'],
  ['e^(ix)', pow('e', mul('i', 'x')), add(fn('cos', 'x'), mul('i', fn('sin', 'x')))],
  [
    'exp ln of a complex number',
    fn('exp', fn('ln', add('x', mul('i', add(pow('y', 2), 1))))),
    add('x', mul('i', add(pow('y', 2), 1))),
  ],
  [
    'the square of a complex root',
    pow(root(add('x', mul('i', add(pow('y', 2), 1)))), 2),
    add('x', mul('i', add(pow('y', 2), 1))),
  ],
];

test.each(identities)('%s holds within the error bounds', (_, a, b) => {
  fc.assert(
    fc.property(pointOfTwo, (point) => {
      for (const bits of [256, 1024]) expectAgreement(evaluate(a, bits, point), evaluate(b, bits, point), bits);
    }),
    { numRuns: 60, seed: 11 },
  );
});

const mixedPoint: Point = new Map<string, Point extends ReadonlyMap<string, infer V> ? V : never>([
  ['x', makeRational(-22n, 7n)],
  ['z', { re: makeRational(3n, 5n), im: makeRational(-11n, 13n) }],
]);

test('a value at 1024 bits lies in the ball at 256 bits, and at 64', () => {
  let defined = 0;
  fc.assert(
    fc.property(randomExpression, (tree) => {
      const fine = evaluate(tree, 1024, mixedPoint);
      for (const bits of [64, 256]) {
        const coarse = evaluate(tree, bits, mixedPoint);
        if (coarse === undefined || fine === undefined) continue;
        defined++;
        for (const part of ['re', 'im'] as const) {
          if (Math.abs(coarse[part].exponent - fine[part].exponent) > 100_000) continue;
          const reach = addLogarithms(coarse[part].radius, fine[part].radius);
          if (!containsDifference(coarse[part], fine[part], reach))
            throw new Error(`The ${part} ball at ${bits} bits misses the value.`);
        }
      }
    }),
    { numRuns: 6000, seed: 12 },
  );
  expect(defined).toBeGreaterThan(4000);
});

/** The middle and the radius as doubles. */
function toDouble(ball: Ball): number {
  const drop = Math.max(0, Math.floor(log2Magnitude(ball.mantissa)) - 60);
  return Number(ball.mantissa >> BigInt(drop)) * 2 ** (ball.exponent + drop);
}

const doubleFunctions: readonly (readonly [
  name: FunctionName,
  f: (x: number) => number,
  domain: readonly [number, number],
])[] = [
  ['sin', Math.sin, [-50, 50]],
  ['cos', Math.cos, [-50, 50]],
  ['arctan', Math.atan, [-500, 500]],
  ['arcsin', Math.asin, [-0.99, 0.99]],
  ['arccos', Math.acos, [-0.99, 0.99]],
  ['exp', Math.exp, [-20, 5]],
  ['ln', Math.log, [0.001, 5000]],
  ['sinh', Math.sinh, [-5, 5]],
  ['cosh', Math.cosh, [-5, 5]],
  ['tanh', Math.tanh, [-20, 20]],
  ['abs', Math.abs, [-50, 50]],
  ['floor', Math.floor, [-50, 50]],
  ['ceil', Math.ceil, [-50, 50]],
];

test.each(doubleFunctions)('%s is what the double function gives, within 1e-12', (name, f, [low, high]) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 30 - 1 }), (draw) => {
      const x = Math.round((low + ((high - low) * draw) / 2 ** 30) * 2 ** 20);
      const value = evaluate(fn(name, num(x, 2 ** 20)));
      if (value === undefined) throw new Error('The value must be defined.');
      const expected = f(x / 2 ** 20);
      expect(Math.abs(toDouble(value.re) - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
    }),
    { numRuns: 200, seed: 13 },
  );
});

test('a whole square root is the largest whose square fits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 1n << 2500n }), fc.integer({ min: 0, max: 2500 }), (n, cut) => {
      for (const value of [n >> BigInt(cut), (n >> BigInt(cut)) ** 2n, (n >> BigInt(cut)) ** 2n + 1n]) {
        const whole = integerSquareRoot(value);
        expect(whole * whole <= value && (whole + 1n) * (whole + 1n) > value).toBe(true);
      }
    }),
    { numRuns: 400, seed: 14 },
  );
});

/** A ball and a point of it: a fraction of the radius away from the middle. */
const ballWithPoint = fc
  .tuple(
    fc.bigInt({ min: -(1n << 80n), max: 1n << 80n }),
    fc.integer({ min: -100, max: 0 }),
    fc.integer({ min: -120, max: -20 }),
    fc.integer({ min: -16, max: 16 }),
  )
  .map(([mantissa, exponent, radius, share]) => {
    const at = (mantissa << BigInt(exponent + 200)) + BigInt(share) * (1n << BigInt(radius + 200 - 4));
    return { ball: roundBall(mantissa, exponent, radius, 200), point: exactBall(at, -200) };
  });

test('a function of a wide ball contains the function of each of its points', () => {
  const bits = 200;
  const unary: readonly ((x: Ball) => Ball | undefined)[] = [
    (x) => squareRootBall(x, bits),
    (x) => expBall(x, bits),
    (x) => lnBall(x, bits),
    (x) => atanBall(x, bits),
    (x) => sinCosBall(x, bits)?.sin,
    (x) => sinCosBall(x, bits)?.cos,
  ];
  const binary: readonly ((x: Ball, y: Ball) => Ball | undefined)[] = [
    (x, y) => addBalls(x, y, bits),
    (x, y) => multiplyBalls(x, y, bits),
    (x, y) => divideBalls(x, y, bits),
  ];
  fc.assert(
    fc.property(ballWithPoint, ballWithPoint, (a, b) => {
      const results = [
        ...unary.map((f) => [f(a.ball), f(a.point)]),
        ...binary.map((f) => [f(a.ball, b.ball), f(a.point, b.point)]),
      ];
      for (const [wide, narrow] of results) {
        if (wide === undefined || narrow === undefined) continue;
        expect(containsDifference(wide, narrow, addLogarithms(wide.radius, narrow.radius))).toBe(true);
      }
    }),
    { numRuns: 1500, seed: 15 },
  );
});

test('a sign is given only where it is certain', () => {
  expect(signOfBall(exactBall(0n))).toBe(0);
  expect(signOfBall(exactBall(-3n))).toBe(-1);
  expect(signOfBall(roundBall(5n, 0, 10, 64))).toBeUndefined();
  expect(signOfBall(subtractHalf(ballOfRational(makeRational(1n, 3n), 64)))).toBe(-1);
});

function subtractHalf(x: Ball): Ball {
  return addBalls(x, exactBall(-1n, -1), 64);
}

const powersOfLarge: readonly (readonly [name: string, part: Part])[] = [
  ['10^(10^10)', pow(10, pow(10, 10))],
  ['exp of 10^12', fn('exp', pow(10, 12))],
  ['2^(-2^40)', pow(2, neg(pow(2, 40)))],
  ['(1 + i)^(10^11)', pow(add(1, 'i'), pow(10, 11))],
  ['100000!', fact(100_000)],
  ['sin 2^201', fn('sin', pow(2, 201))],
];

test.each(powersOfLarge)('%s is beyond the caps and undefined at once', (_, part) => {
  const fuel = new Fuel(2_000);
  expect(evaluateBall(build(part), emptyPoint, 256, fuel)).toBeUndefined();
  expect(fuel.isOut).toBe(false);
});

test('a power within the caps is found without expanding it', () => {
  const value = evaluate(pow(10, pow(10, 9)))?.re;
  expect(Math.abs((value?.magnitude ?? 0) - 1e9 * Math.log2(10))).toBeLessThan(1);
  expect(value?.mantissa.toString(2).length).toBeLessThan(300);
});
