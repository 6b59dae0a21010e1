import { expect, test } from 'vitest';
import { deriveSeed, seedSpacing } from './seed.ts';

const input = { seed: 0, configuration: 'c', id: 'test/algebra/1.json', epoch: 0 };

test('the same request has the same seed in every process', () => {
  expect(deriveSeed(input)).toBe(deriveSeed({ ...input }));
});

test('a seed is the same in every version', () => {
  expect(deriveSeed(input)).toBe(68_325_399_981_056);
});

test('every part of the request changes the seed', () => {
  const seeds = [
    input,
    { ...input, seed: 1 },
    { ...input, configuration: 'd' },
    { ...input, id: 'test/algebra/2.json' },
    { ...input, epoch: 1 },
  ].map(deriveSeed);
  expect(new Set(seeds).size).toBe(seeds.length);
});

test('seeds are safe integers that leave room for the n samples of one request', () => {
  for (let epoch = 0; epoch < 1000; epoch++) {
    const seed = deriveSeed({ ...input, epoch });
    expect(Number.isSafeInteger(seed)).toBe(true);
    expect(seed).toBeGreaterThanOrEqual(0);
    expect(seed % seedSpacing).toBe(0);
  }
});

test('a hundred thousand bare-prefix requests that differ only in their number get distinct seeds', () => {
  const seeds = new Set<number>();
  for (let epoch = 0; epoch < 100_000; epoch++) seeds.add(deriveSeed({ ...input, epoch }));
  // 43 random bits: the chance of one meeting in 10^5 is about 0.0006.
  expect(seeds.size).toBe(100_000);
});
