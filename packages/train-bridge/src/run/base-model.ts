import { copyFile, mkdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { asFileError, hashFile } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { findModel, hashModel } from './model-source.ts';
import type { ModelProvenance } from './provenance.ts';

/** How the model that ScaleQuest ships is named where none was given. */
export const embeddedName = 'embedded';

export interface ChooseBaseInput {
  readonly recipe: Recipe;
  /** What the user gave. */
  readonly given: string | undefined;
  /** The file of the model that ScaleQuest ships. */
  readonly embedded: string | undefined;
}

/** What was asked for, in the words that a run folder remembers it by; undefined for a model from scratch. */
export function nameBase({ recipe, given }: ChooseBaseInput): string | undefined {
  if (given !== undefined) {
    if (recipe.model !== 'new') return resolve(given);
    throw new TrainBridgeError({
      code: 'BAD_SETTING',
      kind: 'request',
      what: `Recipe '${recipe.name}' trains a model from scratch, and '${given}' was given as its model.`,
      next: 'Leave --model out, or take a recipe that goes on from a model.',
      fields: { recipe: recipe.name, given },
    });
  }
  if (recipe.model === 'given') {
    throw new TrainBridgeError({
      code: 'MODEL_MISSING',
      kind: 'request',
      what: `Recipe '${recipe.name}' goes on from a model, and none is given.`,
      next: 'Give --model DIR: a folder with weights and tokenizer, or the run folder of a training.',
      fields: { recipe: recipe.name },
    });
  }
  return recipe.model === 'embedded' ? embeddedName : undefined;
}

/**
 * Finds and hashes the model. A GGUF file is small and is copied into the run folder; a folder stays where it is.
 *
 * @throws TrainBridgeError `MODEL_MISSING`, `BAD_MODEL`
 */
export async function takeBase(folder: string, input: ChooseBaseInput): Promise<ModelProvenance | undefined> {
  const given = nameBase(input);
  if (given === undefined) return undefined;
  const found =
    given === embeddedName && input.given === undefined
      ? ({ source: 'embedded', path: requireEmbedded(input) } as const)
      : await findModel(input.given as string);
  const files = await hashModel(found.path);
  return {
    given,
    ...found,
    path: await keepFile(folder, found.path, files.length),
    hashedAt: new Date().toISOString(),
    files,
  };
}

function requireEmbedded({ recipe, embedded }: ChooseBaseInput): string {
  if (embedded !== undefined) return embedded;
  throw new TrainBridgeError({
    code: 'MODEL_MISSING',
    kind: 'request',
    what: `Recipe '${recipe.name}' goes on from the embedded model, and where it lies was not said.`,
    next: 'Give the option embeddedModel, or a model.',
    fields: { recipe: recipe.name },
  });
}

/** The path by which the worker finds it: named from the run folder where it was copied there. */
async function keepFile(folder: string, path: string, fileCount: number): Promise<string> {
  if (fileCount !== 1 || !path.endsWith('.gguf')) return path;
  const kept = join('base', basename(path));
  const target = join(folder, kept);
  try {
    await mkdir(dirname(target), { recursive: true });
    await copyFile(path, `${target}.tmp`);
    await rename(`${target}.tmp`, target);
  } catch (error) {
    throw asFileError(error, { path: target, action: 'written' });
  }
  return kept;
}

/**
 * Looks whether the model is still what the training began with. Only files with another time than they had are hashed again:
 * an older one too, for a link or a folder may have been put in another's place.
 *
 * @throws TrainBridgeError `MODEL_CHANGED`
 */
export async function checkBase(folder: string, { path, files, hashedAt }: ModelProvenance): Promise<void> {
  const whole = resolve(folder, path);
  const at = whole.endsWith('.gguf') ? dirname(whole) : whole;
  for (const { name, bytes, sha256, modifiedMs } of files) {
    const file = join(at, name);
    const seen = await stat(file).catch(() => undefined);
    if (seen === undefined) throw refuse(file, 'It is gone.');
    if (seen.size !== bytes) throw refuse(file, `It has ${seen.size} bytes, and ${bytes} were recorded.`);
    if (modifiedMs === undefined ? seen.mtimeMs <= Date.parse(hashedAt) : seen.mtimeMs === modifiedMs) continue;
    const now = await hashFile(file);
    if (now !== sha256)
      throw refuse(file, `Its SHA-256 is ${now.slice(0, 12)}…, and ${sha256.slice(0, 12)}… was recorded.`);
  }
}

function refuse(file: string, why: string): TrainBridgeError {
  return new TrainBridgeError({
    code: 'MODEL_CHANGED',
    kind: 'request',
    what: `The model that the training began with is not what it was: '${file}'.`,
    why,
    next: 'Put it back, or give another --out.',
    fields: { file },
  });
}
