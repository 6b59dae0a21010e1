import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fuel } from '../fuel.ts';
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
  type Part,
  pow,
  root,
  sub,
} from './__fixtures__/build-expression.ts';
import { randomExpression } from './ball/__fixtures__/random-expression.ts';
import { compareNumerically, type NumericRelation } from './compare-numerically.ts';
import type { Expression } from './expression.ts';

type Pair = readonly [name: string, a: Part, b: Part];

const half = num(1, 2);
const third = num(1, 3);
const squared = (part: Part): Expression => pow(part, 2);
const sin = (part: Part): Expression => fn('sin', part);
const cos = (part: Part): Expression => fn('cos', part);
const tan = (part: Part): Expression => fn('tan', part);
const ln = (part: Part): Expression => fn('ln', part);
const exp = (part: Part): Expression => fn('exp', part);
const abs = (part: Part): Expression => fn('abs', part);

const same: readonly Pair[] = [
  ['sqrt 2 / 2', div(root(2), 2), div(1, root(2))],
  ['sqrt 2 sqrt 3', mul(root(2), root(3)), root(6)],
  ['sqrt 8', root(8), mul(2, root(2))],
  ['nested roots', root(add(3, mul(2, root(2)))), add(1, root(2))],
  ['nested roots with a difference', root(sub(5, mul(2, root(6)))), sub(root(3), root(2))],
  ['cube roots that sum to 1', sub(root(add(2, root(5)), 3), root(sub(root(5), 2), 3)), 1],
  ['the real cube root', root(-8, 3), -2],
  ['the real cube root of -2', root(-2, 3), neg(root(2, 3))],
  ['sixth and second root', root(5400, 6), pow(mul(8, 27, 25), num(1, 6))],
  ['a root of a root', root(root(7, 3), 4), root(7, 12)],
  ['rationalised', div(1, sub(root(3), root(2))), add(root(3), root(2))],
  ['e^ln 5', pow('e', ln(5)), 5],
  ['ln 9 / ln 3', div(ln(9), ln(3)), 2],
  ['log_2 8', log(2, 8), 3],
  ['log_4 8', log(4, 8), num(3, 2)],
  ['change of base', mul(log(2, 3), log(3, 5)), log(2, 5)],
  ['ln of a product', ln(6), add(ln(2), ln(3))],
  ['ln of a power', ln(pow(3, 40)), mul(40, ln(3))],
  ['ln of a negative number', ln(-2), add(ln(2), mul('pi', 'i'))],
  ['Euler', pow('e', mul('i', 'pi')), -1],
  ['Euler, sum', add(pow('e', mul('i', 'pi')), 1), 0],
  ['sin 30 degrees', sin(div('pi', 6)), half],
  ['cos 15 degrees', cos(div('pi', 12)), div(add(root(6), root(2)), 4)],
  ['cos 36 degrees', cos(div('pi', 5)), div(add(1, root(5)), 4)],
  ['sin pi', sin('pi'), 0],
  ['tan 45 degrees', tan(div('pi', 4)), 1],
  ['sin^2 + cos^2 - 1', sub(add(squared(sin(3)), squared(cos(3))), 1), 0],
  ['Machin', sub(mul(16, fn('arctan', num(1, 5))), mul(4, fn('arctan', num(1, 239)))), 'pi'],
  ['arcsin 1', fn('arcsin', 1), div('pi', 2)],
  ['arccos -1/2', fn('arccos', num(-1, 2)), div(mul(2, 'pi'), 3)],
  ['arctan of a root', fn('arctan', root(3)), div('pi', 3)],
  ['i squared', squared('i'), -1],
  ['(1 + i)^8', pow(add(1, 'i'), 8), 16],
  ['1 / i', div(1, 'i'), neg('i')],
  ['the root of -1', root(-1), 'i'],
  ['the root of i', root('i'), div(add(1, 'i'), root(2))],
  ['i^i', pow('i', 'i'), exp(neg(div('pi', 2)))],
  ['absolute value of 3 + 4i', abs(add(3, mul(4, 'i'))), 5],
  ['2^2005', pow(2, 2005), mul(2, pow(2, 2004))],
  ['3^2019 - 3^2018', sub(pow(3, 2019), pow(3, 2018)), mul(2, pow(3, 2018))],
  ['1000!', fact(1000), mul(1000, fact(999))],
  ['binomial', binom(100, 3), 161700],
  ['binomial symmetry', binom(500, 200), binom(500, 300)],
  ['floor of pi', fn('floor', 'pi'), 3],
  ['ceil of -pi', fn('ceil', neg('pi')), -3],
  ['sinh', fn('sinh', 2), div(sub(exp(2), exp(-2)), 2)],
  ['10^50 pi', sin(add(mul(pow(10, 50), 'pi'), 1)), sin(1)],
  ['e cubed', pow('e', 3), exp(3)],
  ['golden ratio', squared(div(add(1, root(5)), 2)), add(div(add(1, root(5)), 2), 1)],
  ['x - x + 1', add(sub('x', 'x'), 1), 1],
  ['x - x', sub('x', 'x'), 0],
  ['(x + 1)^2', squared(add('x', 1)), add(squared('x'), mul(2, 'x'), 1)],
  ['(x + y)(x - y)', mul(add('x', 'y'), sub('x', 'y')), sub(squared('x'), squared('y'))],
  ['cancelled', div(sub(squared('x'), 1), sub('x', 1)), add('x', 1)],
  ['sin^2 + cos^2', add(squared(sin('x')), squared(cos('x'))), 1],
  ['sin 2x', sin(mul(2, 'x')), mul(2, sin('x'), cos('x'))],
  ['addition theorem', cos(add('x', 'y')), sub(mul(cos('x'), cos('y')), mul(sin('x'), sin('y')))],
  ['tan', tan('x'), div(sin('x'), cos('x'))],
  ['sec^2', squared(fn('sec', 'x')), add(1, squared(tan('x')))],
  ['csc^2', squared(fn('csc', 'x')), add(1, squared(fn('cot', 'x')))],
  ['4^n', pow(4, 'n'), pow(2, mul(2, 'n'))],
  ['2^(n+1)', pow(2, add('n', 1)), mul(2, pow(2, 'n'))],
  ['sqrt(x^2) and |x|', root(squared('x')), abs('x')],
  ['the cube root of x^3', root(pow('x', 3), 3), 'x'],
  ['x^(1/2)', pow('x', half), root('x')],
  ['exp ln x', exp(ln('x')), 'x'],
  ['log_2 x', log(2, 'x'), div(ln('x'), ln(2))],
  ['sqrt(x - 5) scaled', root(sub('x', 5)), div(root(sub(mul(4, 'x'), 20)), 2)],
  ['n! / (n-1)!', div(fact('n'), fact(sub('n', 1))), 'n'],
  ['binomial n 2', binom('n', 2), div(mul('n', sub('n', 1)), 2)],
  ['never real', root(sub(-1, squared('x'))), mul('i', root(add(1, squared('x'))))],
  ['with i', mul(add('x', 'i'), sub('x', 'i')), add(squared('x'), 1)],
  ['cosh^2 - sinh^2', sub(squared(fn('cosh', 'x')), squared(fn('sinh', 'x'))), 1],
  ['tanh', fn('tanh', 'x'), div(sub(exp(mul(2, 'x')), 1), add(exp(mul(2, 'x')), 1))],
  ['a high power', pow('x', 2005), mul('x', pow('x', 2004))],
  ['geometric sum', div(sub(pow('x', 5), 1), sub('x', 1)), add(pow('x', 4), pow('x', 3), squared('x'), 'x', 1)],
];

