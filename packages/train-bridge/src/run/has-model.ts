import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathExists } from '@scalequest/core';
import type { TrainConfig } from '../config/train-config.ts';
import { nameRunFiles } from './run-files.ts';

/** Weights as transformers writes them: one file, or numbered parts. */
const weightsPattern = /^model(?:-\d+-of-(\d+))?\.safetensors$/;

/** Whether the model that a training gave is there with all its files: somebody may have removed some of them. */
export async function hasModel(folder: string, { export: asked }: Pick<TrainConfig, 'export'>): Promise<boolean> {
  const { out, metrics } = nameRunFiles(folder);
  if (!(await pathExists(metrics))) return false;
  if (asked !== undefined && !(await pathExists(join(out, 'model.gguf')))) return false;
  const found = (await readdir(out)).map((name) => weightsPattern.exec(name)).filter((match) => match !== null);
  return found.length > 0 && found.length >= Number(found[0]?.[1] ?? 1);
}
