import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { readOutcome } from '../__fixtures__/read-outcome.ts';
import { startScriptedModels } from '../__fixtures__/scripted-models.ts';
import { checkRecipe } from '../engine/recipe.ts';
import { runRecipe } from '../engine/run-recipe.ts';
import { qwen2Prefix } from '../prompts/question-prefixes.ts';
import { openRecipe, recipeNames } from './open-recipe.ts';

/** The package as it is built: a module outside of the repository finds it by its place alone. */
const built = pathToFileURL(createRequire(import.meta.url).resolve('@scalequest/synth')).href;

test('every recipe that ships can be opened by its name', async () => {
  expect(recipeNames).toEqual([
    ...['nano', 'scalequest-math', 'scalequest-simple', 'scalequest-longcot', 'scalequest-code'],
    ...['qft-data', 'qpo-pairs'],
  ]);
  for (const name of recipeNames) {
    const { recipe } = await openRecipe(name, { data: { cacheDir: '/nowhere' } });
    expect(checkRecipe(recipe).name).toBe(name);
  }
  await expect(openRecipe('qft-data')).rejects.toThrow('nobody said where they are kept');
  await expect(openRecipe('scalequest-maths')).rejects.toThrow('Close names: scalequest-math');
});

test('the recipe of docs/recipes.md runs as it stands there, with two servers', async () => {
  using folder = makeTemporaryFolder();
  const docs = readFileSync(new URL('../../../../docs/recipes.md', import.meta.url), 'utf8');
  const [, source = ''] = /```js\n([\s\S]*?)```/.exec(docs) ?? [];
  expect(source).toContain("from '@scalequest/synth'");
  const path = folder.join('two-servers.mjs');
  writeFileSync(path, source.replace('@scalequest/synth', built));
  await using scripted = await startScriptedModels({ prefixes: { asker: qwen2Prefix }, cases: ['sound', 'scattered'] });
  const { asker, solver } = scripted.models;
  if (asker === undefined || solver === undefined) throw new Error('The script has no such server.');
  const { recipe } = await openRecipe(path, { accept: 12 });
  const run = { ...recipe, shardRows: 32 };
  const results = await runRecipe({ recipe: run, folder: folder.join('run'), models: { asker, solver } });
  expect(results).toMatchObject([{ generator: 'asker', accepted: 12, isComplete: true }]);
  const { rows, drops } = await readOutcome(folder.join('run'));
  expect(drops).toEqual({ 'select: no-majority': scripted.asked.get('scattered') });
  for (const { fields } of rows) expect(fields.selected).toMatchObject({ by: 'majority', share: 0.5 });
});

// Named here alone: the test of layers reads what files import.
const missingPackage = '@scalequest/no-such-package';

test.each([
  ['export const other = 1;', 'It exports nothing that is called `recipe`.'],
  ['export const recipe = () => {};', 'no object with a `name` and a `description`'],
  ["export const recipe = { name: 'a', description: '', generators: {}, stages: [] };", 'Its `generators` are no list'],
  [
    "export const recipe = () => ({ name: 'a', description: '', generators: [{ name: 'b' }], stages: [] });",
    'Its `generators` are no list',
  ],
  [
    "export const recipe = { name: 'a', description: '', generators: [{ name: 'b', accept: 1 }] };",
    'It has no list of `stages`.',
  ],
  [
    "export const recipe = { name: 'a', description: '', generators: [{ name: 'b', accept: 1 }], stages: [() => {}] };",
    'What stands at place 0 of its stages is no stage',
  ],
  ['export const recipe = {', 'cannot be used'],
  [`import '${missingPackage}';`, 'Keep the file where `npm install @scalequest/synth` was done'],
])('the module %j is refused', async (source, said) => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('mine.mjs'), source);
  const opening = openRecipe(folder.join('mine.mjs'));
  await expect(opening).rejects.toMatchObject({ code: 'RECIPE_BROKEN', kind: 'request' });
  await expect(opening).rejects.toThrow(said);
});
