import { expect, test } from 'vitest';
import { readAnswerCases } from './__fixtures__/read-cases.ts';
import { explain } from './explain.ts';
import { verifyAnswer } from './verify-answer.ts';

test.each([
  [
    '50\\%',
    '50',
    'Equal. They were compared as numbers: 50% and 50. Accepted because a percent sign that one side leaves out goes without saying (percent-sign).',
  ],
  ['0.5', '\\frac12', 'Equal. They were compared as numbers: 1/2 and 1/2. The comparison is exact.'],
  ['7', '7', 'Equal. They are the same text.'],
  ['7', '8', 'Different. They were compared as numbers: 7 and 8. The comparison is exact.'],
  ['7', 'x+', 'Undecided. The candidate was not understood as a whole. Look at its text.'],
])('%s against %s is explained', (reference, candidate, wanted) => {
  expect(explain(verifyAnswer({ reference, candidate }))).toBe(wanted);
});

test('every verdict is explained in whole sentences', () => {
  for (const row of readAnswerCases()) {
    const text = explain(verifyAnswer(row));
    expect(text).toMatch(/^(Equal|Different|Undecided)\. [A-Z].*\.$/s);
    if (!(row.reference + row.candidate).includes('undefined')) expect(text).not.toContain('undefined');
  }
});

test('a refusal says which option lifts it', () => {
  const pair = { reference: '\\sqrt{3+2\\sqrt{2}}', candidate: '1+\\sqrt{2}' };
  expect(explain(verifyAnswer(pair, { preset: 'strict' }))).toContain('preset benchmark');
});
