import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathExists } from '@scalequest/core';
import { findModel } from '@scalequest/train-bridge';
import { z } from 'zod';
import type { StepNeed } from '../../engine/step.ts';
import { describeError, type Finding, ok } from './need-check.ts';

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Looks at whether a folder holds a whole model: configuration, tokenizer, and every file of weights that its index names. */
export async function checkModel({ path, source }: Extract<StepNeed, { kind: 'model' }>): Promise<Finding> {
  // `hf` goes on where an earlier download ended.
  const next =
    source === undefined
      ? 'Put its folder there (config.json, weights, tokenizer), or correct its path in the configuration.'
      : `hf download ${source} --local-dir ${path}`;
  let found: Awaited<ReturnType<typeof findModel>>;
  try {
    found = await findModel(path);
  } catch (error) {
    const { status, what, why } = describeError(error);
    // A path that is none has nothing to be said of it.
    const isThere = await pathExists(path);
    return { status, what, next, ...(isThere && why !== undefined ? { why } : {}) };
  }
  if (found.source === 'gguf') return ok(`'${path}' is a GGUF file.`);
  const lacking = await listMissingWeights(found.path);
  if (lacking.length === 0) return ok(`'${path}' has weights and tokenizer.`);
  return {
    status: 'missing',
    what: `The model in '${path}' is not whole.`,
    why: `Its index names ${lacking.length} files of weights that are not there, such as '${lacking[0]}'.`,
    next,
  };
}

async function listMissingWeights(folder: string): Promise<readonly string[]> {
  const index = join(folder, 'model.safetensors.index.json');
  if (!(await pathExists(index))) return [];
  let files: readonly string[];
  try {
    files = [...new Set(Object.values(indexSchema.parse(JSON.parse(await readFile(index, 'utf8'))).weight_map))];
  } catch {
    return [basename(index)];
  }
  const there = await Promise.all(files.map((file) => pathExists(join(folder, file))));
  return files.filter((_, place) => there[place] !== true).sort();
}
