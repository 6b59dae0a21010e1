import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFairQueue, type FairQueue, type QueuePlace } from './fair-queue.ts';

const place: QueuePlace = { priority: 0, stage: 'a', isRepeat: false, weight: 1 };

function fill(queue: FairQueue<string>, stage: string, count: number, options: Partial<QueuePlace> = {}): void {
  for (let index = 0; index < count; index++) queue.join(stage, { ...place, stage, ...options });
}

function takeMany(queue: FairQueue<string>, count: number): string {
  return Array.from({ length: count }, () => queue.take() ?? '-').join('');
}

describe('the fair queue', () => {
  test('serves one stage in the order of the calls', () => {
    const queue = createFairQueue<number>();
    for (let value = 0; value < 5; value++) queue.join(value, place);
    expect(queue.size).toBe(5);
    expect(queue.first).toBe(0);
    expect([queue.take(), queue.take(), queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([
      0,
      1,
      2,
      3,
      4,
      undefined,
    ]);
  });

  test('lets two stages take turns, however many of one wait', () => {
    const queue = createFairQueue<string>();
    fill(queue, 'a', 100);
    fill(queue, 'b', 3);
    expect(takeMany(queue, 10)).toBe('abababaaaa');
  });

  test('gives stages turns by their shares', () => {
    const queue = createFairQueue<string>({ a: 3, b: 1 });
    fill(queue, 'a', 100);
    fill(queue, 'b', 100);
    const taken = takeMany(queue, 80);
    expect(taken.split('a')).toHaveLength(61);
  });

  test('counts what a turn takes: a stage of heavy requests gets fewer', () => {
    const queue = createFairQueue<string>();
    fill(queue, 'a', 100, { weight: 10 });
    fill(queue, 'b', 100, { weight: 1 });
    const taken = takeMany(queue, 55);
    expect(taken.split('a')).toHaveLength(6);
  });

  test('a stage that comes later gets its share from then on, and not the past', () => {
    const queue = createFairQueue<string>();
    fill(queue, 'a', 100);
    takeMany(queue, 50);
    fill(queue, 'b', 100);
    const taken = takeMany(queue, 20);
    expect(taken.split('b')).toHaveLength(11);
    fill(queue, 'c', 1);
    expect(takeMany(queue, 3)).toContain('c');
  });

  test('a higher priority goes first, whoever waits', () => {
    const queue = createFairQueue<string>();
    fill(queue, 'a', 3);
    fill(queue, 'u', 2, { priority: 5 });
    fill(queue, 'l', 2, { priority: -1 });
    expect(takeMany(queue, 9)).toBe('uuaaall--');
  });

  test('a repeat goes ahead of its own stage, and not of another stage that has had less', () => {
    const queue = createFairQueue<string>();
    fill(queue, 'a', 2);
    for (let count = 0; count < 4; count++) queue.join('r', { ...place, stage: 'a', isRepeat: true });
    fill(queue, 'b', 3);
    expect(takeMany(queue, 9)).toBe('rbrbrbraa');
  });

  test('many priorities leave nothing behind, and are still served the highest first', () => {
    const queue = createFairQueue<number>();
    for (let round = 0; round < 5; round++) {
      for (let value = 0; value < 300; value++) queue.join(value, { ...place, priority: (value * 7) % 300 });
      const taken = Array.from({ length: 300 }, () => ((queue.take() ?? 0) * 7) % 300);
      expect(taken).toEqual(Array.from({ length: 300 }, (_, at) => 299 - at));
    }
    expect(queue.size).toBe(0);
  });

  test('who leaves is not served, and leaving twice or after being served changes nothing', () => {
    const queue = createFairQueue<number>();
    const leaveFirst = queue.join(1, place);
    const leaveSecond = queue.join(2, { ...place, isRepeat: true });
    queue.join(3, place);
    leaveSecond();
    leaveSecond();
    expect(queue.size).toBe(2);
    expect(queue.take()).toBe(1);
    leaveFirst();
    expect(queue.size).toBe(1);
    expect(queue.take()).toBe(3);
    expect(queue.size).toBe(0);
    expect(queue.first).toBeUndefined();
  });

  test('keeps stages that wait together within one request each of their shares, whatever the weights', () => {
    const stages = ['a', 'b', 'c'] as const;
    const weights = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 10 });
    const share = fc.constantFrom(0.25, 1, 3, 10);
    fc.assert(
      fc.property(fc.tuple(weights, weights, weights), fc.tuple(share, share, share), (byStage, given) => {
        const shares = Object.fromEntries(stages.map((stage, at) => [stage, given[at] ?? 1]));
        const queue = createFairQueue<{ readonly stage: string; readonly weight: number }>(shares);
        for (const [at, stage] of stages.entries()) {
          for (let turn = 0; turn < 300; turn++) {
            const weight = byStage[at]?.[turn % (byStage[at]?.length ?? 1)] ?? 1;
            queue.join({ stage, weight }, { ...place, stage, weight, isRepeat: turn % 3 === 0 });
          }
        }
        const got: Record<string, number> = { a: 0, b: 0, c: 0 };
        const most = stages.map((stage, at) => Math.max(...(byStage[at] ?? [])) / (shares[stage] ?? 1));
        const bound = [...most]
          .sort((a, b) => b - a)
          .slice(0, 2)
          .reduce((sum, one) => sum + one, 0);
        // None of the three can run out before.
        for (let turn = 0; turn < 300; turn++) {
          const { stage, weight } = queue.take() as { readonly stage: string; readonly weight: number };
          got[stage] = (got[stage] ?? 0) + weight / (shares[stage] ?? 1);
          const all = Object.values(got);
          expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(bound + 1e-6);
        }
      }),
      { numRuns: 50, seed: 10 },
    );
  });
});
