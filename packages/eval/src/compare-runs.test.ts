import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareModels } from './compare-models.ts';
import { compareRuns } from './compare-runs.ts';
import type { Unfairness } from './comparison/check-fairness.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

/** @param byEpoch - one string an epoch, one letter a problem: c, w, e, u and t for outcomes, a dot is not there */
function writeRun(name: string, byEpoch: readonly string[], changes: object = {}): string {
  const path = folder.join(name);
  const summary = {
    benchmark: 'math',
    model: name,
    protocol: 'p@1',
    protocolSha256: 'p',
    rowsSha256: 'rows',
    goldFixes: [],
    grader: 'ours@3',
    problems: [...(byEpoch[0] ?? '')].filter((letter) => letter !== '.').length,
    epochs: byEpoch.length,
    samples: byEpoch.join('').replaceAll('.', '').length,
    isComplete: true,
    ...changes,
  };
  mkdirSync(folder.join(name, 'scores'), { recursive: true });
  writeFileSync(folder.join(name, 'summary.json'), JSON.stringify(summary));
  writeScores(name, summary.grader, byEpoch);
  return path;
}

const outcomes: Readonly<Record<string, string>> = {
  c: 'correct',
  w: 'wrong',
  e: 'error',
  u: 'undecided',
  t: 'truncated',
};

function writeScores(name: string, grader: string, byEpoch: readonly string[]): void {
  const scores = byEpoch.flatMap((letters, epoch) =>
    [...letters].flatMap((letter, index) =>
      letter === '.' ? [] : [{ id: `problem ${index}`, epoch, outcome: outcomes[letter] }],
    ),
  );
  writeFileSync(
    folder.join(name, 'scores', `${grader}.jsonl`),
    scores.map((score) => `${JSON.stringify(score)}\n`).join(''),
  );
}

test('two runs are compared problem by problem', async () => {
  const a = writeRun('a', ['ccccwwwwww']);
  const b = writeRun('b', ['ccwccccccc']);
  const comparison = await compareRuns({ a, b });
  expect(comparison).toMatchObject({ benchmark: 'math', problems: 10, unpaired: 0, gained: 6, lost: 1, notes: [] });
  expect(comparison.difference).toBeCloseTo(0.5, 12);
  // 2 * (1 + 7) / 2^7.
  expect(comparison.test).toEqual({ name: 'mcnemar', pValue: expect.closeTo(0.125, 12), draws: 0 });
  expect(comparison.a).toMatchObject({ correct: 4, samples: 10, accuracy: 0.4, grader: 'ours@3' });
});

test('every flip is listed by id, with its direction and both outcomes', async () => {
  const { flips } = await compareRuns({ a: writeRun('a', ['cwcw']), b: writeRun('b', ['wccw']) });
  expect(flips).toEqual([
    { id: 'problem 0', direction: 'lost', a: { correct: 1 }, b: { wrong: 1 } },
    { id: 'problem 1', direction: 'gained', a: { wrong: 1 }, b: { correct: 1 } },
  ]);
});

test('the interval of the difference lies around it and within -1 and 1', async () => {
  const { difference, interval } = await compareRuns({ a: writeRun('a', ['cwcw']), b: writeRun('b', ['cccw']) });
  expect(difference).toBe(0.25);
  expect(interval.low).toBeLessThan(0.25);
  expect(interval.high).toBeGreaterThan(0.25);
  expect(Math.max(-interval.low, interval.high)).toBeLessThanOrEqual(1);
});

test('with several epochs the means of the problems are permuted, the greatest changes first', async () => {
  const a = writeRun('a', ['cwwcw', 'cwwww', 'cwwww', 'cwwww']);
  const b = writeRun('b', ['cccww', 'cccww', 'ccwww', 'ccwww']);
  const comparison = await compareRuns({ a, b });
  // Differences 0, 4, 2, -1, 0: of the eight ways to sign 4, 2 and 1 the sums 7, 5, -5 and -7 are as far from 0 as 5.
  expect(comparison.test).toEqual({ name: 'permutation', pValue: 0.5, draws: 0 });
  expect(comparison).toMatchObject({ gained: 2, lost: 1 });
  expect(comparison.difference).toBeCloseTo(5 / 20, 12);
  expect(comparison.flips.map(({ id }) => id)).toEqual(['problem 1', 'problem 2', 'problem 3']);
  expect(comparison.flips[1]).toMatchObject({ a: { wrong: 4 }, b: { correct: 2, wrong: 2 } });
});

