import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { extractAnswer } from './extract/extract-answer.ts';
import { verifyAnswer } from './verify-answer.ts';
import { verifyReply } from './verify-reply.ts';

const million = 1_000_000;

/** A megabyte each. A method that is not linear takes hours on at least one of them, and the test then times out. */
const units = [
  ...['{', '}', '\\boxed{', '\\boxed ', '\\boxed{1}', '\\boxed{1} and ', '$', '$a', '$1 ', '$$', '\\(', '\\[', '\\)'],
  ...['<think>', '</think>', '<', '#', '####', '\n#### a', 'answer ', 'answer to ', 'the answer is ', 'Answer: $'],
  ...[
    '\0',
    '\ud800',
    '9',
    '1,',
    '111,',
    '1/',
    '\\',
    '```output\n',
    '```',
    '\n',
    '\n\n$',
    'a',
    'A:',
    '.',
    ' ',
    '-1',
    '\\text{',
  ],
];

test.each(units)('a megabyte of %j is extracted from and verified without an error', (unit) => {
  const reply = unit.repeat(Math.ceil(million / unit.length));
  const { status } = extractAnswer(reply);
  expect(['found', 'truncated', 'no-answer']).toContain(status);
  expect(verifyReply({ reference: '5', reply }).verdict).not.toBe('equal');
  expect(verifyAnswer({ reference: reply, candidate: reply }).verdict).toBe('equal');
  expect(verifyAnswer({ reference: '5', candidate: reply }).verdict).not.toBe('equal');
});

test('what is right is still found behind a megabyte of noise', () => {
  for (const noise of ['{'.repeat(million), 'answer to '.repeat(100_000), '\\boxed{1} '.repeat(100_000)]) {
    expect(verifyReply({ reference: '7', reply: `${noise}\n\\boxed{7}` }).verdict).toBe('equal');
  }
});

test.each([
  ['9^9^9', 'undecided'],
  ['1e999999999', 'undecided'],
  ['1e-999999999', 'undecided'],
  ['9^{9^9}', 'different'],
  ['9^{999999999}', 'different'],
  ['10^{10^{10}}', 'different'],
  ['2^{-99999}', 'different'],
])('%s, which would fill the memory, is %s from 5 with little work', (candidate, verdict) => {
  const result = verifyAnswer({ reference: '5', candidate });
  expect(result).toMatchObject({ verdict });
  expect(result.fuel).toBeLessThan(1000);
});

test('deep nesting of any bracket neither throws nor decides', () => {
  for (const [open, close] of [
    ['{', '}'],
    ['(', ')'],
    ['\\frac{1}{', '}'],
    ['[', ']'],
    ['\\{', '\\}'],
    ['\\sqrt{', '}'],
  ]) {
    const depth = Math.floor(3900 / `${open}${close}`.length);
    const candidate = `${open?.repeat(depth)}x${close?.repeat(depth)}`;
    expect(verifyAnswer({ reference: '5', candidate }).verdict, open).toBe('undecided');
  }
});

test('work is bounded by fuel: lists of large powers stop and say so', () => {
  const candidate = Array.from({ length: 150 }, (_, i) => `\\frac{7^{${1900 + i}}}{9^{${1900 + i}}}`).join(',');
  expect(verifyAnswer({ reference: '5', candidate })).toMatchObject({ verdict: 'undecided', reason: 'out-of-fuel' });
});

test('control characters, lone surrogates and unusual spaces are text like any other', () => {
  for (const text of ['\0', '\ud800', '\udfff5', '\u202e5', '5\0']) {
    expect(verifyAnswer({ reference: '5', candidate: text }).verdict, JSON.stringify(text)).toBe('undecided');
  }
  expect(verifyAnswer({ reference: '5', candidate: '\u00a05\u2003' }).verdict).toBe('equal');
});

test('the entry imports nothing but its own files, so that it runs in a browser', () => {
  const seen = new Set<string>();
  const foreign: string[] = [];
  const visit = (url: URL): void => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    for (const [, target] of readFileSync(url, 'utf8').matchAll(/^(?:import|export)[^'"]*from ['"]([^'"]+)['"]/gm)) {
      if (target?.startsWith('.') === true) visit(new URL(target, url));
      else foreign.push(`${url.pathname}: ${target}`);
    }
  };
  visit(new URL('../dist/index.js', import.meta.url));
  expect(foreign).toEqual([]);
  expect(seen.size).toBeGreaterThan(15);
});
