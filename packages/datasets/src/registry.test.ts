import { expect, test } from 'vitest';
import { getBenchmark, listBenchmarks } from './registry.ts';

test('an unknown name is an error with close names', () => {
  expect(() => getBenchmark('maths')).toThrow(
    expect.objectContaining({
      code: 'UNKNOWN_BENCHMARK',
      kind: 'request',
      message: expect.stringMatching(
        /^Benchmark 'maths' is not known\. Close names: math\b.*\. Run `scalequest data list` for all\.$/,
      ),
    }),
  );
});

test('a name that is close to none is an error without close names', () => {
  expect(() => getBenchmark('chess')).toThrow("Benchmark 'chess' is not known. Run `scalequest data list` for all.");
});

/** Of these no copy was at hand: a user brings the file. */
const unpinned = ['humaneval-plus', 'mbpp-sanitized', 'mbpp-plus-v0.2.0'];

test('every benchmark is pinned or has a count, and says where it comes from and under which licence', () => {
  const names = listBenchmarks().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const info of listBenchmarks()) {
    expect(info.name).toMatch(/^[a-z0-9]+(-[a-z0-9.]+)*$/);
    if (unpinned.includes(info.name)) expect(info.rowsSha256).toBeUndefined();
    else expect(info.rowsSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(info.count).toBeGreaterThan(0);
    expect(info.origins.length).toBeGreaterThan(0);
    expect(info.licence).not.toBe('');
  }
});

test('no origin on the hub claims that it was checked', () => {
  const hubOrigins = listBenchmarks().flatMap(({ origins }) => origins.filter(({ kind }) => kind === 'hub'));
  expect(hubOrigins.length).toBeGreaterThan(0);
  for (const origin of hubOrigins) expect(origin.checked).toBe(false);
});

test('the list can be printed as JSON without loss', () => {
  expect(JSON.parse(JSON.stringify(listBenchmarks()))).toEqual(listBenchmarks());
});