const apart: readonly Pair[] = [
  ['1/2004! and 1/2006!', div(1, fact(2004)), div(1, fact(2006))],
  ['1/2^99 and 1/2^98', div(1, pow(2, 99)), div(1, pow(2, 98))],
  ['2^2005 + 1', add(pow(2, 2005), 1), pow(2, 2005)],
  ['2^2005 + sqrt 2', add(pow(2, 2005), root(2)), pow(2, 2005)],
  ['(2^2014 + 1) / 2^2013', div(add(pow(2, 2014), 1), pow(2, 2013)), 2],
  ['1000! + 1', add(fact(1000), 1), fact(1000)],
  ['10^100 + 1', add(pow(10, 100), 1), pow(10, 100)],
  ['10^-12 and 10^-13', pow(10, -12), pow(10, -13)],
  ['1 - 10^-40', sub(1, pow(10, -40)), 1],
  ['1 - 10^-700', sub(1, pow(10, -700)), 1],
  ['a digit short of sqrt 2', num(14142135623n, 10000000000n), root(2)],
  ['0.3333333333333333', num(3333333333333333n, 10000000000000000n), third],
  ['Ramanujan', pow('e', mul('pi', root(163))), num(262537412640768744n)],
  ['ln 640320', ln(640320), div(mul('pi', root(163)), 3)],
  ['cos of nearly nothing', cos(pow(2, -2000)), 1],
  ['sin of nearly nothing', div(sin(pow(2, -1000)), pow(2, -1000)), 1],
  ['exp of nearly nothing', exp(pow(2, -3000)), 1],
  ['tanh 500', fn('tanh', 500), 1],
  ['tanh 1000', fn('tanh', 1000), 1],
  ['arctan of much', fn('arctan', pow(2, 1500)), div('pi', 2)],
  ['cosh and sinh', fn('cosh', 600), fn('sinh', 600)],
  ['22/7', num(22, 7), 'pi'],
  ['355/113', num(355, 113), 'pi'],
  ['sqrt 2 and -sqrt 2', root(2), neg(root(2))],
  ['i and -i', 'i', neg('i')],
  ['2 + 3i', add(2, mul(3, 'i')), sub(2, mul(3, 'i'))],
  ['sqrt 2 + sqrt 3', add(root(2), root(3)), root(5)],
  ['sqrt 2 + sqrt 3 and pi', add(root(2), root(3)), 'pi'],
  ['log_2 7', log(2, 7), num(14, 5)],
  ['degrees and radians', sin(1), sin(div('pi', 180))],
  ['cos -2.01', cos(num(-201, 100)), cos(num(-301, 100))],
  ['3^2005', pow(2, 2005), pow(3, 2005)],
  ['-2 and 2 as cube roots', root(-8, 3), 2],
  ['a hidden zero and 2^-1022', add(sin('pi'), pow(2, -1022)), sin('pi')],
  ['zero and 2^-5000', pow(2, -5000), 0],
  ['binomials', binom(20, 7), binom(20, 8)],
  ['x + 1 and x + 2', add('x', 1), add('x', 2)],
  ['x and y', 'x', 'y'],
  ['upper and lower case', 'X', 'x'],
  ['sqrt(x^2) and x', root(squared('x')), 'x'],
  ['|x| and x', abs('x'), 'x'],
  ['|x - 3| and 3 - x', abs(sub('x', 3)), sub(3, 'x')],
  ['sqrt(x + y)', root(add('x', 'y')), add(root('x'), root('y'))],
  ['floors', fn('floor', div(sub(mul(2, 'n'), 1), 5)), fn('floor', div(sub(mul(2, 'n'), 2), 5))],
  ['(x + y)^2', squared(add('x', 'y')), add(squared('x'), squared('y'))],
  ['x^2 and x^3', squared('x'), pow('x', 3)],
  ['2x and x/2', mul(2, 'x'), div('x', 2)],
  ['sin 2x', sin(mul(2, 'x')), mul(2, sin('x'))],
  ['arcsin sin x', fn('arcsin', sin('x')), 'x'],
  ['ln xy', ln(mul('x', 'y')), mul(ln('x'), ln('y'))],
  ['e^x and 2^x', exp('x'), pow(2, 'x')],
  ['x^n and n^x', pow('x', 'n'), pow('n', 'x')],
  ['n! and (n+1)!', fact('n'), fact(add('n', 1))],
  ['(-1)^n and 1', pow(-1, 'n'), 1],
  ['x^2005 + 1', add(pow('x', 2005), 1), pow('x', 2005)],
  ['x^1000 + y', add(pow('x', 1000), 'y'), pow('x', 1000)],
  ['sin x + 10^-60', add(sin('x'), pow(10, -60)), sin('x')],
  ['a symbol and a number', 'x', 3],
  ['ix', mul('i', 'x'), neg(mul('i', 'x'))],
  ['roots of shifted arguments', root(add(mul(2, 'x'), 4)), root(sub(mul(2, 'x'), 4))],
  ['tan and cot', tan('x'), fn('cot', 'x')],
];