test('runs of other epochs are compared by the means of their problems, and a note says so', async () => {
  const comparison = await compareRuns({ a: writeRun('a', ['cw']), b: writeRun('b', ['cc', 'cw']) });
  expect(comparison.difference).toBeCloseTo(1 / 4, 12);
  // One problem changed: whichever sign it has, it is as far from 0.
  expect(comparison.test).toEqual({ name: 'permutation', pValue: 1, draws: 0 });
  expect(comparison.notes).toEqual(['A has 1 and B 2 epochs: each problem counts by its mean.']);
});

test('problems that one run lacks are counted and left out', async () => {
  const comparison = await compareRuns({ a: writeRun('a', ['cc..']), b: writeRun('b', ['.wcc']) });
  expect(comparison).toMatchObject({ problems: 1, unpaired: 3, gained: 0, lost: 1 });
  expect(comparison.notes).toEqual(['Left out: 1 problem that only A has and 2 that only B has.']);
});

test('where a handful of problems changed, no gap would be seen', async () => {
  const { smallestGap } = await compareRuns({ a: writeRun('a', ['cccwww']), b: writeRun('b', ['cccwwc']) });
  expect(smallestGap).toBeNull();
});

test('epochs that the summary does not count are not compared', async () => {
  const a = writeRun('a', ['ccww', 'wwww', 'wwww', 'wwww'], { epochs: 1, samples: 4 });
  const comparison = await compareRuns({ a, b: writeRun('b', ['ccww']) });
  expect(comparison).toMatchObject({ a: { correct: 2, samples: 4 }, gained: 0, lost: 0, notes: [] });
  expect(comparison.test).toMatchObject({ name: 'mcnemar' });
});

test('scores of more problems than the summary counts are refused, as which it counts cannot be told', async () => {
  const a = writeRun('a', ['ccww'], { problems: 2, samples: 2 });
  const compare = compareRuns({ a, b: writeRun('b', ['ccww']), allow: ['unfinished'] });
  await expect(compare).rejects.toMatchObject({ code: 'RUNS_NOT_COMPARABLE', fields: { counted: 2, scored: 4 } });
  await expect(compare).rejects.toThrow(/counts 2 samples.*scores of 4/);
});

test('a grader that judged a part of the run is refused, and named where that is allowed', async () => {
  const runs = { a: writeRun('a', ['cwcwcw']), b: writeRun('b', ['cccccc']) };
  writeScores('a', 'dart@1', ['cw....']);
  writeScores('b', 'dart@1', ['cccccc']);
  const refused = compareRuns({ ...runs, grader: 'dart@1' });
  await expect(refused).rejects.toMatchObject({ fields: { differences: ['unfinished'] } });
  await expect(refused).rejects.toThrow(
    /Run A is judged in part by dart@1: 2 of its 6 samples.*score .*\/a --graders dart/s,
  );
  const { problems, notes } = await compareRuns({ ...runs, grader: 'dart@1', allow: ['unfinished'] });
  expect(problems).toBe(2);
  expect(notes[0]).toContain('Allowed by --allow-unfinished: run A is judged in part by dart@1: 2 of its 6 samples');
});

test('what another grader judged beyond the problems of the summary is not compared', async () => {
  const runs = { a: writeRun('a', ['cw..']), b: writeRun('b', ['cc..']) };
  writeScores('a', 'dart@1', ['wccc']);
  writeScores('b', 'dart@1', ['wwcc']);
  const comparison = await compareRuns({ ...runs, grader: 'dart@1' });
  expect(comparison).toMatchObject({ problems: 2, lost: 1, gained: 0 });
});

