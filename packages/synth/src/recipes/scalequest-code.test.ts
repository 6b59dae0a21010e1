import { getSandboxStatus } from '@scalequest/sandbox';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { readOutcome } from '../__fixtures__/read-outcome.ts';
import { startScriptedModels } from '../__fixtures__/scripted-models.ts';
import { askedKinds as asked, programScripts as others } from '../__fixtures__/scripted-programs.ts';
import type { Fields } from '../engine/row.ts';
import { runRecipe } from '../engine/run-recipe.ts';
import { deepseekCoderPrefix, qwen2Prefix } from '../prompts/question-prefixes.ts';
import { scalequestCode } from './scalequest-code.ts';

const prefixes = { qwen: qwen2Prefix, deepseek: deepseekCoderPrefix };
const { chosen: backend } = await getSandboxStatus();

if (backend === undefined)
  process.stderr.write('The fixed form of scalequest-code is not tested: nothing here can hold a program.\n');

describe.skipIf(backend === undefined)('the fixed form (needs a sandbox)', () => {
  test('keeps the best of the programs that pass tests which a model wrote before', async () => {
    using folder = makeTemporaryFolder();
    asked.clear();
    await using scripted = await startScriptedModels({ prefixes, others });
    const recipe = scalequestCode({ accept: 'all', rows: 12, shardRows: 12 });
    await runRecipe({ recipe, folder: folder.path, models: scripted.models });
    const { rows, drops } = await readOutcome(folder.path);
    expect(drops).toEqual({
      'solvability: unsolvable': asked.get('unclear'),
      'tests: no-tests': asked.get('untested'),
      'run: no-program': asked.get('prose'),
      'run: failed-tests': asked.get('failing'),
    });
    expect(rows.length).toBe(asked.get('sound'));
    for (const { fields } of rows) {
      const runs = fields.runs as readonly Fields[];
      expect(runs.map(({ outcome }) => outcome === 'passed')).toEqual([true, false, true, false, false]);
      expect(fields.selected).toEqual({ by: 'reward', position: 2 });
      expect(fields).toMatchObject({ entryPoint: 'add', signature: 'def add(x):', answer: null });
    }
  });
});

test('the faithful form runs no program: the highest reward has it', async () => {
  using folder = makeTemporaryFolder();
  asked.clear();
  await using scripted = await startScriptedModels({ prefixes, others });
  const recipe = scalequestCode({ form: 'faithful', accept: 'all', rows: 12, shardRows: 12 });
  await runRecipe({ recipe, folder: folder.path, models: scripted.models });
  const { rows, drops } = await readOutcome(folder.path);
  // The judge's first word is enough for it.
  expect(drops).toEqual({});
  expect(rows.length).toBe(24);
  for (const { fields } of rows) {
    const hasProgram = !String(fields.question).startsWith('[prose]');
    expect(String(fields.response).includes('return x -'), String(fields.question)).toBe(hasProgram);
  }
  expect(scripted.servers.tester?.getStatistics().requests).toBe(0);
});