const open: readonly Pair[] = [
  ['(-1)^(2n)', pow(-1, mul(2, 'n')), 1],
  ['ln x^2 and 2 ln x, which is real for positive x only', ln(squared('x')), mul(2, ln('x'))],
  [
    'sqrt x sqrt y and sqrt(xy), which is real for two negative numbers too',
    mul(root('x'), root('y')),
    root(mul('x', 'y')),
  ],
  ['arcsin and arccos', add(fn('arcsin', 'x'), fn('arccos', 'x')), div('pi', 2)],
  ['ln x^2 and 2 ln(-x)', ln(squared('x')), mul(2, ln(neg('x')))],
  ['ln x / x and ln|x| / x', div(ln('x'), 'x'), div(ln(abs('x')), 'x')],
  ['a divisor of zero', div(1, 0), 1],
  ['a divisor that is zero in disguise', div(1, sin('pi')), 1],
  ['0^0', pow(0, 0), 1],
  ['ln 0', ln(0), 0],
  ['a tower', pow(10, pow(10, 10)), 1],
  ['a taller tower', pow(9, pow(9, pow(9, 9))), pow(9, pow(9, pow(9, 9)))],
  ['(100!)!', fact(fact(100)), 1],
  ['(-8)^(1/3), which has two readings', pow(-8, third), -2],
  ['a large power and one', add(pow(10, pow(10, 8)), 1), pow(10, pow(10, 8))],
  ['e^-10^6 and one', add(exp(-1000000), 1), 1],
  ['a half factorial', fact(half), 1],
  ['the floor of a disguised whole number', fn('floor', squared(root(2))), 2],
  ['an angle beyond 2^200', sin(pow(2, 300)), 0],
  ['one side never defined', div(1, sub('x', 'x')), 'x'],
  ['arcsin 2', fn('arcsin', 2), fn('arcsin', 2)],
  ['a logarithm to a negative base', log(-2, 4), 2],
];

