import type { Fields } from '@scalequest/loop';
import { expect, test } from 'vitest';
import { describeFigures } from './describe-figures.ts';

test.each<[Fields, string]>([
  [{ accuracy: 0.341, low: 0.312, high: 0.371, problems: 1000 }, '34.1 % [31.2, 37.1]'],
  [{ rows: 1000, steps: 600 }, '600 steps on 1,000 rows'],
  [{ rows: 1 }, '1 row'],
  [{ rows: 1000, heldOut: 3 }, '1,000 rows'],
  [{ questions: 200, valid: 150 }, '75.0 % of 200 questions valid'],
  [
    {
      generators: [
        { generator: 'a', accepted: 30, rows: 64 },
        { generator: 'b', accepted: 2, rows: 8 },
      ],
    },
    '32 rows of 72',
  ],
  [
    {
      stages: [
        { stage: 'generate', rows: 9, answers: 0, right: 0 },
        { stage: 'select', rows: 8, answers: 8, right: 6 },
      ],
    },
    '75.0 % of 8 answers right',
  ],
  [
    { gsm8k: { accuracy: 0.812, problems: 1319 }, math: { accuracy: 0.5, problems: 5000 } },
    'gsm8k 81.2 %, math 50.0 %',
  ],
  [{}, ''],
])('%j: %s', (figures, text) => {
  expect(describeFigures(figures)).toBe(text);
});
