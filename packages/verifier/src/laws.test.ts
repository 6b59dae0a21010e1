import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAnswerCases } from './__fixtures__/read-cases.ts';
import { extractAnswer } from './extract/extract-answer.ts';
import { verifyAnswer } from './verify-answer.ts';
import { verifyReply } from './verify-reply.ts';

const runs = { numRuns: 2000, seed: 20_250_101 };
const texts = readAnswerCases().flatMap((row) => [row.reference, row.candidate]);

/** Pieces that answers are made of, in any order: closer to the grammar than random characters. */
const piece = fc.constantFrom(
  ...[
    '\\frac',
    '{',
    '}',
    '1',
    '2',
    '34',
    '000',
    ',',
    ', ',
    '.',
    '-',
    '+',
    '(',
    ')',
    '[',
    ']',
    '\\{',
    '\\}',
    '\\text{cm}',
  ],
  ...[
    '\\%',
    '^\\circ',
    '^',
    '_',
    'x',
    '=',
    ' ',
    '\\,',
    '\\!',
    '$',
    '\\$',
    'and',
    '/',
    'e',
    '\\times10^',
    '\\infty',
    '\\pi',
  ],
  ...['\\left', '\\right', '\\sqrt', '\\ldots', '\\boxed', 'answer is', '####', '<think>', '</think>', '\n', 'million'],
);
const garbled = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
const anyText = fc.oneof(garbled, fc.string({ unit: 'binary' }), fc.constantFrom(...texts));

interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** Denominators that have a finite decimal, and some that have none. */
const fraction: fc.Arbitrary<Fraction> = fc.record({
  numerator: fc.integer({ min: -99_999, max: 99_999 }),
  denominator: fc.constantFrom(1, 1, 1, 2, 4, 5, 8, 10, 25, 100, 3, 7, 12, 999),
});

const notation = fc.nat({ max: 1_000_000 });

function groupThousands(digits: string, separator: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, separator);
}

/** One of many ways to write the same number. */
function print({ numerator, denominator }: Fraction, choice: number): string {
  const sign = numerator < 0 ? '-' : '';
  const size = Math.abs(numerator);
  const factor = 1 + (choice % 7);
  const forms = [
    `${sign}\\frac{${size * factor}}{${denominator * factor}}`,
    `${sign}${size * factor}/${denominator * factor}`,
    `\\dfrac{${sign}${size}}{${denominator}}`,
    `$${sign}\\tfrac{${groupThousands(String(size), '{,}')}}{${denominator}}$`,
  ];
  const whole = Math.floor(size / denominator);
  const rest = size % denominator;
  if (whole > 0 && rest > 0)
    forms.push(`${sign}${whole}\\frac{${rest}}{${denominator}}`, `${sign}${whole} ${rest}/${denominator}`);
  if (rest === 0) {
    const digits = String(whole);
    forms.push(`${sign}${digits}`, `${sign}${groupThousands(digits, ',')}`, `${sign}${groupThousands(digits, '\\,')}`);
    forms.push(`${sign}0${digits}.00`, `${sign}${groupThousands(digits, ',\\!')}`, `\\text{${sign}${digits}}`);
  }
  const scaled = (size * 1000) / denominator;
  if (Number.isInteger(scaled)) {
    const decimal = `${Math.floor(scaled / 1000)}.${String(scaled % 1000).padStart(3, '0')}`;
    forms.push(`${sign}${decimal}`, `${sign}${decimal}000`, `${sign}${scaled}\\times 10^{-3}`, `${sign}${scaled}e-3`);
    forms.push(`\\left(${sign}${decimal}\\right)`, `\\boxed{${sign}${decimal}}`, `${sign}${decimal.replace(/^0/, '')}`);
  }
  return forms[choice % forms.length] as string;
}

test('one rational equals itself in any two notations', () => {
  fc.assert(
    fc.property(fraction, notation, notation, (value, a, b) => {
      const pair = { reference: print(value, a), candidate: print(value, b) };
      expect(verifyAnswer(pair).verdict, JSON.stringify(pair)).toBe('equal');
    }),
    runs,
  );
});

test('two rationals are never equal in any two notations, and are told apart unless a notation has two readings', () => {
  fc.assert(
    fc.property(fraction, fraction, notation, notation, (left, right, a, b) => {
      fc.pre(left.numerator * right.denominator !== right.numerator * left.denominator);
      const pair = { reference: print(left, a), candidate: print(right, b) };
      const { verdict, reason } = verifyAnswer(pair);
      expect(reason === 'ambiguous' ? 'different' : verdict, JSON.stringify(pair)).toBe('different');
    }),
    runs,
  );
});

