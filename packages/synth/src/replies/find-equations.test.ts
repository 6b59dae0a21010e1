import { createRandom } from '@scalequest/core';
import { loadBenchmark } from '@scalequest/datasets';
import { verifyAnswer } from '@scalequest/verifier';
import { expect, test } from 'vitest';
import { type Equation, findEquations } from './find-equations.ts';

const show = ({ left, right }: Equation): string => `${left} = ${right}`;

test.each<readonly [string, readonly string[]]>([
  ['He has 3 + 4 = 7 apples.', ['3 + 4 = 7']],
  ['So $3 \\cdot 4 = 12$, and \\(12 / 5 = 2.4\\).', ['3 \\cdot 4 = 12', '12 / 5 = 2.4']],
  ['They pay $5 + $3 = $8.', ['5 +  3 = 8']],
  ['<<48/2=24>>24 clips', ['48/2 = 24']],
  ['1,000 × 3 = 3,000', ['1000 * 3 = 3000']],
  [
    '\\frac{1}{2} + \\frac{1}{3} &= \\frac{5}{6} \\\\ &= 0.833',
    ['\\frac{1}{2} + \\frac{1}{3} = \\frac{5}{6}', '\\frac{5}{6} = 0.833'],
  ],
  ['$1 - \\frac{1}{2} -\n\\frac{1}{5} = \\frac{3}{10}$', ['1 - \\frac{1}{2} - \\frac{1}{5} = \\frac{3}{10}']],
  ['- 3 + 4 = 7\n- 5 + 2 = 7', ['3 + 4 = 7', '5 + 2 = 7']],
  ['12 – 2 = <<12-2=10>>10 boys', ['12 - 2 = 12-2', '12-2 = 10']],
  ['$9,\\!600 \\cdot 10 = 96,\\!000$', ['9600 \\cdot 10 = 96000']],
  ['\\[2^3 = 8\\]\\[3^2 = 9\\]', ['2^3 = 8', '3^2 = 9']],
  ['2 + 3 = 4 + 1 = 5', ['2 + 3 = 4 + 1', '4 + 1 = 5']],
  ['x = 3 + 4 = 7', ['3 + 4 = 7']],
  ['f(2) = 2^2 + 1 = 5', ['2^2 + 1 = 5']],
  ['(12 / 4 = 3)', ['12 / 4 = 3']],
  ['1. 3+4=8', ['3+4 = 8']],
  ['- 3 + 4 = 8', ['3 + 4 = 8']],
  ['**3 + 4 = 7**', ['3 + 4 = 7']],
  ['\\boxed{3+4=7}', ['3+4 = 7']],
  ['5! = 120 and \\binom{5}{2} = 10', ['5! = 120', '\\binom{5}{2} = 10']],
  ['\\sqrt{16} + 2 = 6', ['\\sqrt{16} + 2 = 6']],
  ['5 * 3 = 16 apples. Then 16 + 1 = 17', ['5 * 3 = 16', '16 + 1 = 17']],
  // With letters it is a condition, a definition or an identity, and nothing that arithmetic decides.
  ['x + 3 = 7', []],
  ['2x + 3 = 7', []],
  ['x - 3 + 1 = 5', []],
  ['3 + 4 = 7x', []],
  ['3 + 4 = 7 x', []],
  ['a = 3, b = 4', []],
  ['\\sum_{i=1}^{5} i = 15', []],
  // Numbers that belong to what stands before or behind them.
  ['Step 2 - 3 + 4 = 7', []],
  ['half of 10 + 2 = 7', []],
  ['2 x 3 = 6', []],
  ['2 x 3 + 4 = 10', []],
  ['\\log_{2} 8 + 1 = 4', []],
  ['\\ln 1 + 2 = 2', []],
  ['f(3) + 1 = 10', []],
  ['1 + 2 + ... + 100 = 5050', []],
  ['17 / 3 = 5 remainder 2', []],
  ['60 * 2.5 = 2 hours 30', []],
  ['4 * 25 = 1 dozen', []],
  ['100 - 20% = 80', []],
  ['\\gcd(12, 18) = 6', []],
  ['(1, 2) + (3, 4) = (4, 6)', []],
  ['1/2(3) = 1.5', []],
  ['25 / 1/3 = 75', []],
  ['5@3 = 5 + 3 + 5', []],
  ['\\#(14) = (7 + 1)', []],
  ['from 9:00-6:00 = 3', []],
  ['bulbs at $.50 = $90 * .50', []],
  ['AC \\sqrt{2} = 4 + 2', []],
  ['the sum is 5 / 2\n- 3 + 4 = 7', []],
  ['|-3| + 2 = 5', []],
  // Supposed, denied or tried.
  ['Is 3 * 4 = 13?', []],
  ['If 2 + 2 = 5, then pigs fly.', []],
  ['That 3 + 3 = 7 is impossible.', []],
  ['3 * 4 = 13 is wrong.', []],
  ['17 = 2 (mod 5)', []],
  // No equation.
  ['3 + 4 == 7, 3 + 4 >= 7, 3 + 4 := 7, 3 + 4 ≠ 8', []],
  ['3 + 4 =', []],
  ['= 7', []],
  ['3 = 6', []],
  ['', []],
])('%j has %j', (text, equations) => {
  expect(findEquations(text).map(show)).toEqual(equations);
});

