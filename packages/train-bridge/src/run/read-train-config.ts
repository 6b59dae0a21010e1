import { readFile } from 'node:fs/promises';
import { excerpt, pathExists, writeFileAtomic } from '@scalequest/core';
import { type TrainConfig, trainConfigSchema } from '../config/train-config.ts';
import { TrainBridgeError } from '../errors.ts';
import { nameRunFiles } from './run-files.ts';

/** The configuration of a run folder; undefined where it has none. */
export async function readTrainConfig(folder: string): Promise<TrainConfig | undefined> {
  const { config } = nameRunFiles(folder);
  if (!(await pathExists(config))) return undefined;
  try {
    return trainConfigSchema.parse(JSON.parse(await readFile(config, 'utf8')));
  } catch (error) {
    throw new TrainBridgeError({
      code: 'NOT_A_TRAINING',
      kind: 'request',
      what: `'${config}' is not the configuration of a training.`,
      why: excerpt(error instanceof Error ? error.message : String(error)),
      next: 'Give another --out.',
      fields: { config },
      cause: error,
    });
  }
}

export async function writeTrainConfig(folder: string, config: TrainConfig): Promise<void> {
  await writeFileAtomic(nameRunFiles(folder).config, `${JSON.stringify(config, null, 2)}\n`);
}
