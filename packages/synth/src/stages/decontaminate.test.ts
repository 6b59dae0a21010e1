import { writeFileSync } from 'node:fs';
import { createRandom } from '@scalequest/core';
import { defineBenchmark, loadBenchmark } from '@scalequest/datasets';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { judgeFree } from '../__fixtures__/judge-questions.ts';
import { runRecipe } from '../engine/run-recipe.ts';
import type { FreeStage } from '../engine/stage.ts';
import { decontaminate, decontaminationBenchmarks } from './decontaminate.ts';
import { reportContamination } from './report-contamination.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;
const why = dataDir === undefined ? ' (skipped: SCALEQUEST_DATA_DIR names no data folder)' : '';

const tests = {
  long: 'A baker in the old harbour sells 24 loaves of rye bread each morning and half as many rolls. How many things does he sell in 9 days?',
  twelve: 'How many whole numbers from 1 to 50 have exactly two sevens?',
  nine: 'What is the biggest prime below the number 400?',
  short: 'Compute $\\sqrt{12 + 37}$ by hand.',
  formula: 'Solve $3x^2 - 5x + 2 = 0$.',
  tiny: 'Evaluate $5!$',
};

function defineTests(folder: string, name: string, problems: Readonly<Record<string, string>>) {
  const file = `${folder}/${name}.jsonl`;
  writeFileSync(
    file,
    Object.entries(problems)
      .map(([id, problem]) => `${JSON.stringify({ id, problem })}\n`)
      .join(''),
  );
  return defineBenchmark({
    ...{ name, title: name, split: 'test', licence: 'MIT', citation: '', origins: [], file },
    row: z.object({ id: z.string(), problem: z.string() }),
    parse: ({ id, problem }) => ({ id, problem, reference: '', meta: {} }),
  });
}

test('a test question is found whole, in other letters, in a longer text, and by a long stretch of it', async () => {
  using folder = makeTemporaryFolder();
  const stage = decontaminate({
    data: { cacheDir: folder.path },
    benchmarks: [defineTests(folder.path, 'own', tests)],
  });
  const rows: readonly (readonly [string, string | undefined, string?])[] = [
    ...Object.entries(tests).map(([id, question]) => [question, id, 'exact'] as const),
    ...Object.entries(tests).map(
      ([id, question]) => [`  ${question.toUpperCase()}  `.replaceAll(' ', '\n '), id, 'exact'] as const,
    ),
    [`Here is one: ${tests.long} Show your work.`, 'long', '13-gram'],
    ['The baker in the old harbour sells 24 loaves of rye bread each morning and sings.', 'long', '13-gram'],
    [`Answer. ${tests.twelve}`, 'twelve', '10-gram'],
    [`Hello! ${tests.nine} Think.`, 'nine', '8-gram'],
    [`A class must do this. ${tests.short} Who is done first?`, 'short', 'containment'],
    ['A baker sells bread in the old harbour.', undefined],
    [`${tests.tiny}, then add the result to 7 and halve it.`, undefined],
    ['Compute $\\sqrt{12 + 37} + 1$ by hand.', undefined],
    [tests.twelve.replace('50', '80'), undefined],
    ['', undefined],
  ];
  const decisions = await judgeFree(
    stage,
    rows.map(([question]) => question),
    folder.path,
  );
  rows.forEach(([question, id, by], at) => {
    const wanted = id === undefined ? { keep: {} } : { drop: 'contaminated', because: { benchmark: 'own', id, by } };
    expect(decisions[at], question).toEqual(wanted);
  });
});

test('with `renumbered` a test question with other numbers is found too', async () => {
  using folder = makeTemporaryFolder();
  const benchmarks = [defineTests(folder.path, 'own', tests)];
  const stage = decontaminate({ data: { cacheDir: folder.path }, benchmarks, renumbered: true });
  const questions = Object.values(tests).map((question) =>
    question.replaceAll(/\d+/g, (number) => `${Number(number) + 3}`),
  );
  const decisions = await judgeFree(stage, questions, folder.path);
  expect(decisions.map((decision) => ('drop' in decision ? decision.because?.by : 'kept'))).toEqual(
    questions.map(() => 'renumbered'),
  );
});

