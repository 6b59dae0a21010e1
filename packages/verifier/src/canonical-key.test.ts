import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readAnswerCases } from './__fixtures__/read-cases.ts';
import { canonicalKey } from './canonical-key.ts';
import { verifyAnswer } from './verify-answer.ts';

test.each([
  ['0.5', '\\frac12', '2/4', '.50', '\\dfrac{1}{2}'],
  ['\\sqrt{12}', '2\\sqrt{3}', '\\frac{6}{\\sqrt3}', '\\sqrt2\\cdot\\sqrt6', '12^{1/2}'],
  ['\\frac{1}{1+\\sqrt2}', '\\sqrt2-1', '-1+\\sqrt{2}'],
  ['\\frac{1}{2+i}', '\\frac{2-i}{5}', '\\frac25-\\frac15 i'],
  ['5400^{1/6}', '\\sqrt[6]{5400}', '\\sqrt2\\sqrt3\\sqrt[3]{5}'],
  ['\\sqrt[3]{-16}', '-2\\sqrt[3]{2}'],
  ['\\sqrt{-12}', '2i\\sqrt3'],
  ['(x+1)^2', 'x^2+2x+1', '1+2x+x^2'],
  ['\\frac{2x}{2x^2+2x}', '\\frac{1}{x+1}'],
  ['\\frac{x}{y}', 'xy^{-1}'],
  ['\\frac{2}{3}\\pi', '\\frac{2\\pi}{3}'],
  ['(1, \\frac12)', '(1, 0.5)'],
  ['\\{2, 1\\}', '\\{1, 2, 2\\}'],
  ['1, -2', '-2, 1'],
  ['[0, \\infty)', '[0,\\infty)'],
])('%s and its other spellings have one key', (...spellings) => {
  const keys = new Set(spellings.map((text) => canonicalKey(text)));
  expect(keys.size, [...keys].join('\n')).toBe(1);
  expect([...keys][0]).toMatch(/^k1:/);
});

test.each([
  ['(1, 2)', '(2, 1)', '[1, 2]', '\\{1, 2\\}'],
  ['x', 'X', '2x', 'x^2', '\\frac1x', '-x'],
  ['2\\sqrt3', '3\\sqrt2', '\\sqrt[3]{2}', '\\sqrt{6}'],
  ['5', '5\\text{ cm}', '5\\text{ m}', '5\\%'],
  ['\\sin x', '\\cos x', '\\sin y', '\\sin 2x'],
])('%s and what differs from it have keys of their own', (...texts) => {
  const keys = texts.map((text) => canonicalKey(text)).filter((key) => key !== null);
  expect(new Set(keys).size).toBe(keys.length);
});

test.each(['', 'x+', '\\text{', '{'.repeat(5000), '(x+y+z)^{31}'])('%.20s has no key', (text) => {
  expect(canonicalKey(text)).toBe(null);
});

test('answers of the cases that share a key are equal under strict', () => {
  const byKey = new Map<string, Set<string>>();
  for (const { reference, candidate } of readAnswerCases()) {
    for (const text of [reference, candidate]) {
      const key = canonicalKey(text);
      if (key !== null) byKey.set(key, (byKey.get(key) ?? new Set()).add(text));
    }
  }
  let pairs = 0;
  for (const texts of byKey.values()) {
    const [first = '', ...others] = texts;
    for (const other of others) {
      pairs++;
      const { verdict } = verifyAnswer({ reference: first, candidate: other }, { preset: 'strict' });
      expect(verdict, `${first} | ${other}`).toBe('equal');
    }
  }
  expect(pairs).toBeGreaterThan(300);
});

test('another process gives the same keys', () => {
  const texts = ['\\frac{1}{1+\\sqrt2}', '\\sin(x)+e^{2y}', '\\{3, 1, 2\\}', '12\\pi\\text{ cm}'];
  const module = JSON.stringify(new URL('../dist/index.js', import.meta.url).href);
  const script = `import { canonicalKey } from ${module}; console.log(JSON.stringify(${JSON.stringify(texts)}.map((t) => canonicalKey(t))))`;
  const seen = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(JSON.parse(seen)).toEqual(texts.map((text) => canonicalKey(text)));
});
