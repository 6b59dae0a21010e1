import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathExists, writeFileAtomic } from '@scalequest/core';
import { diffIdentities } from '@scalequest/runs';
import { z } from 'zod';
import { LoopError } from '../errors.ts';
import { readJsonFile } from '../read-json-file.ts';
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

/** Differences that an error names; its fields have all. */
const mostNamed = 5;

export const loopFiles = { record: 'loop.json', steps: 'steps.jsonl', manifest: 'manifest.json' } as const;

/** Where a step works. */
export function nameStepFolder(folder: string, step: string): string {
  return join(folder, 'steps', step);
}

/** Where the runs of syntheses are, in the folders of their steps. */
export const synthRunFolder = 'run';

/** The loop whose step works in this folder. */
export function findLoopFolder(stepFolder: string): string {
  return dirname(dirname(stepFolder));
}

/** Where the steps of a loop have worked so far, those that were set aside too. */
export async function listStepFolders(folder: string): Promise<readonly string[]> {
  const steps = join(folder, 'steps');
  if (!(await pathExists(steps))) return [];
  const entries = await readdir(steps, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(steps, name));
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
    for (const file of [loopFiles.steps, loopFiles.manifest])
      if (await pathExists(join(folder, file))) throw noRecord(path, file);
    return false;
  }
  const before = await readLoopRecord(folder);
  const differences = diffIdentities({ there: before.identity, asked: describeLoop(wanted).identity });
  if (differences.length === 0) return true;
  const list = differences.map(
    ({ path: at, there, asked }) => `${at} is ${there ?? 'not there'}, asked is ${asked ?? 'none'}`,
  );
  const more = list.length - mostNamed;
  throw new LoopError({
    code: 'RECIPE_CHANGED',
    kind: 'request',
    what: `'${folder}' holds another loop.`,
    why: `${list.slice(0, mostNamed).join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
    next: 'Give another folder, or the recipe and the seed of that loop. One that another version of ScaleQuest began goes on with that version.',
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
  const parsed = recordSchema.safeParse(await readJsonFile(path, (_, cause) => unreadable(path, cause)));
  if (parsed.success) return parsed.data;
  throw unreadable(path, parsed.error);
}

function unreadable(path: string, cause: unknown): LoopError {
  return new LoopError({
    code: 'RECIPE_UNREADABLE',
    what: `'${path}' does not hold the record of a loop.`,
    next: 'Nothing was changed. Restore the file, or give another folder.',
    fields: { path },
    cause,
  });
}

/** What a loop writes is there already, of a loop whose record was lost or of something else: it would be written over. */
function noRecord(path: string, file: string): LoopError {
  return new LoopError({
    code: 'RECIPE_UNREADABLE',
    kind: 'request',
    what: `'${path}' is not there, and '${file}' is.`,
    why: 'Nobody can tell whether it is of the recipe that was asked for.',
    next: `Nothing was changed. Restore ${loopFiles.record}, or give another folder.`,
    fields: { path, file },
  });
}
