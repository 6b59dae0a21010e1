import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '@scalequest/core';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import type { LoopRecipe } from './loop-recipe.ts';
import { type LoopEvent, runLoop } from './run-loop.ts';
import type { Step, StepContext } from './step.ts';

interface MakeStep {
  readonly name: string;
  readonly after?: readonly string[];
  readonly work?: (context: StepContext) => Promise<void>;
}

/** How often each step has begun. */
const begun = new Map<string, number>();

/** Writes its name and what those before it wrote. */
function makeStep({ name, after = [], work = async () => undefined }: MakeStep): Step {
  return {
    ...{ name, kind: 'rows', version: 1, after, settings: { name } },
    run: async (context) => {
      begun.set(name, (begun.get(name) ?? 0) + 1);
      await work(context);
      const texts = after.map((one) => readFileSync(context.getFile(one, 'text'), 'utf8'));
      const text = `${name}(${texts.join(',')})`;
      writeFileSync(`${context.folder}/made.txt`, text);
      return { files: { text: 'made.txt' }, figures: { length: text.length } };
    },
  };
}

/** Two arms that rest on the same beginning, and a table of both. */
function makeRecipe(over: Partial<Record<string, MakeStep['work']>> = {}): LoopRecipe {
  const shape: readonly (readonly [string, readonly string[]])[] = [
    ['seeds', []],
    ['arm-a', ['seeds']],
    ['arm-b', ['seeds']],
    ['table', ['arm-a', 'arm-b']],
  ];
  const steps = shape.map(([name, after]) => {
    const work = over[name];
    return makeStep(work === undefined ? { name, after } : { name, after, work });
  });
  return { name: 'test', description: 'For a test.', steps };
}

const read = (path: string): string => readFileSync(path, 'utf8');

test('steps run behind those that they read, several at once where they may, and what they made is noted', async () => {
  using folder = makeTemporaryFolder();
  let atWork = 0;
  let most = 0;
  const meet = async (): Promise<void> => {
    most = Math.max(most, ++atWork);
    for (let turn = 0; atWork < 2 && turn < 200; turn++) await sleep(5);
    await sleep(1);
    atWork--;
  };
  const events: LoopEvent[] = [];
  const done = await runLoop({
    recipe: makeRecipe({ 'arm-a': meet, 'arm-b': meet }),
    ...{ folder: folder.path, parallel: 2, onEvent: (event) => events.push(event) },
  });
  expect(most).toBe(2);
  expect(read(folder.join('steps/table/made.txt'))).toBe('table(arm-a(seeds()),arm-b(seeds()))');
  expect(done.get('table')?.figures).toEqual({ length: 36 });
  const order = events.flatMap(({ kind, step }) => (kind === 'done' ? [step] : []));
  expect(order[0]).toBe('seeds');
  expect(order[3]).toBe('table');
  const manifest = JSON.parse(read(folder.join('manifest.json')));
  expect(manifest.steps.map(({ step }: { step: string }) => step)).toEqual(['seeds', 'arm-a', 'arm-b', 'table']);
});

test('a loop that fails or is stopped anywhere ends with the manifest of one that was not, and no step is done twice', async () => {
  using undisturbed = makeTemporaryFolder();
  await runLoop({ recipe: makeRecipe(), folder: undisturbed.path });
  for (let seed = 0; seed < 8; seed++) {
    using folder = makeTemporaryFolder();
    begun.clear();
    const random = createRandom(`loop/${seed}`);
    const ends = new Map<string, number>();
    for (let session = 0; ; session++) {
      const stop = new AbortController();
      const work = (name: string) => async (): Promise<void> => {
        ends.set(name, (ends.get(name) ?? 0) + 1);
        const draw = session > 6 ? 1 : random.next();
        if (draw < 0.3) throw new Error('The power is gone.');
        if (draw < 0.5) stop.abort(new Error('Enough.'));
      };
      const recipe = makeRecipe(
        Object.fromEntries(['seeds', 'arm-a', 'arm-b', 'table'].map((name) => [name, work(name)])),
      );
      const end = await runLoop({ recipe, folder: folder.path, parallel: 2, stop: stop.signal }).catch(
        (error: Error) => error.message,
      );
      if (typeof end !== 'string') break;
      expect(['The power is gone.', 'Enough.']).toContain(end);
    }
    expect(read(folder.join('manifest.json'))).toBe(read(undisturbed.join('manifest.json')));
    const lines = read(folder.join('steps.jsonl')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).step).sort()).toEqual(['arm-a', 'arm-b', 'seeds', 'table']);
  }
});