function compare(a: Part, b: Part, fuel = 2_000_000): NumericRelation {
  return compareNumerically(build(a), build(b), new Fuel(fuel));
}

test.each(same)('%s: equal values are not distinguished', (_, a, b) => {
  expect([compare(a, b), compare(b, a)]).toEqual(['not-distinguished', 'not-distinguished']);
});

test.each(apart)('%s: different values are told apart', (_, a, b) => {
  expect([compare(a, b), compare(b, a)]).toEqual(['different', 'different']);
});

test.each(open)('%s: no verdict', (_, a, b) => {
  expect(['unknown', 'other-domain']).toContain(compare(a, b));
  expect(compare(b, a)).toBe(compare(a, b));
});

test('the own pairs are at least 120, a third of them different', () => {
  expect(same.length + apart.length + open.length).toBeGreaterThanOrEqual(120);
  expect(apart.length * 3).toBeGreaterThan(120);
});

test('an expression is never different from itself', () => {
  for (const [name, a, b] of [...same, ...apart, ...open])
    for (const side of [a, b]) expect([name, compare(side, side)]).not.toEqual([name, 'different']);
});

test('less fuel turns verdicts into unknown and never into another one', () => {
  for (const [name, a, b] of [...same, ...apart])
    for (const fuel of [10, 100, 1_000, 10_000]) {
      const verdict = compare(a, b, fuel);
      if (verdict !== 'unknown') expect([name, verdict]).toEqual([name, compare(a, b)]);
    }
});

test('the verdict and the fuel are the same each time', () => {
  const run = (): unknown[] =>
    [...same, ...apart, ...open].map(([, a, b]) => {
      const fuel = new Fuel(2_000_000);
      return [compareNumerically(build(a), build(b), fuel), fuel.used];
    });
  expect(run()).toEqual(run());
});

test('hostile expressions return: deep, wide, huge', () => {
  let deep: Expression = build('x');
  for (let i = 0; i < 100_000; i++) deep = root(deep);
  expect(compare(deep, deep)).toBe('unknown');
  const wide: Expression = { kind: 'sum', terms: Array.from({ length: 200_000 }, () => sin('x')) };
  expect(compare(wide, wide)).toBe('unknown');
  const digits = num(10n ** 20_000n + 1n);
  expect(compare(mul(digits, 'x'), mul(add(digits, 1), 'x'))).not.toBe('not-distinguished');
  let tower: Expression = build(3);
  for (let i = 0; i < 300; i++) tower = pow(2, tower);
  expect(compare(tower, add(tower, 1))).toBe('unknown');
  let factorials: Expression = build(5);
  for (let i = 0; i < 300; i++) factorials = fact(factorials);
  expect(compare(factorials, factorials)).toBe('unknown');
  expect(compare(binom(pow(10, 30), pow(10, 29)), 1)).toBe('unknown');
  const tiny = neg(pow(2, neg(pow(10, 9))));
  expect(compare(pow(2, tiny), 1)).toBe('unknown');
  expect(compare(fn('floor', tiny), -1)).toBe('not-distinguished');
  expect(compare(add(tiny, 1), 1)).not.toBe('not-distinguished');
  expect(compare(fact(tiny), binom(tiny, tiny))).toBe('unknown');
});

test('a rewritten expression is never different', () => {
  let confirmed = 0;
  fc.assert(
    fc.property(randomExpression, randomExpression, (a, b) => {
      for (const rewritten of [sub(add(a, b), b), div(mul(a, 3), 3), neg(neg(a)), sub(mul(2, a), a), mul(exp(0), a)]) {
        const verdict = compare(a, rewritten, 200_000);
        if (verdict === 'not-distinguished') confirmed++;
        expect(verdict).not.toBe('different');
      }
    }),
    { numRuns: 600, seed: 21 },
  );
  expect(confirmed).toBeGreaterThan(300);
});

test('an expression with a small part added is never taken for the same', () => {
  let refuted = 0;
  fc.assert(
    fc.property(randomExpression, fc.integer({ min: 0, max: 3000 }), (a, power) => {
      const part = pow(2, -power);
      for (const changed of [add(a, part), add(part, a), add(mul(a, exp(part)), 1), sub(a, fn('arctan', part))]) {
        const verdict = compare(a, changed, 500_000);
        if (verdict === 'different') refuted++;
        expect(verdict).not.toBe('not-distinguished');
      }
    }),
    { numRuns: 500, seed: 22 },
  );
  expect(refuted).toBeGreaterThan(300);
});
