import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { checkNeeds } from '../plan/check-needs.ts';
import { formatPlan } from '../plan/format-plan.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { LoopRecipe } from './loop-recipe.ts';
import { readDoneSteps } from './read-done-steps.ts';
import { runLoop } from './run-loop.ts';
import type { Step } from './step.ts';

function makeStep(name: string, after: readonly string[], run: Step['run']): Step {
  const needs = [{ kind: 'file', path: `${name}.jsonl` }] as const;
  const work: Step['work'] = () => ({ commands: [`make ${name}`], diskBytes: 1e9, needs });
  return { ...{ name, kind: 'rows', version: 1, after, settings: {}, run, work } };
}

const write: Step['run'] = async ({ folder }) => {
  writeFileSync(join(folder, 'rows'), folder);
  return { files: { rows: 'rows' } };
};

/** Its last step fails. */
const recipe: LoopRecipe = {
  name: 'test',
  description: 'For a test.',
  steps: [
    makeStep('one', [], write),
    makeStep('two', ['one'], write),
    makeStep('three', ['two'], async () => {
      throw new Error('No room.');
    }),
  ],
};

test('a folder that holds nothing has no step, and is not made', async () => {
  using folder = makeTemporaryFolder();
  expect(await readDoneSteps(folder.join('x'), { recipe, seed: 0 })).toEqual(new Set());
  expect(existsSync(folder.join('x'))).toBe(false);
});

test('the plan of a loop that is half done is of the other half', async () => {
  using folder = makeTemporaryFolder();
  await expect(runLoop({ recipe, folder: folder.path })).rejects.toThrow('No room.');
  const done = await readDoneSteps(folder.path, { recipe, seed: 0 });
  expect(done).toEqual(new Set(['one', 'two']));
  const plan = makePlan({ recipe, gpu: 'h100', gpus: 1, done });
  expect(plan).toMatchObject({ done: ['one', 'two'], diskBytes: 1e9, steps: [{ step: 'three', after: ['two'] }] });
  const text = formatPlan(plan);
  expect(text).toContain('2 of 3 steps are done, and in no sum: one, two.');
  expect(text).not.toContain('make two');
  const checks = await checkNeeds({ recipe, plan, folder: folder.path, cacheDir: folder.join('cache') });
  expect(checks.map(({ name }) => name)).toEqual(['disk', 'file three.jsonl']);
  expect(formatPlan(makePlan({ recipe, gpu: 'h100', gpus: 1 }))).not.toContain('are done');
});

test('a step whose input was made anew is not done, and the loop of another seed is another loop', async () => {
  using folder = makeTemporaryFolder();
  await expect(runLoop({ recipe, folder: folder.path })).rejects.toThrow('No room.');
  await expect(readDoneSteps(folder.path, { recipe, seed: 1 })).rejects.toMatchObject({ code: 'RECIPE_CHANGED' });
  const log = folder.join('steps.jsonl');
  const [, second = ''] = readFileSync(log, 'utf8').split('\n');
  writeFileSync(log, `${second}\n`);
  expect(await readDoneSteps(folder.path, { recipe, seed: 0 })).toEqual(new Set());
});
