import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { readAnswerCases } from './__fixtures__/read-cases.ts';
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

test.each(['$', '$x\n', '$x^2\n$', '{$\n', '$1 ', '$\\begin{a}\n', '$$ ', '\\[x\\] ', '\\begin{a}$ '])(
  'a megabyte of %j behind "the answer is" is extracted from',
  (unit) => {
    const { status } = extractAnswer(`The answer is ${unit.repeat(Math.ceil(million / unit.length))}`);
    expect(['found', 'truncated', 'no-answer']).toContain(status);
  },
);

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
  visit(new URL('./index.ts', import.meta.url));
  expect(foreign).toEqual([]);
  expect(seen.size).toBeGreaterThan(15);
});

const repeat = (text: string, count: number): string => text.repeat(count);
const joinMany = (count: number, separator: string, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join(separator);
const matrix = (size: number, corner: string): string =>
  `\\begin{pmatrix}${joinMany(size, '\\\\', (i) => joinMany(size, '&', (j) => (i + j === 0 ? corner : String(i * j))))}\\end{pmatrix}`;
const roots = (depth: number): string => `${repeat('\\sqrt{2+', depth)}\\sqrt{2}${repeat('}', depth)}`;

/** Pairs that are costly for an engine, and whose verdict the mathematics knows. */
const knownPairs: readonly (readonly [
  name: string,
  reference: string,
  candidate: string,
  verdict: 'equal' | 'different',
])[] = [
  ['a tower of powers', '9^{9^{9^{9}}}', '9^{9^{9^9}}', 'equal'],
  ['a tower of powers and another', '9^{9^{9^9}}', '8^{9^{9^9}}', 'different'],
  ['powers of two thousand digits', '2^{20000}', '4^{10000}', 'equal'],
  ['powers one apart', '2^{20000}', '2^{20000}+1', 'different'],
  ['a factorial', '1000!', '1000\\cdot 999!', 'equal'],
  ['factorials', '1000!', '1001!', 'different'],
  ['a huge factorial', '100000!', '100000\\cdot 99999!', 'equal'],
  ['a factorial of a factorial', '(5!)!', '120!', 'equal'],
  ['huge factorials', '10000000!', '10000001!', 'different'],
  ['quotients of huge factorials', '\\frac{1}{2004!}', '\\frac{1}{2006!}', 'different'],
  ['nested roots and a cosine', roots(8), '2\\cos\\frac{\\pi}{1024}', 'equal'],
  ['nested roots and a near number', roots(8), '2\\cos\\frac{\\pi}{1025}', 'different'],
  ['deep roots', roots(150), roots(151), 'different'],
  ['a number and its next at the limit', repeat('7', 1900), `${repeat('7', 1899)}8`, 'different'],
  ['a megabyte of digits', repeat('1', million), `${repeat('1', million - 1)}2`, 'different'],
  ['a megabyte of braces', `${repeat('{', million)}5${repeat('}', million)}`, '6', 'different'],
  ['braces to the limit', `${repeat('{', 1900)}5${repeat('}', 1900)}`, '5', 'equal'],
  ['a matrix of 25 by 25', matrix(25, '7'), matrix(25, '7.0'), 'equal'],
  ['matrices that differ in a corner', matrix(25, '7'), matrix(25, '8'), 'different'],
  ['a set in sets', `${repeat('\\{', 7)}1${repeat('\\}', 7)}`, `${repeat('\\{', 7)}2${repeat('\\}', 7)}`, 'different'],
  [
    'sets too deep',
    `${repeat('\\{', 900)}1${repeat('\\}', 900)}`,
    `${repeat('\\{', 900)}2${repeat('\\}', 900)}`,
    'different',
  ],
  ['a thousand signs', `${repeat('\\pm ', 900)}1`, `${repeat('\\pm ', 900)}2`, 'different'],
  [
    'two hundred numbers with two signs',
    joinMany(200, ',', (i) => `\\pm ${i + 1}`),
    joinMany(200, ',', (i) => `\\pm ${i + 2}`),
    'different',
  ],
  ['many alternatives', joinMany(300, ' or ', (i) => `x=${i}`), joinMany(300, ' or ', (i) => `x=${299 - i}`), 'equal'],
  [
    'many alternatives, one changed',
    joinMany(300, ' or ', (i) => `x=${i}`),
    joinMany(300, ' or ', (i) => `x=${i === 7 ? 999 : i}`),
    'different',
  ],
  [
    'a set of 300',
    `\\{${joinMany(300, ',', String)}\\}`,
    `\\{${joinMany(300, ',', (i) => String(299 - i))}\\}`,
    'equal',
  ],
  ['a sum to 10^9', '\\sum_{k=1}^{1000000000} k', '500000000500000000', 'equal'],
  ['a sum to 10^9 and one more', '\\sum_{k=1}^{1000000000} k', '500000000500000001', 'different'],
  ['a product to 10^9', '\\prod_{k=1}^{1000000000} k', '1', 'different'],
  ['a polynomial of degree 500', '(x+1)^{500}', '(x+1)^{499}(x+1)', 'equal'],
  ['polynomials that differ by one', '(x+1)^{500}', '(x+1)^{500}+1', 'different'],
  ['a tiny difference', '1-\\frac{5051}{2^{100}}', '1+\\frac{5051}{2^{100}}', 'different'],
  [
    'many terms',
    joinMany(300, '+', (i) => `${i + 1}x^{${i}}`),
    joinMany(300, '+', (i) => `${300 - i}x^{${299 - i}}`),
    'equal',
  ],
  [
    'many chains',
    `${joinMany(300, '<', (i) => `x_{${i}}`)}`,
    `${joinMany(300, '<', (i) => `x_{${299 - i}}`)}`,
    'different',
  ],
  ['a NUL behind a number', '5\0', '6', 'different'],
  ['a lone surrogate', '\ud8005', '6', 'different'],
  ['text that makes patterns go back', `${repeat('a', 3000)}!`, repeat('a', 3000), 'different'],
  ['words without end', repeat('one hundred and ', 200), '5', 'different'],
  ['signs without end', `${repeat('-', 3000)}1`, '2', 'different'],
];

/** These may be left open: too long, too deep, or no mathematics. */
const mayBeOpen: ReadonlySet<string> = new Set([
  'a tower of powers and another',
  'huge factorials',
  'deep roots',
  'a megabyte of braces',
  'braces to the limit',
  'a matrix of 25 by 25',
  'matrices that differ in a corner',
  'sets too deep',
  'two hundred numbers with two signs',
  'many alternatives',
  'many alternatives, one changed',
  'a sum to 10^9',
  'a sum to 10^9 and one more',
  'a product to 10^9',
  'many chains',
  'a NUL behind a number',
  'a lone surrogate',
  'text that makes patterns go back',
  'words without end',
  'signs without end',
]);

const defaultFuel = 2_000_000;

test.each(knownPairs)(
  '%s: the verdict is right or open, and the work is bounded',
  (name, reference, candidate, verdict) => {
    const there = verifyAnswer({ reference, candidate });
    expect(mayBeOpen.has(name) ? [verdict, 'undecided'] : [verdict]).toContain(there.verdict);
    expect(verifyAnswer({ reference: candidate, candidate: reference }).verdict).toBe(there.verdict);
    expect(there.fuel).toBeLessThanOrEqual(defaultFuel);
  },
);

test('less fuel never turns a verdict into the other one', () => {
  for (const [name, reference, candidate, verdict] of knownPairs) {
    for (const fuel of [1, 30, 1000, 30_000]) {
      const result = verifyAnswer({ reference, candidate }, { fuel });
      expect([verdict, 'undecided'], `${name} with ${fuel} steps`).toContain(result.verdict);
    }
  }
});

test('no verdict depends on time: every clock may fail, and nothing changes', () => {
  const rows = [...readAnswerCases(), ...knownPairs.map(([, reference, candidate]) => ({ reference, candidate }))];
  const verify = (): readonly unknown[] =>
    rows.map(({ reference, candidate }) => verifyAnswer({ reference, candidate }));
  const before = verify();
  const refuse = (): never => {
    throw new Error('a clock was read');
  };
  vi.stubGlobal('Date', Object.assign(refuse, { now: refuse }));
  vi.stubGlobal('performance', { now: refuse });
  vi.stubGlobal('setTimeout', refuse);
  vi.stubGlobal('process', { hrtime: refuse, cpuUsage: refuse, env: {} });
  try {
    expect(verify()).toEqual(before);
  } finally {
    vi.unstubAllGlobals();
  }
});
