import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { readOutcome } from '../__fixtures__/read-outcome.ts';
import { type CaseEnd, scriptedCases } from '../__fixtures__/scripted-cases.ts';
import { readScripted, startScriptedModels } from '../__fixtures__/scripted-models.ts';
import { checkRecipe } from '../engine/recipe.ts';
import { runRecipe } from '../engine/run-recipe.ts';
import { qwen2Prefix } from '../prompts/question-prefixes.ts';
import type { RecipeForm } from './recipe-options.ts';
import { scalequestCode } from './scalequest-code.ts';
import { scalequestLongcot } from './scalequest-longcot.ts';
import { scalequestMath } from './scalequest-math.ts';
import { scalequestSimple } from './scalequest-simple.ts';

test.each([
  ['scalequest-math', scalequestMath],
  ['scalequest-simple', scalequestSimple],
  ['scalequest-longcot', scalequestLongcot],
  ['scalequest-code', scalequestCode],
] as const)('every form of %s is whole, and another form or number of rows is another recipe', (name, make) => {
  const digests = (['fixed', 'faithful'] as const).map((form) => checkRecipe(make({ form })).digest);
  digests.push(checkRecipe(make({ accept: 10 })).digest, checkRecipe(make()).digest);
  expect(new Set(digests).size).toBe(3);
  expect(digests[3]).toBe(digests[0]);
  expect(make().name).toBe(name);
});

describe.each<RecipeForm>(['faithful', 'fixed'])('the form %s', (form) => {
  test.each([
    ['scalequest-simple', scalequestSimple],
    ['scalequest-longcot', scalequestLongcot],
  ] as const)('of %s ends each question as the script of its servers implies', async (_name, make) => {
    using folder = makeTemporaryFolder();
    await using scripted = await startScriptedModels({ prefixes: { qwen: qwen2Prefix } });
    const recipe = make({ form, accept: 'all', rows: 60, shardRows: 20 });
    await runRecipe({ recipe, folder: folder.path, models: scripted.models });
    const expected: Record<string, number> = {};
    let accepted = 0;
    for (const [name, count] of scripted.asked) {
      const end: CaseEnd = scriptedCases[name].ends[form];
      if ('position' in end) accepted += count;
      else expected[`${end.stage}: ${end.drop}`] = (expected[`${end.stage}: ${end.drop}`] ?? 0) + count;
    }
    const { rows, drops } = await readOutcome(folder.path);
    expect(drops).toEqual(expected);
    expect(rows.length).toBe(accepted);
    for (const { fields } of rows) {
      expect(fields.selected).toMatchObject(scriptedCases[readScripted(String(fields.question)).name].ends[form]);
    }
  });
});
