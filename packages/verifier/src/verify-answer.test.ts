import { expect, test } from 'vitest';
import { readAnswerCases } from './__fixtures__/read-cases.ts';
import type { VerifyResult } from './types.ts';
import { verifyAnswer } from './verify-answer.ts';

const cases = readAnswerCases();

test('every row of cases/answers/ gets its verdict, both ways round', () => {
  const failures = cases.flatMap(({ reference, candidate, verdict, source, capability }) =>
    [
      { reference, candidate },
      { reference: candidate, candidate: reference },
    ].flatMap((pair) => {
      const seen = verifyAnswer(pair).verdict;
      return seen === verdict ? [] : [{ ...pair, capability, source, wanted: verdict, seen }];
    }),
  );
  expect(failures).toEqual([]);
  expect(cases.length).toBeGreaterThan(400);
});

test('half of the rows are not equal, so that accepting everything would fail', () => {
  const notEqual = cases.filter(({ verdict }) => verdict !== 'equal').length;
  expect(notEqual / cases.length).toBeGreaterThan(0.45);
});

test('a result gives a reason when, and only when, it is undecided', () => {
  for (const row of cases) {
    const result: VerifyResult = verifyAnswer(row);
    const isUndecided = result.verdict === 'undecided';
    expect('reason' in result, JSON.stringify(row)).toBe(isUndecided);
    expect(result.rule === 'none', JSON.stringify(row)).toBe(isUndecided);
    expect(result.proof === 'none', JSON.stringify(row)).toBe(isUndecided);
    expect(result.proof === 'policy', JSON.stringify(row)).toBe(result.policies.length > 0);
  }
});

test.each([
  ['1/2', '0.5', 'number', 'exact', []],
  ['18', '18', 'identical-text', 'identical', []],
  ['x = 5', '5', 'assignment', 'policy', ['assignment-label']],
  ['30^\\circ', '30', 'number', 'policy', ['unit-omitted']],
  ['50\\%', '50', 'number', 'policy', ['percent-sign']],
  ['50\\%', '1/2', 'number', 'exact', []],
  ['1, 2', '2, 1', 'list', 'policy', ['order-free']],
  ['1, 2', '\\{2, 1\\}', 'set', 'policy', ['order-free']],
  ['(1, 2)', '(1, 2.0)', 'tuple', 'exact', []],
  ['\\binom{5}{2}', '10', 'expression', 'exact', []],
  ['\\sqrt{12}', '2\\sqrt{3}', 'expression', 'modular', []],
  ['\\sqrt{3+2\\sqrt{2}}', '1+\\sqrt{2}', 'expression', 'interval', []],
  ['(\\sqrt{12}, 1)', '(2\\sqrt{3}, 1)', 'tuple', 'modular', []],
  ['x = \\sqrt{12}', '2\\sqrt{3}', 'assignment', 'policy', ['assignment-label']],
])('%s equals %s by the rule %s with the proof %s', (reference, candidate, rule, proof, policies) => {
  expect(verifyAnswer({ reference, candidate })).toMatchObject({ verdict: 'equal', rule, proof, policies });
});

test.each([
  ['', '5', 'reference-not-parsed'],
  ['5', 'x+', 'candidate-not-parsed'],
  ['5', '1e999999', 'too-long'],
  ['5', 'a'.repeat(4001), 'too-long'],
  ['50 cents', '0.5', 'unit-conflict'],
  ['1,234', '1, 234', 'ambiguous'],
  ['x^2+C', 'x^2+K', 'ambiguous'],
  ['\\sin 30', '\\frac12', 'unit-conflict'],
])('%s against %s is undecided because of %s', (reference, candidate, reason) => {
  expect(verifyAnswer({ reference, candidate })).toMatchObject({ verdict: 'undecided', reason });
});

test('normal forms show what was understood', () => {
  const { normalized } = verifyAnswer({ reference: 'x = \\dfrac{6}{8}', candidate: '\\left\\{ 2, 1 , 1\\right\\}' });
  expect(normalized).toEqual({ reference: 'x = 3/4', candidate: '{1, 2}' });
});

test('running out of fuel is undecided, and more fuel decides', () => {
  const pair = { reference: '\\frac{7}{9}', candidate: '\\frac{14}{18}' };
  expect(verifyAnswer(pair, { fuel: 5 })).toMatchObject({ verdict: 'undecided', reason: 'out-of-fuel', fuel: 5 });
  expect(verifyAnswer(pair, { fuel: 1000 }).verdict).toBe('equal');
});

test('running out of fuel is the same both ways round', () => {
  const list = (from: number): string =>
    Array.from({ length: 12 }, (_, i) => `\\sqrt{${from + ((i * 5) % 12)}}+x^{${i}}`).join(',');
  for (const fuel of [500, 2000, 8000, 20_000, 40_000]) {
    const there = verifyAnswer({ reference: list(2), candidate: list(3) }, { fuel });
    const back = verifyAnswer({ reference: list(3), candidate: list(2) }, { fuel });
    expect(back.verdict).toBe(there.verdict);
  }
});

test('the fuel that a comparison takes is the same every time', () => {
  const pair = { reference: '\\{1, \\frac{3}{7}, 2^{40}\\}', candidate: '\\{1, 2, 3\\}' };
  expect(verifyAnswer(pair).fuel).toBe(verifyAnswer(pair).fuel);
  expect(verifyAnswer(pair).fuel).toBeGreaterThan(30);
});

test('a limit that is not above 0 is refused in words', () => {
  expect(() => verifyAnswer({ reference: '1', candidate: '1' }, { fuel: 0 })).toThrow(
    "Option 'fuel' is 0; give a number above 0.",
  );
});