test('a protocol that is not known on either side is said, and refuses nothing', async () => {
  const unknown = { protocol: null, protocolSha256: null };
  const [known, one, two] = [writeRun('a', ['cw']), writeRun('b', ['cc'], unknown), writeRun('c', ['cc'], unknown)];
  expect((await compareRuns({ a: known, b: one })).notes).toEqual([
    'The protocol of B is not known: whether both were asked alike cannot be told.',
  ]);
  expect((await compareRuns({ a: one, b: two })).notes).toEqual([
    'The protocols of A and B are not known: whether both were asked alike cannot be told.',
  ]);
});

test('errors, and undecided or truncated samples in number, are said of each run with its bounds', async () => {
  const a = writeRun('a', ['ccccuuewww']);
  const b = writeRun('b', ['ccccctwwww']);
  const { notes } = await compareRuns({ a, b });
  expect(notes).toEqual([
    'A: 1 of 10 samples is an error, 2 are undecided; bounds [40.0, 70.0] %.',
    'B: 1 of 10 samples is truncated.',
  ]);
  const many = 'c'.repeat(97);
  const few = await compareRuns({ a: writeRun('few', [`${many}utt`]), b: writeRun('none', [`${many}www`]) });
  expect(few.notes).toEqual([]);
});

test('another name of the benchmark is said where the problems are the same', async () => {
  const comparison = await compareRuns({
    a: writeRun('a', ['cw']),
    b: writeRun('b', ['cc'], { benchmark: 'math-5shot' }),
  });
  expect(comparison.benchmark).toBe('math and math-5shot');
  expect(comparison.notes).toEqual(['A is a run of math, B of math-5shot; their problems are the same.']);
});

test('a run compared with itself is said, under whatever name', async () => {
  const a = writeRun('a', ['cw']);
  symlinkSync(a, folder.join('link'));
  for (const b of [a, `${a}/`, folder.join('link')]) {
    expect((await compareRuns({ a, b })).notes).toEqual(['A and B are the same folder.']);
  }
});

test.each<readonly [Unfairness, object, RegExp]>([
  ['other-problems', { rowsSha256: 'others' }, /the problems differ: A is of math \(rows\), B of math \(others\)/],
  ['other-references', { goldFixes: ['problem 1'] }, /the references differ: 0 gold fixes in A, 1 in B/],
  ['other-protocols', { protocol: 'q@1', protocolSha256: 'q' }, /the protocols differ: A has p@1 \(p\), B q@1 \(q\)/],
  ['other-graders', { grader: 'dart@1' }, /the graders differ: A is judged by ours@3, B by dart@1/],
  ['unfinished', { isComplete: false }, /run B is not finished/],
])('a difference is refused, %s, and named in the output where it is allowed', async (unfairness, changes, text) => {
  const runs = { a: writeRun('a', ['cw']), b: writeRun('b', ['cc'], changes) };
  const refused = compareRuns(runs);
  await expect(refused).rejects.toMatchObject({
    code: 'RUNS_NOT_COMPARABLE',
    kind: 'request',
    fields: { differences: [unfairness] },
  });
  await expect(refused).rejects.toThrow(`--allow-${unfairness}`);
  const { notes } = await compareRuns({ ...runs, allow: [unfairness] });
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain(`Allowed by --allow-${unfairness}: `);
  expect(notes[0]).toMatch(text);
});

test('a run with fewer gold fixes than the other is refused as well as one with more', async () => {
  const a = writeRun('a', ['cw'], { goldFixes: ['problem 0', 'problem 1'] });
  const b = writeRun('b', ['cc'], { goldFixes: ['problem 1'] });
  for (const runs of [
    { a, b },
    { a: b, b: a },
  ]) {
    await expect(compareRuns(runs)).rejects.toMatchObject({ fields: { differences: ['other-references'] } });
  }
  const same = writeRun('same', ['cw'], { goldFixes: ['problem 1', 'problem 0'] });
  expect((await compareRuns({ a, b: same })).notes).toEqual([]);
});

test('what one flag allows does not allow the rest', async () => {
  const b = writeRun('b', ['cc'], { protocolSha256: 'q', rowsSha256: 'others' });
  const compare = compareRuns({ a: writeRun('a', ['cw']), b, allow: ['other-protocols'] });
  await expect(compare).rejects.toMatchObject({ fields: { differences: ['other-problems'] } });
});

