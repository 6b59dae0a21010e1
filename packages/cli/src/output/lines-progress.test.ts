import { expect, test } from 'vitest';
import { formatLinesProgress } from './lines-progress.ts';

test('the line tells lines, rate, bad lines and the share of the file', () => {
  expect(formatLinesProgress({ lines: 1_234_000, bad: 3, elapsedMs: 50_000, share: 0.415 })).toBe(
    '1,234,000 lines · 24,680/s · 3 bad · 41.5 % of the file',
  );
});

test('of a stream nobody knows the share', () => {
  expect(formatLinesProgress({ lines: 1, bad: 0, elapsedMs: 4000, share: undefined })).toBe('1 line · 0.3/s · 0 bad');
});