test('a side that is rounded says how far off it may be, and so does a step that goes on with one', () => {
  expect(findEquations('10/3 = 3.33')).toEqual([{ left: '10/3', right: '3.33', tolerance: { absolute: '0.005' } }]);
  expect(findEquations('3.33 * 3 = 10')).toEqual([{ left: '3.33 * 3', right: '10', tolerance: { relative: '0.001' } }]);
  expect(findEquations('0.5 + 1 = 1.5')[0]?.tolerance).toEqual({ absolute: '0.05' });
});

test('every sum that is written out is found, in text and in mathematics, whatever words are around', () => {
  const random = createRandom('sums');
  for (let round = 0; round < 500; round++) {
    const [a, b] = [random.integer({ min: 0, max: 5000 }), random.integer({ min: 0, max: 5000 })];
    const write = random.pick([
      (sum: string) => `Then ${sum} are left.`,
      (sum: string) => `We get $${sum}$, as wanted.`,
      (sum: string) => `\\[ ${sum} \\]`,
      (sum: string) => `* ${sum}`,
      (sum: string) => `Total: **${sum}**`,
    ]);
    expect(findEquations(write(`${a} + ${b} = ${a + b}`)).map(show)).toEqual([`${a} + ${b} = ${a + b}`]);
  }
});

const parts = [
  '3',
  '+',
  '=',
  '$',
  '\\frac',
  '{',
  '}',
  '(',
  ')',
  'x',
  ' ',
  '\n',
  '.',
  '12',
  '\\',
  '*',
  ',',
  '!',
  '^',
  '_',
  '%',
  '\\text{',
  '\\\\',
];

test('it never throws, sides are balanced, and time grows no faster than the text', () => {
  const random = createRandom('equations');
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: random.integer({ min: 0, max: 20 }) }, () =>
      random.pick(parts as [string, ...string[]]),
    ).join('');
    for (const { left, right } of findEquations(text)) {
      for (const side of [left, right]) {
        expect(side.split('{').length, text).toBe(side.split('}').length);
        expect(side.split('(').length, text).toBe(side.split(')').length);
      }
    }
  }
  for (const hostile of [
    '1 + '.repeat(50_000),
    '= '.repeat(50_000),
    '1 = '.repeat(50_000),
    '('.repeat(100_000),
    '\\text{'.repeat(20_000),
  ]) {
    expect(findEquations(hostile).length).toBeLessThanOrEqual(200);
  }
});

// Texts of people who knew what they wrote: what counts as wrong there is a slip of theirs, or one of ours.
const dataDir = process.env.SCALEQUEST_DATA_DIR ?? '';

test.skipIf(dataDir === '').each([
  ['gsm8k-train', 0.997, 0.001],
  ['math-train', 0.985, 0.005],
] as const)(
  'in the solutions of %s next to every equation is decided, and next to none is wrong (needs SCALEQUEST_DATA_DIR)',
  async (name, leastDecided, mostWrong) => {
    const { problems } = await loadBenchmark(name, { dataDir, cacheDir: '/nonexistent', allowDownload: false });
    const counts = { equal: 0, different: 0, undecided: 0 };
    for (const { meta } of problems.slice(0, 1500)) {
      for (const { left, right, tolerance } of findEquations(String(meta.solution))) {
        const near = tolerance === undefined ? {} : { tolerance, policies: { tolerance: true } };
        counts[verifyAnswer({ reference: left, candidate: right }, { preset: 'strict', ...near }).verdict] += 1;
      }
    }
    const all = counts.equal + counts.different + counts.undecided;
    expect(all).toBeGreaterThan(1200);
    expect((counts.equal + counts.different) / all).toBeGreaterThan(leastDecided);
    expect(counts.different / all).toBeLessThan(mostWrong);
  },
);
