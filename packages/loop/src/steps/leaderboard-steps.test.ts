import { readFileSync, writeFileSync } from 'node:fs';
import { makeLeaderboard } from '@scalequest/eval';
import { getEmbeddedModelPath } from '@scalequest/models';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { makeLoop, modelStep } from '../__fixtures__/make-loops.ts';
import { runLoop } from '../engine/run-loop.ts';
import type { Step } from '../engine/step.ts';
import { evaluateStep } from './evaluate-step.ts';
import { boardStep, rowStep } from './leaderboard-steps.ts';

const benchmark = 'math-embedded';

const evaluation = (limit?: number): readonly Step[] => [
  modelStep({ name: 'student', path: getEmbeddedModelPath() }),
  evaluateStep({
    ...{ name: 'evaluate', benchmark, model: 'student', nameModel: (seed: number) => `student-of-seed-${seed}` },
    ...(limit === undefined ? {} : { limit }),
  }),
  rowStep({ name: 'row', benchmark, evaluation: 'evaluate' }),
  boardStep({ name: 'board', rows: ['row'] }),
];

test('an evaluation becomes a row, under its own name, of a board that holds', { timeout: 120_000 }, async () => {
  using folder = makeTemporaryFolder();
  const steps = await runLoop({ recipe: makeLoop(...evaluation()), folder: folder.path, seed: 3 });
  const dir = folder.join('steps/board');
  const { board } = await makeLeaderboard({ dir, check: true });
  const [row] = board.tables.flatMap(({ measured }) => measured);
  const letters = String(steps.get('evaluate')?.figures.letters);
  const correct = [...letters].filter((letter) => letter === 'c').length;
  expect(row).toMatchObject({ model: 'student-of-seed-3', correct });
  expect(steps.get('row')?.figures).toMatchObject({ correct });

  const file = folder.join('steps/board/LEADERBOARD.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"correct": \d+/, '"correct": 1'));
  expect((await makeLeaderboard({ dir, check: true })).findings).not.toEqual([]);
});

test('a part of a benchmark is refused as a row', async () => {
  using folder = makeTemporaryFolder();
  await expect(runLoop({ recipe: makeLoop(...evaluation(5)), folder: folder.path })).rejects.toMatchObject({
    code: 'NOT_FOR_LEADERBOARD',
  });
});
