import { expect, test } from 'vitest';
import { readAnswerCases } from './__fixtures__/read-cases.ts';
import type { VerifyOptions } from './types.ts';
import { verifyAnswer } from './verify-answer.ts';

type Row = readonly [reference: string, candidate: string, verdict: string, reason?: string];

const groups: readonly (readonly [name: string, options: VerifyOptions, rows: readonly Row[]])[] = [
  [
    'strict refuses the proof by interval, and nothing that is proved',
    { preset: 'strict' },
    [
      ['\\sqrt{3+2\\sqrt{2}}', '1+\\sqrt{2}', 'undecided', 'proof-refused'],
      ['1+\\sqrt{2}', '\\sqrt{3+2\\sqrt{2}}', 'undecided', 'proof-refused'],
      ['(\\sqrt{3+2\\sqrt{2}}, 1)', '(1+\\sqrt{2}, 1)', 'undecided', 'proof-refused'],
      ['x = \\sqrt{3+2\\sqrt{2}}', '1+\\sqrt{2}', 'undecided', 'proof-refused'],
      ['\\sqrt{3+2\\sqrt{2}}', '1+\\sqrt{3}', 'different'],
      ['\\sqrt{3+2\\sqrt{2}}', '\\sqrt{3+2\\sqrt{2}}', 'equal'],
      ['\\sqrt{12}', '2\\sqrt{3}', 'equal'],
      ['(x+1)^2', 'x^2+2x+1', 'equal'],
      ['\\binom{5}{2}', '10', 'equal'],
      ['0.5', '\\frac12', 'equal'],
    ],
  ],
  [
    'strict keeps the policies that no wrong answer passes',
    { preset: 'strict' },
    [
      ['1, -2', '-2, 1', 'equal'],
      ['x = 5', '5', 'equal'],
      ['5\\text{ cm}', '5', 'equal'],
      ['50\\%', '50', 'equal'],
      ['(1, 2)', '(2, 1)', 'different'],
    ],
  ],
  [
    'strict takes no decimal for what it is near to',
    { preset: 'strict' },
    [
      ['\\sqrt{2}', '1.414', 'different'],
      ['\\frac13', '0.333', 'different'],
      ['\\pi', '3.14159265358979', 'different'],
      ['(\\sqrt{2}, 1)', '(1.414, 1)', 'different'],
    ],
  ],
  [
    'a decimal is what it rounds, to the digits shown, where that is asked for',
    { policies: { 'claimed-digits': true } },
    [
      ['\\sqrt{2}', '1.414', 'equal'],
      ['\\sqrt{2}', '1.41421356', 'equal'],
      ['\\sqrt{2}', '1.415', 'different'],
      ['\\sqrt{2}', '1.41', 'equal'],
      ['\\sqrt{2}', '1.4', 'different'],
      ['\\sqrt{2}', '1.4142135624', 'equal'],
      ['\\sqrt{2}', '1.4142135623', 'different'],
      ['\\frac13', '0.333', 'equal'],
      ['\\frac13', '0.33', 'different'],
      ['\\frac13', '0.3334', 'different'],
      ['\\frac23', '0.667', 'equal'],
      ['\\frac23', '0.666', 'different'],
      ['-\\frac23', '-0.667', 'equal'],
      ['-\\frac23', '0.667', 'different'],
      ['90\\pi', '282.74', 'equal'],
      ['90\\pi', '282.7', 'equal'],
      ['90\\pi', '283', 'different'],
      ['\\frac{12}{5525}', '0.00217', 'equal'],
      ['\\frac{12}{5525}', '0.0022', 'different'],
      ['\\frac{12}{5525}', '0.002170', 'different'],
      ['\\frac{16}{81}', '0.1975', 'equal'],
      ['\\ln 2', '0.693', 'equal'],
      ['\\ln 2', '0.694', 'different'],
      ['e^{\\pi}', '23.1407', 'equal'],
      ['\\frac13', '33.3\\%', 'equal'],
      ['\\frac13', '33.4\\%', 'different'],
      ['0.333', '\\frac13', 'equal'],
      ['x = \\frac13', '0.333', 'equal'],
      ['(\\sqrt{2}, \\frac13)', '(1.414, 0.333)', 'equal'],
      ['(\\sqrt{2}, \\frac13)', '(0.333, 1.414)', 'different'],
      ['\\{\\sqrt{2}, \\frac13\\}', '\\{0.333, 1.414\\}', 'equal'],
      ['\\{\\sqrt{2}\\}', '\\{1.414, 1.4142\\}', 'undecided', 'no-rule'],
    ],
  ],
  [
    'what a decimal can say exactly is not rounded',
    { policies: { 'claimed-digits': true } },
    [
      ['\\frac{1}{16}', '0.063', 'different'],
      ['\\frac{448}{15625}', '0.0287', 'different'],
      ['2.718', '2.72', 'different'],
      ['3', '3.001', 'different'],
      ['100', '100.4', 'different'],
      ['0.1234', '0.123', 'different'],
      ['10^{-7}', '0.000', 'different'],
      ['\\frac{1}{2004!}', '0.000', 'different'],
    ],
  ],
  [
    'nobody has to take a decimal for what it is near to',
    {},
    [
      ['\\sqrt{2}', '1.414', 'different'],
      ['\\frac13', '0.333', 'different'],
      ['\\pi', '3.14159', 'different'],
    ],
  ],
  [
    'a refused percent sign makes two numbers of it',
    { policies: { 'percent-sign': false } },
    [
      ['50\\%', '50', 'different'],
      ['50', '50\\%', 'different'],
      ['50\\%', '\\frac12', 'equal'],
      ['50\\%', '50\\%', 'equal'],
    ],
  ],
  [
    'a verdict that rests on a refused policy is left open, and what differs still differs',
    { policies: { 'assignment-label': false, 'order-free': false, 'unit-omitted': false } },
    [
      ['x = 5', '5', 'undecided', 'policy-refused'],
      ['x = 5', '6', 'different'],
      ['x = 5', 'x = 5.0', 'equal'],
      ['1, -2', '-2, 1', 'undecided', 'policy-refused'],
      ['1, -2', '1, -2.0', 'equal'],
      ['1, -2', '-2, 2', 'different'],
      ['5\\text{ cm}', '5', 'undecided', 'policy-refused'],
      ['5\\text{ cm}', '6', 'different'],
      ['5\\text{ cm}', '5.0\\text{ cm}', 'equal'],
    ],
  ],
  [
    'a policy and a proof can be allowed over the preset',
    { preset: 'strict', policies: { 'claimed-digits': true }, proofs: { interval: true } },
    [
      ['\\sqrt{2}', '1.414', 'equal'],
      ['\\sqrt{3+2\\sqrt{2}}', '1+\\sqrt{2}', 'equal'],
    ],
  ],
  [
    'refusing the finite fields leaves what is exact',
    { proofs: { modular: false } },
    [
      ['\\sqrt{12}', '2\\sqrt{3}', 'undecided', 'proof-refused'],
      ['\\sqrt{9}', '3', 'equal'],
      ['\\sqrt{12}', '2\\sqrt{5}', 'different'],
    ],
  ],
  [
    'an absolute tolerance is decided exactly, its bound within',
    { tolerance: { absolute: '0.1' } },
    [
      ['2.5', '2.6', 'equal'],
      ['2.5', '2.4', 'equal'],
      ['2.5', '2.60000000000000000000000000001', 'different'],
      ['2.5', '2.3', 'different'],
      ['\\sqrt{2}', '1.5', 'equal'],
      ['\\sqrt{2}', '1.52', 'different'],
      ['\\pi', '\\frac{22}{7}', 'equal'],
      ['-2.5', '2.5', 'different'],
      ['(1, 2)', '(1.05, 1.95)', 'equal'],
      ['(1, 2)', '(1.05, 1.85)', 'different'],
      ['x', 'x + 0.01', 'different'],
      ['5\\text{ cm}', '5.05\\text{ cm}', 'equal'],
    ],
  ],
  [
    'an absolute tolerance is meant in percents where a percent sign is, and a bare number may be a percentage',
    { tolerance: { absolute: '0.1' } },
    [
      ['4.2\\%', '4.1\\%', 'equal'],
      ['4.2\\%', '9\\%', 'different'],
      ['4.2', '4.1\\%', 'equal'],
      ['4.1\\%', '4.2', 'equal'],
      ['4.2', '9\\%', 'different'],
      ['4.2', '4.31\\%', 'different'],
      ['\\sqrt{18}\\%', '4.2', 'equal'],
      ['\\sqrt{18}\\%', '4.1\\%', 'different'],
      ['0.042', '4.1\\%', 'equal'],
      ['0.042', '4.4\\%', 'undecided', 'ambiguous'],
      ['9\\%', '0.042', 'undecided', 'ambiguous'],
      ['0.52', '0.5\\%', 'undecided', 'ambiguous'],
      ['12', '1200.05\\%', 'undecided', 'ambiguous'],
      ['9\\%', '9\\text{ cm}', 'different'],
      ['(4.2, 7)', '(4.1\\%, 7\\%)', 'equal'],
      ['(4.2, 7)', '(4.1\\%, 9\\%)', 'different'],
    ],
  ],
  [
    'a percentage is near a bare number by value alone where its sign may not be left out',
    { tolerance: { absolute: '0.1' }, policies: { 'percent-sign': false } },
    [
      ['4.2', '4.1\\%', 'different'],
      ['0.042', '4.1\\%', 'equal'],
      ['12', '1200.05\\%', 'equal'],
    ],
  ],
  [
    'a share is no length, however wide the tolerance',
    { tolerance: { absolute: 10 } },
    [
      ['9\\%', '4\\text{ cm}', 'different'],
      ['9', '4\\text{ cm}', 'equal'],
    ],
  ],
  [
    'a relative tolerance has no scale',
    { tolerance: { relative: '0.05' } },
    [
      ['4.2\\%', '4.1\\%', 'equal'],
      ['4.2', '4.1\\%', 'equal'],
      ['0.042', '4.1\\%', 'equal'],
      ['4.2', '9\\%', 'different'],
    ],
  ],
  [
    'a rounded percentage is one under the policy for rounded decimals, with its sign or without',
    { policies: { 'claimed-digits': true } },
    [
      ['\\frac13', '33.3\\%', 'equal'],
      ['33\\frac13\\%', '0.333', 'equal'],
      ['33\\frac13\\%', '33.3\\%', 'equal'],
      ['33\\frac13\\%', '33.3', 'equal'],
      ['33\\frac13\\%', '33.4', 'different'],
      ['530\\frac13\\%', '5.3', 'different'],
    ],
  ],
  [
    'with the sign demanded a percent is a hundredth and nothing else',
    { policies: { 'percent-sign': false } },
    [
      ['12', '12\\%', 'different'],
      ['12', '1200\\%', 'equal'],
    ],
  ],
  [
    'a relative tolerance is a share of the larger',
    { tolerance: { relative: '1e-4' } },
    [
      ['1000000', '1000100', 'equal'],
      ['1000100', '1000000', 'equal'],
      ['1000000', '1000101', 'different'],
      ['0', '0.0000001', 'different'],
      ['10^{-7}', '1.00001\\cdot 10^{-7}', 'equal'],
      ['-1000000', '1000000', 'different'],
    ],
  ],
  [
    'either bound is enough',
    { tolerance: { absolute: 1, relative: '1e-4' } },
    [
      ['3', '4', 'equal'],
      ['1000000', '1000050', 'equal'],
      ['1000', '1002', 'different'],
    ],
  ],
  [
    'each answer may have its own tolerance, in the order of the reference',
    { tolerance: { absolute: ['0.5', '0.1'] } },
    [
      ['1, 2', '1.5, 2', 'equal'],
      ['1, 2', '2.05, 1.5', 'equal'],
      ['1, 2', '1, 2.5', 'different'],
      ['2, 1', '1.1, 2.5', 'equal'],
      ['1, 1.2', '1.25, 1.5', 'equal'],
      ['(1, 2)', '(2, 1.5)', 'different'],
      ['1, 2', '1', 'different'],
    ],
  ],
  [
    'what each answer leaves out is named, and can be refused',
    { tolerance: { absolute: ['0.5', '0.1'] }, policies: { 'unit-omitted': false } },
    [
      ['1\\text{ m}, 2\\text{ m}', '1.5\\text{ m}, 2.05\\text{ m}', 'equal'],
      ['1\\text{ m}, 2\\text{ m}', '1.5, 2', 'undecided', 'policy-refused'],
      ['(1\\text{ m}, 2)', '(1.2, 2.05)', 'undecided', 'policy-refused'],
      ['(1\\text{ m}, 2)', '(1.2\\text{ m}, 2.05)', 'equal'],
    ],
  ],
  [
    'a tolerance can be refused like any policy',
    { tolerance: { absolute: 1 }, policies: { tolerance: false } },
    [
      ['2', '3', 'different'],
      ['2', '2.0', 'equal'],
    ],
  ],
];

