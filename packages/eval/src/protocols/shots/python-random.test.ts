import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createShotChooser } from './choose-shots.ts';
import { createPythonRandom } from './python-random.ts';

/** What CPython gave; packages/eval/scripts/record-python-random.py records it. */
const recorded = JSON.parse(
  readFileSync(new URL('../../__fixtures__/python-random.json', import.meta.url), 'utf8'),
) as {
  readonly python: string;
  readonly seeds: readonly {
    readonly seed: number;
    readonly bits: readonly number[];
    readonly oddBits: readonly number[];
    readonly below: readonly (readonly [number, number])[];
    readonly samples: readonly (readonly [number, number, readonly number[]])[];
  }[];
};

describe.each(recorded.seeds)(`seed $seed gives what Python ${recorded.python} gives`, (expected) => {
  test('as bits, also after the state was refilled', () => {
    const random = createPythonRandom(expected.seed);
    const first = [random.getRandomBits(32), random.getRandomBits(32), random.getRandomBits(32)];
    for (let skipped = 0; skipped < 699; skipped++) random.getRandomBits(32);
    expect([...first, random.getRandomBits(32)]).toEqual(expected.bits);
    expect([1, 5, 13, 31].map((count) => random.getRandomBits(count))).toEqual(expected.oddBits);
  });

  test('as whole numbers below a limit', () => {
    const random = createPythonRandom(expected.seed);
    expect(expected.below.map(([limit]) => [limit, random.drawBelow(limit)])).toEqual(expected.below);
  });

  test('as samples, one after the other', () => {
    const random = createPythonRandom(expected.seed);
    const drawn = expected.samples.map(([size, count]) => [size, count, random.sample(size, count)]);
    expect(drawn).toEqual(expected.samples);
  });
});

test('a sample larger than what it is drawn from is refused', () => {
  expect(() => createPythonRandom(1).sample(3, 4)).toThrow('a sample of 4 from 3');
});

test.each([-1, 1.5, Number.NaN, 2 ** 53])('%s is no seed', (seed) => {
  expect(() => createPythonRandom(seed)).toThrow(RangeError);
});

test('the shots of a problem are those of its position, in whatever order they are asked for', () => {
  const shots = { count: 5, choice: { kind: 'python-sample', seed: 1234 } } as const;
  const random = createPythonRandom(1234);
  const inOrder = Array.from({ length: 600 }, () => random.sample(7473, 5));
  const choose = createShotChooser(shots, 7473);
  for (const position of [599, 0, 300, 599]) expect(choose(position)).toEqual(inOrder[position]);
});
