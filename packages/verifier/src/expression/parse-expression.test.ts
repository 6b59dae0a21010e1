import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCases, readData } from '../__fixtures__/read-cases.ts';
import { Fuel } from '../fuel.ts';
import { normalizeText } from '../text/normalize-text.ts';
import { verifyReply } from '../verify-reply.ts';
import type { Expression } from './expression.ts';
import { isDeeperThan } from './list-children.ts';
import { parseExpression } from './parse-expression.ts';
import { printExpression } from './print-expression.ts';

interface Case {
  readonly text: string;
  /** What the tree prints as, or null where the text is not one scalar expression with one reading. */
  readonly expect: string | null;
  readonly source: string;
}

const cases = readCases<Case>('expressions.jsonl');
const runs = { numRuns: 3000, seed: 20_250_601 };
const parse = (text: string): Expression | null => parseExpression(normalizeText(text), new Fuel(1_000_000));
const print = (expression: Expression | null): string | null =>
  expression === null ? null : printExpression(expression);

test.each([...new Set(cases.map(({ source }) => source))])('cases: %s', (source) => {
  for (const row of cases.filter((candidate) => candidate.source === source)) {
    expect({ ...row, expect: print(parse(row.text)) }).toEqual(row);
  }
});

test('there are at least 250 cases, and as many that must not be read as a tenth of them', () => {
  expect(cases.length).toBeGreaterThan(250);
  expect(cases.filter((row) => row.expect === null).length).toBeGreaterThan(cases.length / 10);
});

/** Pieces of the grammar and of what it refuses, in any order: closer to it than random characters. */
const piece = fc.constantFrom(
  ...['\\frac{1}{2}', '\\frac', '\\sqrt', '\\sqrt{2}', '\\sqrt[3]', '{', '}', '(', ')', '[', ']', '|', '1', '2', '34'],
  ...['0.5', '000', '{,}', '.', ',', '-', '+', '*', '**', '/', '\\cdot ', '^', '^{2}', '^{-1}', '^(', '_', '_{1}', 'x'],
  ...['y', 'xy', 'e', 'i', 'f', 'A', 'pi', '\\pi', '\\alpha ', '\\sin ', '\\ln ', 'sin', 'sqrt', '\\log_2 ', '!', "'"],
  ...['^\\circ', '\\binom', '\\choose ', '\\lfloor ', '\\rfloor ', ' ', '√', '=', '\\text{cm}', '\\pm ', 'circle', '%'],
);
const garbled = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
const anyText = fc.oneof(garbled, fc.string({ unit: 'binary' }), fc.constantFrom(...cases.map(({ text }) => text)));

test('no text throws, and what is read prints as a text that reads as the same', () => {
  let read = 0;
  fc.assert(
    fc.property(anyText, (text) => {
      const expression = parse(text);
      if (expression === null) return;
      read++;
      expect(parse(printExpression(expression)), text).toEqual(expression);
    }),
    runs,
  );
  expect(read).toBeGreaterThan(500);
});

test('spaces around operators and brackets change nothing', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      // The normaliser takes the sign of a bare exponent only where it touches the digits.
      fc.pre(!text.includes('^-') && !text.includes('^+'));
      const spaced = text
        .replaceAll(/[-+/()]/g, ' $& ')
        .replaceAll('\\ (', '\\(')
        .replaceAll('\\ )', '\\)');
      expect(print(parse(spaced)), text).toBe(print(parse(text)));
    }),
    runs,
  );
});

test('round brackets around a whole that is read change nothing', () => {
  fc.assert(
    fc.property(garbled, (text) => {
      // What stands at the ends of a whole answer is taken off before this, and TeX's \choose only knows braces.
      fc.pre(!/^\s*=|[.,;*_\\]\s*$/.test(text) && !text.includes('\\choose'));
      const expression = parse(text);
      fc.pre(expression !== null);
      expect(parse(`(${text})`), text).toEqual(expression);
    }),
    { ...runs, numRuns: 500 },
  );
});

