import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fuel } from '../fuel.ts';
import { printRational } from '../rational.ts';
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
import { foldRational } from './fold-rational.ts';

function fold(part: Part, limit = 1_000_000): string | null {
  const value = foldRational(build(part), new Fuel(limit));
  return value && printRational(value);
}

const rows: readonly (readonly [string, Part, string | null])[] = [
  ['1/2 + 1/3', add(num(1, 2), num(1, 3)), '5/6'],
  ['a product', mul(num(2, 3), num(9, 4), -1), '-3/2'],
  ['a difference', sub(1, num(1, 4)), '3/4'],
  ['a quotient by a negative', div(1, -2), '-1/2'],
  ['1/0', div(1, 0), null],
  ['2^10', pow(2, 10), '1024'],
  ['(-2/3)^-3', pow(num(-2, 3), -3), '-27/8'],
  ['(-1)^(10^30)', pow(-1, pow(10, 30)), '1'],
  ['1^(10^30)', pow(1, pow(10, 30)), '1'],
  ['0^5', pow(0, 5), '0'],
  ['0^0', pow(0, 0), null],
  ['0^-1', pow(0, -1), null],
  ['8^(2/3)', pow(8, num(2, 3)), '4'],
  ['4^(-1/2)', pow(4, num(-1, 2)), '1/2'],
  ['(-8)^(1/3)', pow(-8, num(1, 3)), null],
  ['2^(1/2)', pow(2, num(1, 2)), null],
  ['sqrt(9/4)', root(num(9, 4)), '3/2'],
  ['sqrt 2', root(2), null],
  ['sqrt -4', root(-4), null],
  ['cube root of -8', root(-8, 3), '-2'],
  ['sqrt of 10^40', root(pow(10, 40)), (10n ** 20n).toString()],
  ['sqrt of 10^40 + 1', root(add(pow(10, 40), 1)), null],
  ['thousandth root of 2^1000', root(pow(2, 1000), 1000), '2'],
  ['5!', fact(5), '120'],
  ['0!', fact(0), '1'],
  ['(-1)!', fact(-1), null],
  ['(1/2)!', fact(num(1, 2)), null],
  ['(10^6)!', fact(pow(10, 6)), null],
  ['C(5, 2)', binom(5, 2), '10'],
  ['C(10^6, 999998)', binom(pow(10, 6), 999_998), '499999500000'],
  ['C(2, 5)', binom(2, 5), null],
  ['C(10^9, 5*10^8)', binom(pow(10, 9), 500_000_000), null],
  ['log_2 8', log(2, 8), '3'],
  ['log_8 2', log(8, 2), '1/3'],
  ['log_8 4', log(8, 4), '2/3'],
  ['log_4 8', log(4, 8), '3/2'],
  ['log_(1/2) 8', log(num(1, 2), 8), '-3'],
  ['log_(4/9) (27/8)', log(num(4, 9), num(27, 8)), '-3/2'],
  ['log_2 2^19000', log(2, pow(2, 19_000)), '19000'],
  ['log_5 1', log(5, 1), '0'],
  ['log_2 3', log(2, 3), null],
  ['log_2 6', log(2, 6), null],
  ['log_6 36', log(6, 36), '2'],
  ['log_2 (8/3)', log(2, num(8, 3)), null],
  ['log_(2/3) (4/3)', log(num(2, 3), num(4, 3)), null],
  ['log_1 5', log(1, 5), null],
  ['log_2 0', log(2, 0), null],
  ['|-3/2|', fn('abs', num(-3, 2)), '3/2'],
  ['floor(-3/2)', fn('floor', num(-3, 2)), '-2'],
  ['ceil(-3/2)', fn('ceil', num(-3, 2)), '-1'],
  ['floor(4)', fn('floor', 4), '4'],
  ['ln 1', fn('ln', 1), '0'],
  ['sin 0', fn('sin', 0), '0'],
  ['cos 0', fn('cos', 0), '1'],
  ['sin 1', fn('sin', 1), null],
  ['x', 'x', null],
  ['pi', 'pi', null],
  ['x - x', sub('x', 'x'), null],
  ['-(1/2)', neg(num(1, 2)), '-1/2'],
];

test.each(rows)('%s', (_name, part, expected) => {
  expect(fold(part)).toBe(expected);
});

test('what is too large is refused before it is made', () => {
  const fuel = new Fuel(1_000);
  expect(foldRational(pow(10, pow(10, pow(10, 10))), fuel)).toBeNull();
  expect(foldRational(pow(2, 100_000), fuel)).toBeNull();
  expect(foldRational(pow(num(3, 2), -100_000), fuel)).toBeNull();
  expect(fuel.isOut).toBe(false);
});

test('a chain deeper than the stack gives null', () => {
  let node = build(1);
  for (let at = 0; at < 100_000; at++) node = neg(node);
  expect(foldRational(node, new Fuel(1_000_000))).toBeNull();
});

test('running out of fuel gives null', () => {
  expect(fold(fact(2000), 100)).toBeNull();
  expect(fold(fact(2000))?.length).toBe(5736);
});

test('sums and products agree with whole numbers, and roots and logarithms undo powers', () => {
  const part = fc.bigInt({ min: 2n, max: 10n ** 12n });
  fc.assert(
    fc.property(part, part, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (a, b, k, m) => {
      expect(fold(sub(mul(add(a, b), sub(a, b)), sub(pow(a, 2), pow(b, 2))))).toBe('0');
      expect(fold(pow(root(pow(div(a, b), k * 2), k), num(1, 2)))).toBe(fold(div(a, b)));
      expect(fold(log(pow(a, k), pow(a, m)))).toBe(fold(div(m, k)));
    }),
    { numRuns: 200, seed: 20_250_101 },
  );
});
