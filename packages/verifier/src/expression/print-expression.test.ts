import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fuel } from '../fuel.ts';
import { makeRational } from '../rational.ts';
import { normalizeText } from '../text/normalize-text.ts';
import type { Expression, FunctionName } from './expression.ts';
import { isSameExpression } from './is-same-expression.ts';
import { parseExpression } from './parse-expression.ts';
import { printExpression } from './print-expression.ts';

const functions: readonly FunctionName[] = [
  ...(['sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'arcsin', 'arccos', 'arctan', 'sinh', 'cosh', 'tanh'] as const),
  ...(['exp', 'ln', 'abs', 'floor', 'ceil'] as const),
];

/** Numbers as a text can hold one: whole, a decimal that ends, or mixed. */
const rational = fc
  .tuple(fc.nat({ max: 9999 }), fc.constantFrom(1, 1, 1, 2, 5, 10, 80, 1000, 3, 7, 12))
  .map(([numerator, denominator]): Expression => {
    const isMixed = denominator % 3 === 0 || denominator === 7;
    return {
      kind: 'rational',
      value: makeRational(BigInt(isMixed ? numerator + denominator : numerator), BigInt(denominator)),
    };
  });

const { tree } = fc.letrec<{ tree: Expression }>((tie) => {
  const part = tie('tree');
  const parts = fc.array(part, { minLength: 2, maxLength: 3 });
  return {
    tree: fc.oneof(
      { depthSize: 'small', maxDepth: 5 },
      rational,
      fc
        .constantFrom('x', 'y', 'f', 'A', '\\alpha', 'x_1', 'x_{12}', "f'", 'a_n')
        .map((name): Expression => ({ kind: 'symbol', name })),
      fc.constantFrom('pi', 'e', 'i').map((name): Expression => ({ kind: 'constant', name: name as 'pi' })),
      parts.map((terms): Expression => ({ kind: 'sum', terms })),
      parts.map((factors): Expression => ({ kind: 'product', factors })),
      fc
        .tuple(part, part)
        .map(([numerator, denominator]): Expression => ({ kind: 'quotient', numerator, denominator })),
      fc.tuple(part, part).map(([base, exponent]): Expression => ({ kind: 'power', base, exponent })),
      fc.tuple(part, part).map(([top, bottom]): Expression => ({ kind: 'binomial', top, bottom })),
      part.map((operand): Expression => ({ kind: 'negation', operand })),
      part.map((operand): Expression => ({ kind: 'factorial', operand })),
      fc
        .tuple(fc.integer({ min: 2, max: 1000 }), part)
        .map(([index, radicand]): Expression => ({ kind: 'root', index, radicand })),
      fc
        .tuple(fc.constantFrom(...functions), part)
        .map(([name, argument]): Expression => ({ kind: 'function', name, argument })),
      fc.tuple(fc.constantFrom('2', '10', 'a'), part).map(
        ([base, argument]): Expression => ({
          kind: 'logarithm',
          base:
            base === 'a' ? { kind: 'symbol', name: base } : { kind: 'rational', value: makeRational(BigInt(base), 1n) },
          argument,
        }),
      ),
    ),
  };
});

const runs = { numRuns: 3000, seed: 20_250_602 };
const parse = (text: string): Expression | null => parseExpression(text, new Fuel(10_000_000));

test('a tree prints as a text that reads as the same tree, normalised or not', () => {
  let deep = 0;
  fc.assert(
    fc.property(tree, (expression) => {
      const text = printExpression(expression);
      fc.pre(text.length < 3000);
      if (text.length > 40) deep++;
      expect(parse(text), text).toEqual(expression);
      expect(parse(normalizeText(text)), text).toEqual(expression);
    }),
    runs,
  );
  expect(deep).toBeGreaterThan(300);
});

test('two trees are the same exactly when they print alike', () => {
  let same = 0;
  fc.assert(
    fc.property(tree, tree, fc.boolean(), (a, other, copied) => {
      const b = copied ? structuredClone(a) : other;
      if (copied) same++;
      expect(isSameExpression(a, b)).toBe(printExpression(a) === printExpression(b));
      expect(isSameExpression(b, a)).toBe(isSameExpression(a, b));
    }),
    runs,
  );
  expect(same).toBeGreaterThan(1000);
});

test('sameness is of structure: order, a name, a function, an index or a constant makes another tree', () => {
  const texts = [
    'x+1',
    '1+x',
    'x',
    'y',
    'e',
    'i',
    '\\sin x',
    '\\cos x',
    '\\sqrt{x}',
    '\\sqrt[3]{x}',
    '2x',
    '3x',
    '2xy',
  ];
  const trees = texts.map((text) => parse(text) as Expression);
  for (const [i, a] of trees.entries()) {
    for (const [j, b] of trees.entries()) expect(isSameExpression(a, b), `${texts[i]} ${texts[j]}`).toBe(i === j);
  }
});

test('a proper fraction prints as a repeating decimal', () => {
  expect(printExpression({ kind: 'rational', value: makeRational(-1n, 3n) })).toBe('-0.\\overline{3}');
  expect(printExpression({ kind: 'rational', value: makeRational(-5n, 2n) })).toBe('-2.5');
});
