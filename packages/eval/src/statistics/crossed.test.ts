import { createRandom } from '@scalequest/core';
import { expect, test } from 'vitest';
import { computeCrossedInterval } from './crossed-interval.ts';
import { resampleCrossed } from './crossed-resampling.ts';
import { computeMeanInterval } from './mean-interval.ts';
import { computeStudentP, findStudent95 } from './student-t.ts';

// Tables of Student's t, such as those of the NIST handbook (1.3.6.7.2), to the digits that computers give.
test.each([
  [1, 12.706204736432095],
  [2, 4.302652729911275],
  [4, 2.7764451051977987],
  [9, 2.2621571627409915],
  [30, 2.0422724563012373],
  [120, 1.9799304050824413],
  [Number.POSITIVE_INFINITY, 1.959963984540054],
])('with %d degrees of freedom the 97.5 %% point of t is the known one', (df, known) => {
  expect(findStudent95(df)).toBeCloseTo(known, 6);
  expect(computeStudentP(known, df)).toBeCloseTo(0.05, 6);
});

test('with one and two degrees of freedom p is what their closed forms give, near 0 and far away', () => {
  for (const t of [1e-6, 0.1, 1, 3, 40, 1e5]) {
    expect(computeStudentP(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 12);
    expect(computeStudentP(-t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 12);
  }
  expect([computeStudentP(0, 4), computeStudentP(Number.POSITIVE_INFINITY, 4)]).toEqual([1, 0]);
});

test("Student's own sleep data: paired differences of ten sleepers", () => {
  // Student 1908, Biometrika 6: mean 1.58, t = 4.0621 with 9 degrees of freedom, p = 0.002833 (R's t.test).
  const interval = computeMeanInterval([1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]);
  expect(interval?.mean).toBeCloseTo(1.58, 12);
  expect(interval?.pValue).toBeCloseTo(0.002833, 6);
  expect(interval?.low).toBeCloseTo(0.7001, 4);
  expect(interval?.high).toBeCloseTo(2.4599, 4);
});

test('one seed has no interval, nor have values that are all the same, whose spread is not known', () => {
  expect(computeMeanInterval([0.3])).toBeNull();
  expect(computeCrossedInterval([[1, 0, 1]])).toBeNull();
  expect(resampleCrossed([[1, 0, 1]], { seed: '' })).toBeNull();
  expect(computeMeanInterval([0.25, 0.25])).toBeNull();
  expect(computeMeanInterval([0, 0, 0])).toBeNull();
  // A tenth each, whose last digits are of the subtraction.
  expect(0.3 - 0.2).not.toBe(0.4 - 0.3);
  expect(computeMeanInterval([0.3 - 0.2, 0.4 - 0.3, 0.5 - 0.4])).toBeNull();
  expect(computeMeanInterval([0.1, 0.1, 0.1001])?.pValue).toBeLessThan(0.05);
  for (const value of [0, 1]) {
    const row = new Array<number>(4).fill(value);
    expect(computeCrossedInterval([row, row])).toBeNull();
  }
});

test('where problems are all alike it is the interval over seeds, and where seeds are all alike the one over problems', () => {
  const bySeeds = [0.1, 0.3, 0.2, 0.6];
  const alike = computeCrossedInterval(bySeeds.map((value) => new Array<number>(50).fill(value)));
  const seeds = computeMeanInterval(bySeeds);
  for (const end of ['mean', 'low', 'high', 'pValue', 'df'] as const)
    expect(alike?.[end]).toBeCloseTo(seeds?.[end] ?? Number.NaN, 9);
  const row = Array.from({ length: 400 }, (_, p) => Number(p % 4 === 0));
  const problems = computeCrossedInterval([row, row, row]);
  expect(problems?.mean).toBe(0.25);
  // The interval of the mean of 400 draws.
  expect((problems?.high ?? 0) - 0.25).toBeCloseTo(findStudent95(399) * Math.sqrt((0.25 * 0.75) / 399), 9);
});

test('a table by hand, as numpy gives it', () => {
  // Mean squares 1/6, 16/15 and 7/30: the variance is (1/6 + 16/15 - 7/30) / 18 = 1/18, the degrees of freedom 2 * 1 / (1/6)**2 = 72.
  const interval = computeCrossedInterval([
    [1, 0, 0, -1, 1, 0],
    [1, 1, 0, 0, 1, 0],
    [0, 1, 0, -1, 1, 1],
  ]);
  expect(interval?.mean).toBeCloseTo(1 / 3, 12);
  expect(interval?.df).toBeCloseTo(72, 9);
  expect(interval?.low).toBeCloseTo(-0.1365305, 6);
  expect(interval?.high).toBeCloseTo(0.8031972, 6);
  expect(interval?.pValue).toBeCloseTo(0.161609, 6);
});

test('seeds that solve as many by chance, but not the same, leave an interval with a width', () => {
  const chance = [
    [1, 1, 0, -1],
    [1, -1, 0, 1],
  ];
  const interval = computeCrossedInterval(chance);
  expect(interval?.low).toBeLessThan(0);
  expect(interval?.high).toBeGreaterThan(0.5);
  expect(interval?.pValue).toBeGreaterThan(0.05);
  const opposed = computeCrossedInterval([
    [1, 0],
    [0, 1],
  ]);
  expect(opposed?.high).toBeGreaterThan(opposed?.low ?? Number.NaN);
});

test('what is no number has no p-value', () => {
  expect(computeStudentP(Number.NaN, 4)).toBeNaN();
});

test('the order of seeds and problems changes nothing, and turning the signs turns the interval', () => {
  const random = createRandom('crossed-test');
  const table = Array.from({ length: 4 }, () => Array.from({ length: 60 }, () => random.integer({ min: -1, max: 1 })));
  const first = computeCrossedInterval(table);
  const mixed = computeCrossedInterval(table.toReversed().map((row) => row.toReversed()));
  const turned = computeCrossedInterval(table.map((row) => row.map((value) => -value)));
  expect(mixed?.low).toBeCloseTo(first?.low ?? Number.NaN, 12);
  expect(turned?.low).toBeCloseTo(-(first?.high ?? Number.NaN), 12);
  expect(turned?.pValue).toBeCloseTo(first?.pValue ?? Number.NaN, 12);
  expect(resampleCrossed(table, { seed: '1' })).toEqual(resampleCrossed(table, { seed: '1' }));
});

interface World {
  readonly seeds: number;
  readonly problems: number;
  /** The most that one seed, or one problem, moves the difference by. */
  readonly bySeed: number;
  readonly byProblem: number;
}

const truth = 0.05;

/** Differences 1, 0 and -1 of two arms, whose true mean over all seeds and all problems is known by construction. */
function draw({ seeds, problems, bySeed, byProblem }: World, random: ReturnType<typeof createRandom>): number[][] {
  const shift = (size: number) => size * Math.sqrt(3) * (2 * random.next() - 1);
  const ofProblem = Array.from({ length: problems }, () => shift(byProblem));
  return Array.from({ length: seeds }, () => {
    const ofSeed = shift(bySeed);
    return ofProblem.map((own) => {
      const mean = truth + ofSeed + own;
      const at = random.next();
      // Of ten problems about three change.
      const changed = Math.max(0.3, Math.abs(mean));
      return at < (changed + mean) / 2 ? 1 : at < changed ? -1 : 0;
    });
  });
}

/** Of 300 experiments, the share that holds the truth; its standard error at 95 % is 1.3 points. */
function measureCoverage(world: World): { crossed: number; seeds: number; resampled: number } {
  const random = createRandom(`coverage/${JSON.stringify(world)}`);
  const held = { crossed: 0, seeds: 0, resampled: 0 };
  const experiments = 300;
  for (let i = 0; i < experiments; i++) {
    const table = draw(world, random);
    const means = table.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
    const intervals = {
      crossed: computeCrossedInterval(table),
      seeds: computeMeanInterval(means),
      resampled: resampleCrossed(table, { seed: `${i}`, draws: 200 }),
    };
    for (const [name, interval] of Object.entries(intervals))
      if (interval !== null && interval.low <= truth && truth <= interval.high)
        held[name as keyof typeof held] += 1 / experiments;
  }
  return held;
}

test('of five seeds the crossed interval covers wherever the spread comes from; the other two each fail somewhere', () => {
  const size = { seeds: 5, problems: 150 };
  const seeds = measureCoverage({ ...size, bySeed: 0.25, byProblem: 0 });
  const problems = measureCoverage({ ...size, bySeed: 0, byProblem: 0.4 });
  const chance = measureCoverage({ ...size, bySeed: 0, byProblem: 0 });
  for (const { crossed } of [seeds, problems, chance]) expect(crossed).toBeGreaterThan(0.91);
  expect(problems.seeds).toBeLessThan(0.88);
  expect(seeds.resampled).toBeLessThan(0.91);
  expect(chance.resampled).toBeGreaterThan(0.99);
});
