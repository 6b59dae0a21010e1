import type { Progress } from '@scalequest/eval';
import { createOpenAiClient, type ModelStatistics } from '@scalequest/models';
import { expect, test } from 'vitest';
import { createProgressLine } from '../output/progress-line.ts';
import { openLive } from './open-live.ts';

const progress: Progress = {
  total: 10,
  done: 5,
  resumed: 0,
  outcomes: { correct: 5, wrong: 0, 'no-answer': 0, truncated: 0, undecided: 0, error: 0 },
  accuracy: 1,
  interval: { method: 'wilson', level: 0.95, low: 0.5, high: 1 },
  tokens: undefined,
  inFlight: 0,
  concurrencyLimit: 64,
  elapsedMs: 1000,
  silentMs: 0,
  samplesPerSecond: 5,
  remainingMs: 1000,
};

test.each([
  ['one', ['http://a:1/v1'], {}, false],
  ['one on wish', ['http://a:1/v1'], { live: true }, true],
  ['two', ['http://a:1/v1', 'http://b:1/v1'], {}, true],
])('endpoints are shown where there is more than one, or on wish: %s', async (_, baseUrls, options, isShown) => {
  const client = createOpenAiClient({ model: 'm', baseUrls });
  const seen: (ModelStatistics | undefined)[] = [];
  const line = {
    say: () => undefined,
    end: () => undefined,
    update: (_progress: Progress, statistics?: ModelStatistics) => void seen.push(statistics),
  };
  const live = await openLive({ plan: { task: { name: 'gsm8k' }, client }, folder: 'run', options, progress: line });
  live.update(progress);
  await live.close();
  await client.close();
  expect(seen.map((statistics) => statistics !== undefined)).toEqual([isShown]);
});

test.each([
  [{ columns: 80, rows: 24 }, '5/10', 4],
  [undefined, '5/10', 0],
])('a terminal has a table below the line, a log a second line: %j', async (room, start, lines) => {
  const client = createOpenAiClient({ model: 'm', baseUrls: ['http://a:1/v1', 'http://b:1/v1'] });
  let shown: readonly [string, readonly string[]] | undefined;
  const line = createProgressLine({
    getRoom: () => room,
    update: (text, below = []) => {
      shown = [text, below];
    },
    say: () => undefined,
    end: () => undefined,
  });
  line.update(progress, client.getStatistics());
  await client.close();
  expect(shown?.[0].startsWith(start)).toBe(true);
  expect(shown?.[0].includes('\nendpoints: 2 of 2 in use')).toBe(room === undefined);
  expect(shown?.[1]).toHaveLength(lines);
});