test('numbers that differ by one are told apart at any size', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }), (value) => {
      const pair = { reference: String(value), candidate: `\\frac{${(value + 1n) * 3n}}{3}` };
      expect(verifyAnswer(pair).verdict).toBe('different');
    }),
    runs,
  );
});

test('a shuffled set equals itself, and does not without one of its elements', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 8 }), (values) => {
      const set = (items: readonly number[]): string => `\\{${items.join(', ')}\\}`;
      const shuffled = [...values].sort((a, b) => ((a * 7919) % 101) - ((b * 7919) % 101));
      expect(verifyAnswer({ reference: set(values), candidate: set(shuffled) }).verdict).toBe('equal');
      expect(verifyAnswer({ reference: set(values), candidate: set(values.slice(1)) }).verdict).toBe('different');
    }),
    runs,
  );
});

interface Term {
  readonly coefficient: number;
  readonly power: number;
  readonly radicand: number;
}

const terms: fc.Arbitrary<readonly Term[]> = fc.uniqueArray(
  fc.record({
    coefficient: fc.integer({ min: 1, max: 99 }),
    power: fc.nat({ max: 5 }),
    radicand: fc.constantFrom(1, 2, 3, 6),
  }),
  { minLength: 1, maxLength: 5, selector: ({ power, radicand }) => `${power} ${radicand}` },
);

/** The coefficient goes under the root where `isUnderRoot`. */
function printTerms(list: readonly Term[], isUnderRoot: boolean): string {
  return list
    .map(({ coefficient, power, radicand }) => {
      const root = isUnderRoot ? `\\sqrt{${coefficient ** 2 * radicand}}` : `${coefficient}\\sqrt{${radicand}}`;
      return `${root}x^{${power}}`;
    })
    .join('+');
}

test('a sum of radicals and powers equals itself with its terms turned round and its coefficients under the roots', () => {
  fc.assert(
    fc.property(terms, (list) => {
      const pair = { reference: printTerms(list, false), candidate: printTerms([...list].reverse(), true) };
      expect(verifyAnswer(pair).verdict, JSON.stringify(pair)).toBe('equal');
    }),
    { ...runs, numRuns: 500 },
  );
});

test('a sum of radicals and powers differs from the one with its first coefficient raised by one', () => {
  fc.assert(
    fc.property(terms, (list) => {
      const [first, ...rest] = list as [Term, ...Term[]];
      const other = [...rest, { ...first, coefficient: first.coefficient + 1 }];
      const pair = { reference: printTerms(list, false), candidate: printTerms(other, true) };
      expect(verifyAnswer(pair).verdict, JSON.stringify(pair)).toBe('different');
    }),
    { ...runs, numRuns: 500 },
  );
});

test('a text that is not empty equals itself', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { verdict, reason } = verifyAnswer({ reference: text, candidate: text });
      if (reason !== 'reference-not-parsed') expect(verdict, JSON.stringify(text)).toBe('equal');
    }),
    runs,
  );
});

test('the verdict is the same both ways round', () => {
  fc.assert(
    fc.property(anyText, anyText, (a, b) => {
      const there = verifyAnswer({ reference: a, candidate: b });
      // An empty candidate says nothing; an empty reference is a hole in the data.
      fc.pre(there.normalized.reference !== null && there.normalized.candidate !== null);
      const back = verifyAnswer({ reference: b, candidate: a });
      expect(back.verdict, JSON.stringify([a, b])).toBe(there.verdict);
      expect([...back.policies].sort()).toEqual([...there.policies].sort());
    }),
    runs,
  );
});

test('space around an answer, LaTeX space inside it and its delimiters change nothing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.constantFrom(...texts), (reference, candidate) => {
      const plain = verifyAnswer({ reference, candidate }).verdict;
      const hasDelimiters = candidate.includes('\\(') || candidate.includes('$') || candidate === '';
      const variants = [` ${candidate}\n`, `\\quad ${candidate}\\,`];
      if (!hasDelimiters) {
        variants.push(
          `\\(${candidate}\\)`,
          candidate.replaceAll('=', ' = ').replaceAll('(', '( ').replaceAll(')', ' )'),
        );
      }
      for (const variant of variants) {
        expect(verifyAnswer({ reference, candidate: variant }).verdict, JSON.stringify([reference, variant])).toBe(
          plain,
        );
      }
    }),
    runs,
  );
});

test('nothing throws on any two strings', () => {
  fc.assert(
    fc.property(anyText, anyText, (a, b) => {
      verifyAnswer({ reference: a, candidate: b });
      verifyReply({ reference: a, reply: b });
    }),
    { ...runs, numRuns: 5000 },
  );
});

