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
