import { createRandom, deriveSeed } from '@scalequest/core';
import { describe, expect, test } from 'vitest';
import type { ShardModels } from '../engine/shard-models.ts';
import type { OrderedStageRun, Shard } from '../engine/stage.ts';
import { type SampleDifficultyOptions, sampleDifficulty } from './sample-difficulty.ts';

type Run = OrderedStageRun<{ difficulty: number }, object, readonly { difficulty: number; draw: number }[]>;

const open = (options: SampleDifficultyOptions): Promise<Run> =>
  sampleDifficulty(options).open({ seed: 0, scratch: '/nonexistent', signal: new AbortController().signal });

function makeShard(generator: string, number: number, difficulties: readonly number[]): Shard<{ difficulty: number }> {
  const rows = difficulties.map((difficulty, place) => ({
    generator,
    index: number * 100 + place,
    fields: { difficulty },
  }));
  return {
    ...{ generator, number, rows, models: {} as ShardModels, signal: new AbortController().signal },
    seedOf: ({ generator: name, index }) =>
      deriveSeed({ seed: 1, configuration: 'x', id: `${name}/${index}`, epoch: 0 }),
  };
}

async function judge(
  run: Run,
  shard: Shard<{ difficulty: number }>,
): Promise<{ readonly kept: boolean[]; readonly memory: Uint8Array }> {
  const { decisions, memory } = await run.judge(shard, await run.prepare(shard));
  return { kept: decisions.map((decision) => 'keep' in decision), memory };
}

/** Whether each difficulty is kept, in shards of a hundred. */
async function sample(options: SampleDifficultyOptions, difficulties: readonly number[]): Promise<boolean[]> {
  const run = await open(options);
  const kept: boolean[] = [];
  for (let number = 0; number * 100 < difficulties.length; number++) {
    kept.push(
      ...(await judge(run, makeShard('one', number, difficulties.slice(number * 100, number * 100 + 100)))).kept,
    );
  }
  return kept;
}

const countKept = (kept: readonly boolean[]): number => kept.filter(Boolean).length;

describe('dropping the easiest share', () => {
  test('drops a row that is easier than so many of the rows before it, and no other', async () => {
    const random = createRandom('distinct');
    const difficulties = random.shuffle(Array.from({ length: 1000 }, (_, place) => place / 1000));
    const kept = await sample({ dropEasiest: { one: 0.31 } }, difficulties);
    difficulties.forEach((difficulty, place) => {
      const easier = difficulties.slice(0, place).filter((other) => other < difficulty).length;
      expect(kept[place], `row ${place}`).toBe(easier >= 0.31 * place);
    });
    expect(countKept(kept)).toBeGreaterThan(660);
    expect(countKept(kept)).toBeLessThan(720);
  });

  test('drops its share where many are equally easy, by draws of their seeds', async () => {
    const kept = await sample(
      { dropEasiest: { one: 0.31 } },
      Array.from({ length: 2000 }, () => 0.4),
    );
    expect(countKept(kept) / 2000).toBeGreaterThan(0.65);
    expect(countKept(kept) / 2000).toBeLessThan(0.73);
  });

  test('is of the generators that are named, each counted by itself', async () => {
    const stage = sampleDifficulty({ dropEasiest: { one: 0.5, two: 0 } });
    expect(stage.generators).toEqual(['one', 'two']);
    const run = await open({ dropEasiest: { one: 0.5, two: 0 } });
    const easy = Array.from({ length: 100 }, (_, place) => place / 1000);
    expect(countKept((await judge(run, makeShard('two', 0, easy))).kept)).toBe(100);
    // Each is harder than all before it.
    expect(countKept((await judge(run, makeShard('one', 0, easy))).kept)).toBe(100);
    expect(
      countKept(
        (
          await judge(
            run,
            makeShard(
              'one',
              1,
              easy.map(() => 0),
            ),
          )
        ).kept,
      ),
    ).toBe(0);
  });
});

describe('sampling to a target', () => {
  const draw = (shares: readonly number[], count: number): number[] => {
    const random = createRandom('supply');
    return Array.from({ length: count }, () => {
      const at = random.next();
      let bin = 0;
      for (let sum = shares[0] ?? 0; at >= sum && bin < shares.length - 1; sum += shares[++bin] ?? 0);
      return (bin + random.next()) / shares.length;
    });
  };
  const share = (difficulties: readonly number[], kept: readonly boolean[], bins: number): number[] => {
    const counts = Array.from({ length: bins }, () => 0);
    difficulties.forEach((difficulty, place) => {
      const bin = Math.min(bins - 1, Math.floor(difficulty * bins));
      if (kept[place] === true) counts[bin] = (counts[bin] ?? 0) + 1;
    });
    return counts.map((count) => count / countKept(kept));
  };

  test('keeps the share that is wanted, and thins out what comes too often as far as that allows', async () => {
    const difficulties = draw([0.8, 0.15, 0.05], 4000);
    const kept = await sample({ target: [1, 1, 1], keepShare: 0.5 }, difficulties);
    expect(countKept(kept) / 4000).toBeCloseTo(0.5, 1);
    const [easy = 0, middle = 0, hard = 0] = share(difficulties, kept, 3);
    expect(Math.abs(easy - 0.6)).toBeLessThan(0.04);
    expect(Math.abs(middle - 0.3)).toBeLessThan(0.04);
    expect(Math.abs(hard - 0.1)).toBeLessThan(0.03);
  });

  test('meets a target exactly that it can meet, and drops nothing where it is met', async () => {
    const difficulties = draw([0.5, 0.5], 3000);
    const met = await sample({ target: [2, 1], keepShare: 0 }, difficulties);
    expect(share(difficulties, met, 2)[0]).toBeCloseTo(2 / 3, 1);
    expect(countKept(await sample({ target: [1, 1], keepShare: 0 }, difficulties)) / 3000).toBeGreaterThan(0.95);
  });

  test('keeps nothing of what is not wanted', async () => {
    const kept = await sample({ target: [0, 1], keepShare: 1 }, [0.1, 0.9, 0.2, 1, 0.49]);
    expect(kept).toEqual([false, true, false, true, false]);
  });
});

test.each<SampleDifficultyOptions>([{ dropEasiest: { one: 0.4, two: 0.2 } }, { target: [1, 2, 1], keepShare: 0.5 }])(
  'a later session goes on as if there had been one (%j)',
  async (options) => {
    const random = createRandom('sessions');
    const shards = [0, 1, 2, 3].flatMap((number) =>
      ['one', 'two'].map((name) =>
        makeShard(
          name,
          number,
          Array.from({ length: 100 }, () => random.next()),
        ),
      ),
    );
    const whole = await open(options);
    const expected = [];
    for (const shard of shards) expected.push(await judge(whole, shard));
    const later = await open(options);
    for (const { memory } of expected.slice(0, 4)) later.remember(memory);
    for (const [place, shard] of shards.entries()) {
      if (place >= 4) expect(await judge(later, shard)).toEqual(expected[place]);
    }
  },
);

test.each<SampleDifficultyOptions>([
  { dropEasiest: { one: 1.5 } },
  { target: [1] },
  { target: [0, 0] },
  { target: [1, -1] },
  { target: [1, 1], keepShare: 2 },
])('%j is refused', (options) => {
  expect(() => sampleDifficulty(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', kind: 'request' }));
});
