import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { makeMiniature, writeSeeds } from '../../__fixtures__/miniature.ts';
import { startScriptedRoles } from '../../__fixtures__/scripted-roles.ts';
import { openLoop } from '../open-loop.ts';

test('the control of the seeds answers and selects them as the whole does, in the words that the user gives', async () => {
  using folder = makeTemporaryFolder();
  await using roles = await startScriptedRoles(['rewriter', 'judge', 'responder', 'reward']);
  writeFileSync(folder.join('prompts.json'), JSON.stringify({ 'solve-math': '{{question}}\nOnly \\boxed{} counts.' }));
  const small = makeMiniature({ generators: ['qwen'], models: roles.models, seeds: 'seeds.jsonl', python: 'python3' });
  const access = { cacheDir: folder.join('cache'), command: 'a test', versions: {}, getPython: () => Promise.reject() };
  const config = { ...small, arms: ['seeds-only' as const], prompts: folder.join('prompts.json') };
  const { steps } = openLoop('scalequest-longcot', config, access);
  const step = steps.find(({ name }) => name === 'questions-seeds-only');
  mkdirSync(folder.join('step'));
  writeFileSync(folder.join('seeds.jsonl'), writeSeeds(32));
  const end = await step?.run({
    ...{
      folder: folder.join('step'),
      seed: 0,
      stop: new AbortController().signal,
      abort: new AbortController().signal,
    },
    ...{ getFile: () => folder.join('seeds.jsonl'), getFolder: () => '', getFigures: () => ({}) },
    ...{ tell: () => undefined, say: () => undefined },
  });
  const rows = readFileSync(folder.join('step/rows.jsonl'), 'utf8').split('\n').slice(0, -1);
  expect(rows.length).toBeGreaterThan(20);
  expect(end?.figures).toEqual({ generators: [{ generator: 'seeds', accepted: rows.length, rows: 32 }] });
  const asked = [...(roles.servers.responder?.askedTimes().keys() ?? [])];
  expect(asked.length).toBeGreaterThan(20);
  for (const text of asked) expect(text).toMatch(/\?\nOnly \\boxed\{\} counts\.$/);
  expect(step?.settings).toMatchObject({ prompts: 'given' });
  expect(readFileSync(folder.join('step/run/recipe.json'), 'utf8')).toMatch(/"origin": ?"given"/);
});
