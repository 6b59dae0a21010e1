import type { Fields, StepEntry } from '@scalequest/loop';
import { expect, test } from 'vitest';
import { formatArms, listArms } from './format-loop.ts';

function makeEntries(figures: Readonly<Record<string, Fields>>): ReadonlyMap<string, StepEntry> {
  return new Map(
    Object.entries(figures).map(([step, one]) => [step, { step, inputs: {}, files: {}, figures: one }] as const),
  );
}

const figures = (letters: string): Fields => {
  const accuracy = [...letters].filter((letter) => letter === 'c').length / letters.length;
  return { accuracy, low: accuracy / 2, high: 1, problems: letters.length, letters };
};

test('arms are compared with seeds-only problem by problem', () => {
  const arms = listArms(
    makeEntries({
      'rows-full': { rows: 3 },
      'evaluate-full': figures('cccccccwtc'),
      'evaluate-seeds-only': figures('wwwwwwcccc'),
      'evaluate-gold': figures('wwwwwwcccc'),
    }),
  );
  expect(arms.map(({ arm, against }) => [arm, against])).toEqual([
    // Of eight problems that one alone has solved, six by this arm: 2 (1 + 8 + 28) / 256.
    ['full', { arm: 'seeds-only', gained: 6, lost: 2, difference: 0.4, p: (2 * (1 + 8 + 28)) / 256 }],
    ['seeds-only', undefined],
    ['gold', { arm: 'seeds-only', gained: 0, lost: 0, difference: 0, p: 1 }],
  ]);
  expect(formatArms(arms).split('\n')).toEqual([
    'arm         accuracy           95 %  problems  against seeds-only  solved  p',
    'full          80.0 %  [40.0, 100.0]        10  +40.0               +6 -2   0.289',
    'seeds-only    40.0 %  [20.0, 100.0]        10  -                   -       -',
    'gold          40.0 %  [20.0, 100.0]        10  0.0                 +0 -0   1.000',
  ]);
});

test('without seeds-only nothing is compared', () => {
  expect(listArms(makeEntries({ 'evaluate-full': figures('cw') }))).toEqual([
    { arm: 'full', accuracy: 0.5, low: 0.25, high: 1, problems: 2, against: undefined },
  ]);
});
