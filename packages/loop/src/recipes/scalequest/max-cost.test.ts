import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeMiniature, writeSeeds } from '../../__fixtures__/miniature.ts';
import { type ScriptedRoles, startScriptedRoles } from '../../__fixtures__/scripted-roles.ts';
import type { LoopConfig } from '../../config/loop-config.ts';
import type { LoopRecipe } from '../../engine/loop-recipe.ts';
import { runLoop } from '../../engine/run-loop.ts';
import { readLoopCost } from '../../models/spending.ts';
import { openLoop } from '../open-loop.ts';

const roleNames = ['rewriter', 'judge', 'responder', 'reward'];

let folder: TemporaryFolder;
let roles: ScriptedRoles;
beforeEach(async () => {
  folder = makeTemporaryFolder();
  roles = await startScriptedRoles(roleNames);
  writeFileSync(folder.join('seeds.jsonl'), writeSeeds(32));
});
afterEach(async () => {
  await roles[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

interface Priced {
  readonly maxCost?: number;
  readonly config?: LoopConfig;
}

/** The seeds with their answers, which no training stands before. A token of the responder costs 1. */
function makeAnswers({ maxCost, config = {} }: Priced): LoopRecipe {
  const free = { in: 0, out: 0 };
  const models = Object.fromEntries(
    Object.entries(roles.models).map(([role, model]) => [
      role,
      { ...model, concurrency: 1, prices: role === 'responder' ? { in: 1e6, out: 1e6 } : free },
    ]),
  );
  const small = makeMiniature({
    ...{ generators: ['qwen', 'deepseek'], models, seeds: folder.join('seeds.jsonl'), python: 'python3' },
  });
  const recipe = openLoop(
    'scalequest-math',
    { ...small, arms: ['seeds-only'], ...config },
    {
      ...{ cacheDir: folder.join('cache'), command: 'a test', versions: {}, getPython: () => Promise.reject() },
      ...(maxCost === undefined ? {} : { maxCost }),
    },
  );
  const wanted = ['seed-questions', 'qft-data', 'questions-seeds-only'];
  return { ...recipe, steps: recipe.steps.filter(({ name }) => wanted.includes(name)) };
}

const run = (recipe: LoopRecipe): ReturnType<typeof runLoop> => runLoop({ recipe, folder: folder.join('loop') });
const countRequests = (): number => roles.servers.responder?.getStatistics().requests ?? 0;
const readSpent = (): Promise<number> =>
  readLoopCost(folder.join('loop'), { responder: { prompt: 1e6, completion: 1e6 } });

describe('a bound of cost', () => {
  /** A request may cost 5 x 2,048 and its prompt, and costs about 150. */
  const most = 12_000;

  test('ends the loop before it is passed, holds for all its sessions, and goes on where there is more', async () => {
    await expect(run(makeAnswers({ maxCost: most }))).rejects.toMatchObject({ code: 'BUDGET_SPENT' });
    const asked = countRequests();
    expect(asked).toBeGreaterThan(1);
    const spent = await readSpent();
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThanOrEqual(most);
    // What it cost counts on in another session, which begins with what is left.
    await expect(run(makeAnswers({ maxCost: most }))).rejects.toMatchObject({ code: 'BUDGET_SPENT' });
    expect(countRequests()).toBe(asked);
    expect(await readSpent()).toBeLessThanOrEqual(most);
    const done = await run(makeAnswers({ maxCost: 1e9 }));
    expect(done.get('questions-seeds-only')?.figures).toMatchObject({ generators: [{ generator: 'seeds', rows: 32 }] });
    expect(await readSpent()).toBeGreaterThan(spent);
  });

  test('counts what was set aside, since it was paid for', async () => {
    await run(makeAnswers({}));
    const spent = await readSpent();
    expect(spent).toBeGreaterThan(0);
    const step = folder.join('loop/steps/questions-seeds-only');
    renameSync(step, `${step}.before-01234567`);
    expect(existsSync(step)).toBe(false);
    expect(await readSpent()).toBe(spent);
  });

  test('is read again by the same recipe where what was spent could not be read', async () => {
    const recipe = makeAnswers({ maxCost: 1e9 });
    const broken = folder.join('loop/steps/old/run');
    mkdirSync(broken, { recursive: true });
    writeFileSync(`${broken}/recipe.json`, 'no JSON');
    await expect(run(recipe)).rejects.toMatchObject({ code: 'RECIPE_UNREADABLE' });
    expect(countRequests()).toBe(0);
    rmSync(broken, { recursive: true });
    await run(recipe);
    expect(countRequests()).toBeGreaterThan(0);
  });

  test('needs the prices of every model behind servers; what is served here has none', () => {
    const { responder, ...others } = roles.models;
    const models = { ...others, responder: { model: 'responder', checkpoint: 'models/responder' } };
    const open = (config: LoopConfig, maxCost = 10): LoopRecipe => makeAnswers({ maxCost, config });
    expect(() => open({ models })).toThrow(
      expect.objectContaining({
        code: 'BAD_CONFIG',
        parts: expect.objectContaining({ what: expect.stringContaining("'rewriter', 'judge', 'reward'") }),
      }),
    );
    const priced = Object.entries(others).map(([role, model]) => [role, { ...model, prices: { in: 1, out: 2 } }]);
    const config = { models: { ...Object.fromEntries(priced), responder: models.responder } };
    expect(open(config).steps).toHaveLength(3);
    expect(() => open(config, 0)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});