test('a benchmark that is not there is an error that says what to do, unless it is left out by name', async () => {
  using folder = makeTemporaryFolder();
  const data = { cacheDir: folder.path, allowDownload: false };
  const open = (without: readonly string[]) =>
    judgeFree(
      decontaminate({ data, benchmarks: ['gsm8k', 'math-embedded'], without }),
      ['What is 2 + 2?'],
      folder.path,
    );
  await expect(open([])).rejects.toMatchObject({
    code: 'DATA_NOT_FOUND',
    message: expect.stringMatching(/\(1\).*--data-dir.*\(2\).*data fetch gsm8k.*\(3\)/s),
  });
  expect(await open(['gsm8k'])).toHaveLength(1);
  expect(() => decontaminate({ data, without: ['gsm9k'] })).toThrow(/gsm9k.*gsm8k/s);
});

test('the report of a run names what was checked, what was not, and what was found where', async () => {
  using folder = makeTemporaryFolder();
  const own = defineTests(folder.path, 'own', tests);
  const twin = defineTests(folder.path, 'twin', { a: tests.long, b: 'Nobody asks this of anyone.' });
  const questions = [tests.long, 'How far is it to the sea?', tests.short, `${tests.long} Why?`];
  const ask: FreeStage<object, { question: string }> = {
    order: 'free',
    ...{ name: 'ask', version: 1, settings: {}, needs: [], gives: ['question'] },
    open: async () => ({
      judge: async ({ rows }) => rows.map(({ index }) => ({ keep: { question: questions[index] ?? '' } })),
    }),
  };
  const data = { cacheDir: folder.path };
  const stage = decontaminate({ data, benchmarks: [own, twin, 'math'], without: ['math'] });
  const recipe = {
    ...{ name: 'leaks', description: '', shardRows: 3, stages: [ask, stage] },
    generators: [{ name: 'list', accept: 'all', rows: questions.length }],
  } as const;
  await runRecipe({ recipe, folder: folder.join('run') });
  const report = await reportContamination(folder.join('run'));
  expect(report).toEqual({
    ...{ stage: 'decontaminate', renumbered: false, notChecked: ['math'] },
    benchmarks: [
      { benchmark: 'own', problemsFound: 2, rowsDropped: { '13-gram': 1, exact: 2 } },
      { benchmark: 'twin', problemsFound: 1, rowsDropped: { '13-gram': 1, exact: 1 } },
    ],
  });
  expect(await reportContamination(folder.join('run'), 'other')).toBeUndefined();
});

test.skipIf(dataDir === undefined)(
  `every question of every benchmark is found, re-cased and re-numbered too${why}`,
  async () => {
    using folder = makeTemporaryFolder();
    const data = { dataDir, cacheDir: folder.path };
    const random = createRandom('planted');
    const stage = decontaminate({ data, renumbered: true });
    const planted: string[] = [];
    for (const name of decontaminationBenchmarks) {
      const { problems } = await loadBenchmark(name, data);
      for (const { problem } of problems) {
        const change = random.integer({ min: 0, max: 2 });
        if (change === 0) planted.push(problem.replaceAll(/\s+/g, '  '));
        else if (change === 1) planted.push(problem.replaceAll(/(?<![\\a-z])[a-z]+/gi, (word) => word.toUpperCase()));
        else planted.push(problem.replaceAll(/(?<![\d.,\\])\d(?![\d.,])/g, (digit) => `${(Number(digit) % 9) + 1}`));
      }
    }
    const decisions = await judgeFree(stage, planted, folder.path);
    expect(planted.length).toBeGreaterThan(12_000);
    expect(planted.filter((_, at) => 'keep' in (decisions[at] ?? {}))).toEqual([]);
  },
);
