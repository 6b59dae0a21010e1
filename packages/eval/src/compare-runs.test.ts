import { mkdirSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareRuns } from './compare-runs.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

/** @param byEpoch - one string an epoch, one letter a problem: c is correct, w wrong, a dot is not there */
function writeRun(name: string, byEpoch: readonly string[], changes: object = {}): string {
  const path = folder.join(name);
  const summary = {
    benchmark: 'math',
    model: name,
    protocol: 'p@1',
    protocolSha256: 'p',
    rowsSha256: 'rows',
    goldFixes: [],
    isComplete: true,
    ...changes,
  };
  const scores = byEpoch.flatMap((letters, epoch) =>
    [...letters].flatMap((letter, index) =>
      letter === '.' ? [] : [{ id: `problem ${index}`, epoch, outcome: letter === 'c' ? 'correct' : 'wrong' }],
    ),
  );
  mkdirSync(folder.join(name, 'scores'), { recursive: true });
  writeFileSync(folder.join(name, 'summary.json'), JSON.stringify(summary));
  writeFileSync(
    folder.join(name, 'scores', 'ours@2.jsonl'),
    scores.map((score) => `${JSON.stringify(score)}\n`).join(''),
  );
  return path;
}

test('two runs are compared sample by sample', async () => {
  const a = writeRun('a', ['ccccwwwwww']);
  const b = writeRun('b', ['ccwccccccc']);
  const comparison = await compareRuns({ a, b });
  expect(comparison).toMatchObject({ pairs: 10, unpaired: 0, gained: 6, lost: 1, notes: [] });
  expect(comparison.difference).toBeCloseTo(0.5, 12);
  // 2 * (1 + 7) / 2^7.
  expect(comparison.pValue).toBeCloseTo(0.125, 12);
  expect(comparison.flips).toHaveLength(7);
  expect(comparison.flips).toContainEqual({ id: 'problem 2', epoch: 0, a: 'correct', b: 'wrong' });
});

test('the interval of the difference lies around it and within -1 and 1', async () => {
  const { difference, interval } = await compareRuns({ a: writeRun('a', ['cwcw']), b: writeRun('b', ['cccw']) });
  expect(difference).toBe(0.25);
  expect(interval.low).toBeLessThan(0.25);
  expect(interval.high).toBeGreaterThan(0.25);
  expect(Math.max(-interval.low, interval.high)).toBeLessThanOrEqual(1);
});

test('other references are noted, and runs without a sample in common are not compared', async () => {
  const a = writeRun('a', ['cc..']);
  const fixed = await compareRuns({ a, b: writeRun('fixed', ['cw..'], { goldFixes: ['problem 1'] }) });
  expect(fixed.notes).toEqual(['The references differ: 0 gold fixes in A, 1 in B. Score both alike.']);
  const compare = compareRuns({ a, b: writeRun('b', ['..cc']) });
  await expect(compare).rejects.toMatchObject({ code: 'RUNS_NOT_COMPARABLE' });
});

test('samples that one run lacks are counted and left out', async () => {
  const comparison = await compareRuns({ a: writeRun('a', ['cc..']), b: writeRun('b', ['.wcc']) });
  expect(comparison).toMatchObject({ pairs: 1, unpaired: 3, gained: 0, lost: 1 });
});

test('with several epochs there is no exact test, as the pairs are not independent', async () => {
  const comparison = await compareRuns({ a: writeRun('a', ['cw', 'cw']), b: writeRun('b', ['cc', 'cw']) });
  expect(comparison).toMatchObject({ pairs: 4, gained: 1, lost: 0, pValue: null });
});

test('another protocol and an unfinished run are noted', async () => {
  const a = writeRun('a', ['c']);
  const b = writeRun('b', ['c'], { protocol: 'q@1', protocolSha256: 'q', isComplete: false });
  const { notes } = await compareRuns({ a, b });
  expect(notes).toEqual(['The protocols differ: p@1 and q@1.', `Run '${b}' is not finished.`]);
});

test('runs on other problems are not compared', async () => {
  const compare = compareRuns({ a: writeRun('a', ['c']), b: writeRun('b', ['c'], { rowsSha256: 'others' }) });
  await expect(compare).rejects.toMatchObject({ code: 'RUNS_NOT_COMPARABLE', kind: 'request' });
});

test('a folder without a run is named', async () => {
  const compare = compareRuns({ a: writeRun('a', ['c']), b: folder.join('nowhere') });
  await expect(compare).rejects.toMatchObject({ code: 'NOT_A_RUN', kind: 'request' });
});