test('an extracted answer stands in the reply where its span says', () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 4 }), (parts) => {
      const reply = parts.join(' ');
      const extraction = extractAnswer(reply);
      if (extraction.status !== 'found') return;
      expect(extraction.answer).not.toBe('');
      const place = reply.slice(extraction.start, extraction.end);
      // Boxes side by side are joined, and then the span runs from the first to the last.
      if (!place.includes('\\boxed')) expect(extraction.answer).toBe(place);
    }),
    runs,
  );
});

/** Outside commands and words, so that only names of variables are touched. */
const loneLetter = /(?<![\\a-zA-Z])[a-zA-Z]{1,2}(?![a-zA-Z])/g;
const hasWords = (text: string): boolean =>
  /(?<![\\a-zA-Z])[a-zA-Z]{3,}|\\text|\\math|\\boxed|\\operatorname/.test(text);

/** Two notations for one thing: none of them may change a verdict. */
const notations: readonly (readonly [name: string, rewrite: (text: string) => string])[] = [
  ['\\dfrac for \\frac', (text) => text.replaceAll('\\frac', '\\dfrac')],
  ['\\tfrac for \\dfrac', (text) => text.replaceAll('\\dfrac', '\\tfrac')],
  ['\\left( for (', (text) => (isBalanced(text) ? text.replaceAll('(', '\\left(').replaceAll(')', '\\right)') : text)],
  ['\\times for \\cdot', (text) => text.replaceAll(/\\cdot(?![a-zA-Z])/g, '\\times')],
  ['^2 for ^{2}', (text) => text.replaceAll(/\^\{([\da-z])\}(?![\d^!'_])/g, '^$1')],
  ['^{2} for ^2', (text) => text.replaceAll(/\^([\da-z])(?!\d)/g, '^{$1}')],
  ['a minus sign for a hyphen', (text) => (hasWords(text) ? text : text.replaceAll('-', '−'))],
  ['\\leq for \\le', (text) => text.replaceAll(/\\le(?![a-zA-Z])/g, '\\leq').replaceAll(/\\ge(?![a-zA-Z])/g, '\\geq')],
  ['spaces around + and -', (text) => text.replaceAll(/(?<=[\d}a-z)])([+-])(?=[\d\\a-z(])/g, ' $1 ')],
  ['dollars', (text) => (text.includes('$') || text.includes('\\(') || text.trim() === '' ? text : `$${text}$`)],
];

function isBalanced(text: string): boolean {
  if (/\\left|\\right|\\[bB]ig|[[\]]|\\[()]/.test(text)) return false;
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

test.each(notations)('%s changes no verdict', (_name, rewrite) => {
  let changed = 0;
  const broken: unknown[] = [];
  for (const { reference, candidate } of readAnswerCases()) {
    for (const variant of [
      { reference, candidate: rewrite(candidate) },
      { reference: rewrite(reference), candidate },
    ]) {
      if (variant.reference === reference && variant.candidate === candidate) continue;
      changed++;
      const before = verifyAnswer({ reference, candidate }).verdict;
      const after = verifyAnswer(variant).verdict;
      if (before !== after) broken.push([reference, candidate, before, variant, after]);
    }
  }
  expect(broken).toEqual([]);
  expect(changed).toBeGreaterThan(0);
});

const otherNames: Readonly<Record<string, string>> = { x: 'u', y: 'v', z: 'w', u: 'x', v: 'y', w: 'z' };
const rename = (text: string): string =>
  text.replaceAll(loneLetter, (name) => [...name].map((letter) => otherNames[letter] ?? letter).join(''));

test('other names for the variables of both sides make nothing equal that was not, and nothing different that was equal', () => {
  const broken: unknown[] = [];
  let renamed = 0;
  for (const { reference, candidate } of readAnswerCases()) {
    // The x of 0xA3 and of 6.02 x 10^23 is no variable.
    if (hasWords(reference + candidate) || /0x|\d x 10/.test(reference + candidate)) continue;
    const pair = { reference: rename(reference), candidate: rename(candidate) };
    if (pair.reference === reference && pair.candidate === candidate) continue;
    renamed++;
    const before = verifyAnswer({ reference, candidate }).verdict;
    const after = verifyAnswer(pair).verdict;
    if (before !== after && (before === 'equal' || after === 'equal'))
      broken.push([reference, candidate, before, pair, after]);
  }
  expect(broken).toEqual([]);
  expect(renamed).toBeGreaterThan(50);
});
