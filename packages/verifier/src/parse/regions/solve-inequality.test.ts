import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeConstant } from '../../expression/build-expression.ts';
import { foldRational } from '../../expression/fold-rational.ts';
import { orderReals } from '../../expression/order-reals.ts';
import { parseExpression } from '../../expression/parse-expression.ts';
import { replaceSymbols } from '../../expression/symbols.ts';
import { Fuel } from '../../fuel.ts';
import { makeRational } from '../../rational.ts';
import { verifyAnswer } from '../../verify-answer.ts';
import type { Piece } from '../values.ts';
import { complementPieces, intersectPieces, unitePieces } from './pieces.ts';
import { type Operator, solveInequality } from './solve-inequality.ts';

const fuel = (): Fuel => new Fuel(1e7);
const half = (count: number) => makeConstant(makeRational(BigInt(count), 2n));

function read(text: string) {
  const expression = parseExpression(text, fuel());
  if (expression === null) throw new Error(text);
  return expression;
}

function solve(text: string, operator: Operator): readonly Piece[] | null {
  return solveInequality({ left: read(text), operator, right: makeConstant(0n) }, 'x', fuel());
}

function holds(pieces: readonly Piece[], at: number): boolean {
  return pieces.some(({ low, high }) => {
    const above = low.value === null ? 1 : orderReals(half(at), low.value, fuel());
    const below = high.value === null ? -1 : orderReals(half(at), high.value, fuel());
    return (above === 1 || (above === 0 && low.isClosed)) && (below === -1 || (below === 0 && high.isClosed));
  });
}

/** What the inequality itself says at half a whole number; undefined where a denominator is zero. */
function says(text: string, operator: Operator, at: number): boolean | undefined {
  const value = foldRational(replaceSymbols(read(text), new Map([['x', half(at)]])), fuel());
  if (value === null) return undefined;
  const sign = value.numerator < 0n ? -1 : value.numerator > 0n ? 1 : 0;
  return { '<': sign < 0, '\\le': sign <= 0, '=': sign === 0, '\\ne': sign !== 0 }[operator];
}

const number = fc.integer({ min: -6, max: 6 });
const factor = fc.oneof(
  number.map((root) => `(x-(${root}))`),
  fc.tuple(number, number).map(([a, b]) => `(${a || 1}x+(${b}))`),
  fc.tuple(number, number).map(([a, b]) => `(x^{2}+(${a})x+(${b}))`),
  number.map((root) => `(x-(${root}))^{2}`),
);
const side = fc.oneof(
  fc.array(factor, { minLength: 1, maxLength: 3 }).map((factors) => factors.join('\\cdot ')),
  fc.tuple(factor, factor).map(([a, b]) => `\\frac{${a}}{${b}}`),
  fc.tuple(factor, number).map(([a, b]) => `|${a}|-(${b})`),
  fc.tuple(number, number, number).map(([a, b, c]) => `(${a || 2})\\cdot |x-(${b})|+(${c})`),
);
const operators = fc.constantFrom<Operator>('<', '\\le', '=', '\\ne');

test('what is solved holds at exactly the numbers at which the inequality holds', () => {
  let solved = 0;
  fc.assert(
    fc.property(side, operators, (text, operator) => {
      const pieces = solve(text, operator);
      if (pieces === null) return;
      solved++;
      for (let at = -20; at <= 20; at++) {
        expect(holds(pieces, at), `${text} ${operator} 0 at ${at}/2`).toBe(says(text, operator, at) ?? false);
      }
    }),
    { numRuns: 150, seed: 31 },
  );
  expect(solved).toBeGreaterThan(60);
});

test('unions, intersections and complements are those of the numbers in them', () => {
  fc.assert(
    fc.property(side, side, operators, (a, b, operator) => {
      const [x, y] = [solve(a, operator), solve(b, '<')];
      if (x === null || y === null) return;
      const [both, either, not] = [
        intersectPieces(x, y, fuel()),
        unitePieces([...x, ...y], fuel()),
        complementPieces(x, fuel()),
      ];
      for (let at = -14; at <= 14; at++) {
        expect(holds(either, at)).toBe(holds(x, at) || holds(y, at));
        if (both !== null) expect(holds(both, at)).toBe(holds(x, at) && holds(y, at));
        if (not !== null) expect(holds(not, at)).toBe(!holds(x, at));
      }
    }),
    { numRuns: 80, seed: 32 },
  );
});

test('regions of a hundred parts, deep brackets and endless words come to an end', () => {
  const union = Array.from({ length: 100 }, (_, i) => `(${i},${i + 1})`).join('\\cup');
  const texts = [
    union,
    `x\\ne${Array.from({ length: 300 }, (_, i) => i).join(',')}`,
    `${'('.repeat(300)}1,2]${')'.repeat(300)}`,
    `${'|'.repeat(200)}x${'|'.repeat(200)}<3`,
    `${'\\{x\\mid '.repeat(100)}x>3${'\\}'.repeat(100)}`,
    `all real numbers except ${'1 and '.repeat(200)}2`,
    `${'x<'.repeat(500)}3`,
    `(x-1)^{8}(x-2)^{8}<0`,
    `x^{999999999}<3`,
    ']'.repeat(300),
    `x\\in${'\\mathbb R\\setminus'.repeat(100)}\\{1\\}`,
  ];
  for (const text of texts) {
    const { verdict } = verifyAnswer({ reference: text, candidate: 'x>3' });
    expect(verdict, text.slice(0, 40)).not.toBe('equal');
    expect(verifyAnswer({ reference: text, candidate: `${text} ` }).verdict).toBe('equal');
  }
});