test('a loop that is aborted begins no other step', async () => {
  using folder = makeTemporaryFolder();
  const abort = new AbortController();
  begun.clear();
  const end = async (): Promise<void> => abort.abort(new Error('Now.'));
  const run = runLoop({ recipe: makeRecipe({ seeds: end }), folder: folder.path, abort: abort.signal });
  await expect(run).rejects.toThrow('Now.');
  expect([...begun.keys()]).toEqual(['seeds']);
});

test('a step that is made again as it was leaves those that rest on it as they are', async () => {
  using folder = makeTemporaryFolder();
  await runLoop({ recipe: makeRecipe(), folder: folder.path });
  const log = folder.join('steps.jsonl');
  writeFileSync(log, read(log).split('\n').slice(1).join('\n'));
  begun.clear();
  await runLoop({ recipe: makeRecipe(), folder: folder.path });
  expect([...begun]).toEqual([['seeds', 1]]);
});

test('a step that read what was made anew begins with an empty folder once, and what it had made is kept', async () => {
  using folder = makeTemporaryFolder();
  let seeds = 'old';
  let fails = false;
  const found: string[][] = [];
  const recipe = makeRecipe({
    'arm-a': async (context) => {
      found.push(readdirSync(context.folder));
      writeFileSync(`${context.folder}/half.txt`, seeds);
      if (fails) throw new Error('The power is gone.');
    },
  });
  const [first, ...others] = recipe.steps as [Step, ...Step[]];
  const run = async (context: StepContext) => {
    writeFileSync(`${context.folder}/made.txt`, seeds);
    return { files: { text: 'made.txt' } };
  };
  const changed = { ...recipe, steps: [{ ...first, run }, ...others] };
  const said: string[] = [];
  const onEvent = (event: LoopEvent): void => void (event.kind === 'said' && said.push(event.text));
  await runLoop({ recipe: changed, folder: folder.path });
  const log = folder.join('steps.jsonl');
  writeFileSync(log, read(log).split('\n').slice(1).join('\n'));
  seeds = 'new';
  fails = true;
  await expect(runLoop({ recipe: changed, folder: folder.path, onEvent })).rejects.toThrow('The power is gone.');
  fails = false;
  await runLoop({ recipe: changed, folder: folder.path, onEvent });
  expect(found).toEqual([[], [], ['half.txt']]);
  const kept = readdirSync(folder.join('steps')).filter((name) => name.startsWith('arm-a.'));
  expect(kept).toHaveLength(1);
  expect(read(folder.join('steps', kept[0] ?? '', 'made.txt'))).toBe('arm-a(old)');
  expect(read(folder.join('steps/table/made.txt'))).toBe('table(arm-a(new),arm-b(new))');
  // Each of the three that had read the seeds, and none twice.
  expect(said.map((text) => /steps\/([a-z-]+)\.before-[0-9a-f]{8}'/.exec(text)?.[1])).toEqual([
    'arm-a',
    'arm-b',
    'table',
  ]);
});