test('the scores of a named grader are compared, whatever the headlines are', async () => {
  const runs = { a: writeRun('a', ['cwcw']), b: writeRun('b', ['cwcw'], { grader: 'dart@1' }) };
  writeScores('a', 'source-label', ['wwww']);
  writeScores('b', 'source-label', ['cccw']);
  const comparison = await compareRuns({ ...runs, grader: 'source-label' });
  expect(comparison).toMatchObject({ grader: 'source-label', gained: 3, lost: 0, notes: [] });
});

test('a grader without scores is named, and none is read from elsewhere', async () => {
  const runs = { a: writeRun('a', ['c']), b: writeRun('b', ['c']) };
  for (const grader of ['dart@1', '../scores/ours@3']) {
    await expect(compareRuns({ ...runs, grader })).rejects.toMatchObject({ code: 'UNKNOWN_GRADER', kind: 'request' });
  }
});

test('runs without a problem in common are not compared', async () => {
  const compare = compareRuns({ a: writeRun('a', ['cc..']), b: writeRun('b', ['..cc']) });
  await expect(compare).rejects.toMatchObject({ code: 'RUNS_NOT_COMPARABLE' });
});

test('a folder without a run is named', async () => {
  const compare = compareRuns({ a: writeRun('a', ['c']), b: folder.join('nowhere') });
  await expect(compare).rejects.toMatchObject({ code: 'NOT_A_RUN', kind: 'request' });
});

test('two models are compared by benchmark, with Holm\u2019s correction over all of them', async () => {
  const gsm8k = { benchmark: 'gsm8k', rowsSha256: 'gsm8k' };
  const a = [
    writeRun('a1', ['wwwwwwwwcc']),
    writeRun('a2', ['wwwwwww'], gsm8k),
    writeRun('a3', ['c'], { benchmark: 'aime24' }),
  ];
  const b = [writeRun('b2', ['ccccccw'], gsm8k), writeRun('b1', ['ccccccccww'])];
  const { benchmarks, notes } = await compareModels({ a, b });
  expect(benchmarks.map(({ benchmark }) => benchmark)).toEqual(['gsm8k', 'math']);
  // 6 to 0 is 2 / 2^6; 8 to 2 is 2 * (1 + 10 + 45) / 2^10.
  expect(benchmarks.map(({ test: { pValue } }) => pValue)).toEqual([
    expect.closeTo(0.03125, 12),
    expect.closeTo(0.109375, 12),
  ]);
  expect(benchmarks.map(({ holmPValue }) => holmPValue)).toEqual([
    expect.closeTo(0.0625, 12),
    expect.closeTo(0.109375, 12),
  ]);
  expect(notes).toEqual([
    'Left out, as only A has a run of it: aime24.',
    'The runs of A name several models: a1, a2, a3.',
    'The runs of B name several models: b2, b1.',
  ]);
});

test('a folder of runs stands for the runs in it', async () => {
  writeRun('one/math', ['cw'], { model: 'm' });
  writeRun('one/gsm8k', ['cw'], { model: 'm', benchmark: 'gsm8k' });
  writeRun('two/math', ['cc'], { model: 'n' });
  mkdirSync(folder.join('two', 'empty'));
  const { benchmarks, notes } = await compareModels({ a: [folder.join('one')], b: [folder.join('two')] });
  expect(benchmarks).toMatchObject([{ benchmark: 'math', gained: 1 }]);
  expect(notes).toEqual(['Left out, as only A has a run of it: gsm8k.']);
});

test('two runs of one benchmark on one side, and sides without one in common, are refused', async () => {
  const [one, two] = [writeRun('one', ['c']), writeRun('two', ['c'])];
  const other = writeRun('other', ['c'], { benchmark: 'gsm8k' });
  await expect(compareModels({ a: [one, two], b: [one] })).rejects.toMatchObject({
    code: 'RUNS_NOT_COMPARABLE',
    fields: { benchmark: 'math', first: one, second: two },
  });
  await expect(compareModels({ a: [one], b: [other] })).rejects.toMatchObject({ code: 'RUNS_NOT_COMPARABLE' });
  rmSync(one, { recursive: true });
  await expect(compareModels({ a: [one], b: [two] })).rejects.toMatchObject({ code: 'NOT_A_RUN' });
});
