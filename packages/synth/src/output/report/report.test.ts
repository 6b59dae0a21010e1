import { readFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runRecipe } from '../../engine/run-recipe.ts';
import { makeRun } from '../__fixtures__/make-run.ts';
import { classifyTopic } from './classify-topic.ts';
import { collectReport, type RunReport } from './collect-report.ts';
import { measureDiversity } from './measure-diversity.ts';
import { writeReport } from './report-page.ts';

let folder: TemporaryFolder;
let report: RunReport;
beforeAll(async () => {
  folder = makeTemporaryFolder();
  await makeRun(folder.join('run'), { run: runRecipe });
  report = await writeReport({ run: folder.join('run'), out: folder.join('report.html') });
});
afterAll(() => folder[Symbol.dispose]());

test.each([
  ['In how many ways can a committee of 3 be chosen from 8 people?', 'counting and probability'],
  ['A triangle has sides 3, 4 and 5. What is the radius of its inscribed circle?', 'geometry'],
  ['What is the remainder when $7^{100}$ is divided by 13?', 'number theory'],
  ['Evaluate the integral $\\int_0^1 x^2 \\, dx$.', 'calculus'],
  ['Solve for $x$: $3x + 4 = 19$.', 'equations and algebra'],
  ['Maria buys 4 pencils at 2 dollars each and pays with 20 dollars. How much is left?', 'word problems'],
  ['Find $\\sin 30^\\circ + \\cos 60^\\circ$.', 'trigonometry, vectors, complex numbers'],
  ['What is the sum of the first 20 terms of the sequence 2, 5, 8, ...?', 'sequences and series'],
  ['Name the capital of France.', 'other'],
])('the topic of "%s" is %s', (question, topic) => {
  expect(classifyTopic(question)).toBe(topic);
});

test('the nearest neighbour is the one that shares most letters, counted by hand', () => {
  // abcdef: {abcde, bcdef}; abcdeg: {abcde, bcdeg}: one of three is shared.
  const texts = ['abcdef', 'ABCDEG', 'vwxyz', 'vwxyz'].map((text, place) => ({ id: `q/${place}`, text }));
  const { histogram, median, closest } = measureDiversity(texts);
  expect(histogram).toEqual([0, 0, 0, 2, 0, 0, 0, 0, 0, 2]);
  expect(median).toBe(1);
  expect(closest[0]).toEqual({ ids: ['q/2', 'q/3'], texts: ['vwxyz', 'vwxyz'], similarity: 1 });
  expect(closest[1]?.similarity).toBeCloseTo(1 / 3);
  expect(closest).toHaveLength(2);
  expect(measureDiversity([{ id: 'a', text: 'alone' }]).histogram).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test('a report counts every row once, in each of its pictures', () => {
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  expect(sum(report.difficulty)).toBe(190);
  expect(sum(report.majority)).toBe(190);
  expect(report.majority[6]).toBe(190);
  expect(sum(report.topics.map(({ rows }) => rows))).toBe(190);
  expect(sum(report.diversity.histogram)).toBe(190);
  expect(report.topicField).toBeUndefined();
  expect(Object.fromEntries(report.drops.map(({ stage, reason, rows }) => [`${stage} ${reason}`, rows]))).toEqual(
    Object.fromEntries(
      report.summary.stages.flatMap(({ stage, dropped }) =>
        Object.entries(dropped).map(([reason, rows]) => [`${stage} ${reason}`, rows]),
      ),
    ),
  );
  expect(report.contamination).toEqual({ gsm8k: report.drops.find(({ reason }) => reason === 'contaminated')?.rows });
});

test('a sample is taken over the whole dataset, and examples are as many as are asked for', async () => {
  const small = await collectReport({ run: folder.join('run'), sampleQuestions: 50, examples: 1 });
  expect(small.diversity.questions).toBe(48);
  expect(small.drops.every(({ examples }) => examples.length === 1)).toBe(true);
});

test('no text of a run is markup on the page, and a contaminated question is not on it', () => {
  const page = readFileSync(folder.join('report.html'), 'utf8');
  expect(page).not.toMatch(/<script|<img|onerror="/);
  expect(page).toContain('&lt;b&gt;markup&lt;/b&gt;');
  const contaminated = report.drops.find(({ reason }) => reason === 'contaminated');
  expect(contaminated?.examples.length).toBeGreaterThan(0);
  expect(
    contaminated?.examples.every(({ question, because }) => question === undefined && because?.includes('gsm8k')),
  ).toBe(true);
});

test('a row that repeats a contaminated one is not on the page either', async () => {
  const all = await collectReport({ run: folder.join('run'), examples: 1000 });
  const contaminated = new Set(
    all.drops.filter(({ reason }) => reason === 'contaminated').flatMap(({ examples }) => examples.map(({ id }) => id)),
  );
  const repeats = all.drops
    .filter(({ reason }) => reason === 'exact-duplicate')
    .flatMap(({ examples }) => examples)
    .map(({ because = '{}', ...one }) => ({ ...one, of: (JSON.parse(because) as { readonly of?: string }).of }));
  expect(repeats.some(({ of = '' }) => contaminated.has(of))).toBe(true);
  // The others stand there beside the question that they repeat, which is the same here.
  for (const { question, repeated, of = '' } of repeats) {
    expect(repeated).toBe(question);
    expect(question === undefined).toBe(contaminated.has(of));
  }
});

test('the same run gives the same page', async () => {
  await writeReport({ run: folder.join('run'), out: folder.join('again.html') });
  expect(readFileSync(folder.join('again.html'))).toEqual(readFileSync(folder.join('report.html')));
});