test.each(groups)('%s', (_, options, rows) => {
  const seen = rows.map(([reference, candidate, ...wanted]) => {
    const { verdict, reason } = verifyAnswer({ reference, candidate }, options);
    return [reference, candidate, verdict, ...(wanted.length > 1 || reason === undefined ? [reason] : [])].filter(
      (part) => part !== undefined,
    );
  });
  expect(seen).toEqual(rows);
});

test('the presets hold for at least sixty pairs', () => {
  expect(groups.flatMap(([, , rows]) => rows).length).toBeGreaterThan(60);
});

test('strict says equal only where benchmark does, and different wherever benchmark does', () => {
  for (const row of readAnswerCases()) {
    const strict = verifyAnswer(row, { preset: 'strict' });
    const benchmark = verifyAnswer(row);
    const name = JSON.stringify([row.reference, row.candidate]);
    if (strict.verdict === 'equal') expect(benchmark.verdict, name).toBe('equal');
    if (benchmark.verdict === 'different') expect(strict.verdict, name).toBe('different');
    expect(strict.proof, name).not.toBe('interval');
  }
});

test.each([
  [{ tolerance: { absolute: 'wide' } }],
  [{ tolerance: { relative: '-1e-4' } }],
  [{ tolerance: { absolute: ['0.1', Number.NaN] } }],
  [{ preset: 'loose' }],
  [{ policies: { 'percent-sing': false } }],
  [{ proofs: { guess: true } }],
  [{ fuel: 0 }],
])('%j is refused as an option', (options) => {
  const verify = (): unknown => verifyAnswer({ reference: '1', candidate: '2' }, options as VerifyOptions);
  expect(verify).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
});
