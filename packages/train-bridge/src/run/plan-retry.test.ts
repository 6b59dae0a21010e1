import { expect, test } from 'vitest';
import { type PlanRetryInput, planRetry } from './plan-retry.ts';

function plan(input: Partial<PlanRetryInput>): ReturnType<typeof planRetry> {
  return planRetry({
    failure: 'oom',
    config: { batchSize: 12 },
    processes: 1,
    before: [],
    delaysMs: [10, 30],
    ...input,
  });
}

test('after memory ran out the parts are halved at once, down to one row', () => {
  const seen: number[] = [];
  for (let microBatchSize: number | undefined = 12; microBatchSize !== undefined; ) {
    microBatchSize = plan({ config: { batchSize: 12, microBatchSize } })?.microBatchSize;
    if (microBatchSize !== undefined) seen.push(microBatchSize);
  }
  expect(seen).toEqual([6, 3, 2, 1]);
  expect(plan({})).toEqual({ delayMs: 0, microBatchSize: 6 });
  // A part is never more than its batch.
  expect(plan({ config: { batchSize: 4, microBatchSize: 64 } })).toEqual({ delayMs: 0, microBatchSize: 2 });
});

test('of several processes each has its share at once, and that is halved', () => {
  expect(plan({ processes: 5 })).toEqual({ delayMs: 0, microBatchSize: 2 });
  expect(plan({ processes: 12 })).toBeUndefined();
  expect(plan({ processes: 2, config: { batchSize: 12, microBatchSize: 4 } })).toMatchObject({ microBatchSize: 2 });
});

test('what may pass is waited for, longer each time, and then left to a human', () => {
  expect(plan({ failure: 'io' })).toEqual({ delayMs: 10 });
  expect(plan({ failure: 'io', before: ['killed'] })).toEqual({ delayMs: 30 });
  expect(plan({ failure: 'io', before: ['io', 'io'] })).toBeUndefined();
  // A halving does not count as a wait.
  expect(plan({ failure: 'io', before: ['oom', 'oom'] })).toEqual({ delayMs: 10 });
});

test('a second end by the system halves the parts as well', () => {
  expect(plan({ failure: 'killed' })).toEqual({ delayMs: 10 });
  expect(plan({ failure: 'killed', before: ['killed'] })).toEqual({ delayMs: 30, microBatchSize: 6 });
  expect(plan({ failure: 'killed', before: ['killed'], config: { batchSize: 1 } })).toEqual({ delayMs: 30 });
});

test.each(['nan', 'data', 'config', 'environment', 'internal', undefined])('%s is not begun again', (failure) => {
  expect(plan({ failure })).toBeUndefined();
});
