import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asFileError, pathExists, writeFileAtomic } from '@scalequest/core';
import { diffIdentities } from '@scalequest/runs';
import { z } from 'zod';
import { LoopError } from '../errors.ts';
import type { LoopRecipe } from './loop-recipe.ts';

/** What a folder says of its loop: `loop.json`. */
export interface LoopRecord {
  readonly loop: string;
  readonly description: string;
  readonly seed: number;
  /** What must be the same for the loop to go on. */
  readonly identity: Readonly<Record<string, unknown>>;
}

const recordSchema: z.ZodType<LoopRecord> = z.object({
  loop: z.string(),
  description: z.string(),
  seed: z.int().nonnegative(),
  identity: z.record(z.string(), z.unknown()),
});

export const loopFiles = { record: 'loop.json', steps: 'steps.jsonl', manifest: 'manifest.json' } as const;

/** Where a step works. */
export function nameStepFolder(folder: string, step: string): string {
  return join(folder, 'steps', step);
}

export interface AskedLoop {
  readonly recipe: LoopRecipe;
  readonly seed: number;
}

/**
 * Notes a recipe in a new folder, or sees that it is the one of the loop that is there.
 *
 * @throws LoopError `RECIPE_CHANGED`, `RECIPE_UNREADABLE`
 */
export async function keepRecipe(folder: string, asked: AskedLoop): Promise<void> {
  if (await hasLoop(folder, asked)) return;
  await writeFileAtomic(join(folder, loopFiles.record), `${JSON.stringify(describeLoop(asked), null, 2)}\n`);
}

/**
 * Whether a folder holds the loop that is asked for; not, where it holds none. Writes nothing.
 *
 * @throws LoopError `RECIPE_CHANGED`, `RECIPE_UNREADABLE`
 */
export async function hasLoop(folder: string, wanted: AskedLoop): Promise<boolean> {
  const path = join(folder, loopFiles.record);
  if (!(await pathExists(path))) {
    if (await pathExists(join(folder, loopFiles.steps))) throw lostRecord(path);
    return false;
  }
  const before = await readLoopRecord(folder);
  const differences = diffIdentities({ there: before.identity, asked: describeLoop(wanted).identity });
  if (differences.length === 0) return true;
  const list = differences.map(
    ({ path: at, there, asked }) => `${at} is ${there ?? 'not there'}, asked is ${asked ?? 'none'}`,
  );
  throw new LoopError({
    code: 'RECIPE_CHANGED',
    kind: 'request',
    what: `'${folder}' holds another loop.`,
    why: `${list.slice(0, 5).join('; ')}.`,
    next: 'Give another folder, or the recipe and the seed of that loop.',
    fields: { folder, differences },
  });
}

function describeLoop({ recipe: { name, description, steps }, seed }: AskedLoop): LoopRecord {
  return {
    ...{ loop: name, description, seed },
    identity: {
      ...{ loop: name, seed },
      steps: Object.fromEntries(
        steps.map((step) => [
          step.name,
          { kind: step.kind, version: step.version, after: step.after, settings: step.settings },
        ]),
      ),
    },
  };
}

/** @throws LoopError `RECIPE_UNREADABLE`; CoreError where there is none */
export async function readLoopRecord(folder: string): Promise<LoopRecord> {
  const path = join(folder, loopFiles.record);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new LoopError({
      code: 'RECIPE_UNREADABLE',
      what: `'${path}' does not hold the record of a loop.`,
      next: 'Nothing was changed. Restore the file, or give another folder.',
      fields: { path },
      cause: error,
    });
  }
}

function lostRecord(path: string): LoopError {
  return new LoopError({
    code: 'RECIPE_UNREADABLE',
    what: `'${path}' is gone, and the folder holds steps of a loop.`,
    why: 'Nobody can tell whether they are of the recipe that was asked for.',
    next: 'Nothing was changed. Restore the file, or give another folder.',
    fields: { path },
  });
}