describe('what is refused', () => {
  test.each([
    ['seed', -1],
    ['seed', 1.5],
    ['seed', 2 ** 53],
    ['parallel', 0],
    ['parallel', Number.NaN],
  ])('the %s %d, before anything is written', async (option, value) => {
    using folder = makeTemporaryFolder();
    const run = runLoop({ recipe: makeRecipe(), folder: folder.join('loop'), [option]: value });
    await expect(run).rejects.toMatchObject({ code: 'INVALID_OPTION', kind: 'request', fields: { option, value } });
    expect(existsSync(folder.join('loop'))).toBe(false);
  });

  test('a figure that JSON does not hold, before its step is noted', async () => {
    using folder = makeTemporaryFolder();
    const step: Step = { ...makeStep({ name: 'share' }), run: async () => ({ files: {}, figures: { share: 0 / 0 } }) };
    const recipe = { name: 'test', description: '', steps: [step] };
    await expect(runLoop({ recipe, folder: folder.path })).rejects.toMatchObject({ code: 'NOT_CANONICAL' });
    expect(read(folder.join('steps.jsonl'))).toBe('');
  });

  test.each([
    ['no step', [], 'It has no step.'],
    ['a name that is no folder', [makeStep({ name: 'Arm A' })], "'Arm A' is no name of a step"],
    ['a name twice', [makeStep({ name: 'a' }), makeStep({ name: 'a' })], "Two steps are called 'a'."],
    ['a step before what it reads', [makeStep({ name: 'a', after: ['b'] }), makeStep({ name: 'b' })], "reads 'b'"],
  ])('%s', async (_, steps, said) => {
    using folder = makeTemporaryFolder();
    const run = runLoop({ recipe: { name: 'test', description: '', steps }, folder: folder.join('loop') });
    await expect(run).rejects.toMatchObject({ code: 'RECIPE_BROKEN', kind: 'request' });
    await expect(run).rejects.toThrow(said);
  });

  test('another recipe or seed in the same folder, each difference named', async () => {
    using folder = makeTemporaryFolder();
    await runLoop({ recipe: makeRecipe(), folder: folder.path });
    await expect(runLoop({ recipe: makeRecipe(), folder: folder.path, seed: 1 })).rejects.toThrow(
      'seed is 0, asked is 1',
    );
    const recipe = makeRecipe();
    const steps = recipe.steps.map((step) => (step.name === 'arm-a' ? { ...step, settings: { name: 'other' } } : step));
    await expect(runLoop({ recipe: { ...recipe, steps }, folder: folder.path })).rejects.toThrow(
      'steps.arm-a.settings.name is "arm-a", asked is "other"',
    );
    const newer = recipe.steps.map((step) => ({ ...step, version: 2, settings: { name: 'other' } }));
    await expect(runLoop({ recipe: { ...recipe, steps: newer }, folder: folder.path })).rejects.toThrow(
      /version is 1, asked is 2.*; and 3 more\.\n.* version of ScaleQuest/,
    );
  });

  test.each(['steps.jsonl', 'manifest.json'])('a folder that has a %s and no record of a loop', async (file) => {
    using folder = makeTemporaryFolder();
    writeFileSync(folder.join(file), 'mine');
    const run = runLoop({ recipe: makeRecipe(), folder: folder.path });
    await expect(run).rejects.toMatchObject({ code: 'RECIPE_UNREADABLE', kind: 'request', fields: { file } });
    expect(readdirSync(folder.path)).toEqual([file]);
  });

  test('a file that was changed behind its step, and what the error says mends it', async () => {
    using folder = makeTemporaryFolder();
    const fail = async (): Promise<void> => {
      throw new Error('Later.');
    };
    await expect(runLoop({ recipe: makeRecipe({ table: fail }), folder: folder.path })).rejects.toThrow('Later.');
    writeFileSync(folder.join('steps/arm-a/made.txt'), 'better numbers');
    await expect(runLoop({ recipe: makeRecipe(), folder: folder.path })).rejects.toMatchObject({
      code: 'FILE_CHANGED',
    });
    const log = folder.join('steps.jsonl');
    const kept = read(log)
      .split('\n')
      .filter((line) => !line.includes('"step":"arm-a"'));
    writeFileSync(log, kept.join('\n'));
    await runLoop({ recipe: makeRecipe(), folder: folder.path });
    expect(read(folder.join('steps/table/made.txt'))).toBe('table(arm-a(seeds()),arm-b(seeds()))');
  });

  test('a step that asks for what it did not name, or leaves what it did not make', async () => {
    using folder = makeTemporaryFolder();
    const asks = async ({ getFile }: StepContext): Promise<void> => void getFile('seeds', 'text');
    const steps = [makeStep({ name: 'seeds' }), makeStep({ name: 'late', work: asks })];
    await expect(
      runLoop({ recipe: { name: 'test', description: '', steps }, folder: folder.path }),
    ).rejects.toMatchObject({ code: 'STEP_BROKEN', fields: { step: 'late', other: 'seeds' } });
  });
});
