import type { Progress } from '@scalequest/eval';
import { expect, test } from 'vitest';
import { formatProgress } from './progress-line.ts';

const progress: Progress = {
  total: 5000,
  done: 1234,
  resumed: 0,
  outcomes: { correct: 900, wrong: 300, 'no-answer': 4, truncated: 20, undecided: 8, error: 2 },
  accuracy: 900 / 1234,
  interval: { method: 'wilson', level: 0.95, low: 0.704, high: 0.753 },
  tokens: { prompt: 100_000, completion: 740_400 },
  inFlight: 64,
  concurrencyLimit: 64,
  elapsedMs: 2000,
  silentMs: 10,
  samplesPerSecond: 617,
  remainingMs: 6100,
};

test('the line tells done, rate, accuracy with interval, truncated, errors, tokens and the time that is left', () => {
  expect(formatProgress(progress)).toBe(
    '1,234/5,000 · 617/s · correct 72.9 % [70.4, 75.3] · truncated 20 · errors 2 · in flight 64 of 64 · 740,400 tokens · 6.1 s left',
  );
});

test('a long silence takes the place of the time that is left', () => {
  const text = formatProgress({ ...progress, silentMs: 70_000 });
  expect(text).toContain('no reply for 1 min 10 s');
  expect(text).not.toContain('left');
});

test('what is not there is not told', () => {
  const outcomes = { ...progress.outcomes, truncated: 0, error: 0 };
  const end = { ...progress, done: 5000, outcomes, inFlight: 0, tokens: undefined, remainingMs: 0 };
  expect(formatProgress(end)).toBe('5,000/5,000 · 617/s · correct 72.9 % [70.4, 75.3]');
});