test('a tail that is not understood gives null and never a shorter reading', () => {
  const tails = [
    '=',
    '=1',
    '<',
    '%',
    '\\pm',
    ',',
    ', 2',
    ')',
    '}',
    '\\text{cm}',
    ' circle',
    '\\cup x',
    '_{2}_{3}',
    '?',
  ];
  fc.assert(
    fc.property(garbled, fc.constantFrom(...tails), (text, tail) => {
      fc.pre(parse(text) !== null);
      expect(parseExpression(`${normalizeText(text)}${tail}`, new Fuel(1_000_000)), text + tail).toBeNull();
    }),
    { ...runs, numRuns: 500 },
  );
});

const hostile = [
  ...['(', ')', '{', '[', '|', '-', '+', '!', '^{', '^(', '**', '*', '/', '_{', "'", '√', '\\', '\\sqrt{', '\\sqrt['],
  ...[
    '\\frac{1}{',
    '\\frac{',
    '\\sin ',
    '\\sin(',
    '\\sin^{2}',
    '\\log_{',
    '\\binom{',
    '\\binom',
    '\\lfloor ',
    '9',
    '9 ',
  ],
  ...['9 999 ', '.9', '0.9+', '1/2*', 'x/y*', 'x', 'x ', 'x**', '2\\frac13+', '9\\frac{1}', '\\choose ', '|x|', '|x+'],
  ...['\\operatorname{', '^{\\prime', '^{\\circ}', '\0', '\ud800', 'π', '(x)', '-x', '+-'],
];

test.each(hostile)('4,000 characters of %j end within their fuel, and no tree is deeper than 120', (unit) => {
  for (const text of [
    unit.repeat(Math.floor(4000 / unit.length)),
    `x${unit.repeat(Math.floor(3990 / unit.length))}x`,
  ]) {
    for (const close of [')', '}', '|', '']) {
      const whole = text.slice(0, 2000) + close.repeat(close === '' ? 0 : 1500);
      const fuel = new Fuel(2_000_000);
      const expression = parseExpression(whole, fuel);
      expect(fuel.isOut).toBe(false);
      if (expression !== null) expect(isDeeperThan(expression, 120)).toBe(false);
    }
    expect(() => parse(text)).not.toThrow();
  }
});

test('text over 4,000 characters, and any text without fuel, is not read', () => {
  expect(parseExpression('9'.repeat(4000), new Fuel(1_000_000))).not.toBeNull();
  expect(parseExpression('9'.repeat(4001), new Fuel(1_000_000))).toBeNull();
  expect(parseExpression('x+y', new Fuel(2))).toBeNull();
  expect(parseExpression(`0.${'7'.repeat(3000)}`, new Fuel(10_000))).toBeNull();
});

test('brackets nest to 119 and no deeper', () => {
  const nest = (depth: number): string => `${'('.repeat(depth)}x${')'.repeat(depth)}`;
  expect(parseExpression(nest(119), new Fuel(1_000_000))).toEqual({ kind: 'symbol', name: 'x' });
  expect(parseExpression(nest(121), new Fuel(1_000_000))).toBeNull();
});

const dataDir = process.env.SCALEQUEST_DATA_DIR;

test.skipIf(dataDir === undefined)(
  'at least 90 % of the MATH references without comma, equals sign or \\text are scalar expressions (needs SCALEQUEST_DATA_DIR)',
  async () => {
    const misses: string[] = [];
    let count = 0;
    const path = join(dataDir ?? '', 'benchmark', 'math', 'test.jsonl.gz');
    for await (const { solution } of readData<{ solution: string }>(path)) {
      const { extraction } = verifyReply({ reference: '', reply: solution });
      const text = extraction.status === 'found' ? extraction.answer : '';
      if (text === '' || /[,=]|\\text|\\mbox/.test(text)) continue;
      count++;
      if (parse(text) === null) misses.push(text);
    }
    expect(count).toBeGreaterThan(4000);
    const share = 1 - misses.length / count;
    expect(share, `${misses.length} of ${count} are not read:\n${misses.join('\n')}`).toBeGreaterThan(0.9);
  },
);
