import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathExists } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';
import { findRunFolder, lookAt } from './model-source.ts';
import { nameRunFiles } from './run-files.ts';

/** The rows of a user's own. */
export interface DataSource {
  readonly file: string;
  /** Of the training that they were made for. */
  readonly runFolder?: string | undefined;
}

/**
 * Finds the rows that `--data` names: a file, the run folder of a training (the rows that it trained on), or a folder whose
 * `out/`, or else itself, holds one .jsonl file.
 *
 * @throws TrainBridgeError `DATA_MISSING`
 */
export async function findData(given: string): Promise<DataSource> {
  const path = resolve(given);
  const kind = await lookAt(path);
  if (kind === 'file') return { file: path };
  if (kind === undefined) throw refuseData(given, 'There is no such file or folder.');
  const runFolder = await findRunFolder(path);
  if (runFolder !== undefined) return { file: nameRunFiles(runFolder).data, runFolder };
  const folder = (await pathExists(join(path, 'out'))) ? join(path, 'out') : path;
  const files = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
  if (files.length === 1) return { file: join(folder, files[0] as string) };
  throw refuseData(
    given,
    files.length === 0
      ? `'${folder}' holds no .jsonl file.`
      : `'${folder}' holds several: ${files.slice(0, 8).join(', ')}.`,
  );
}

function refuseData(given: string, why: string): TrainBridgeError {
  return new TrainBridgeError({
    code: 'DATA_MISSING',
    kind: 'request',
    what: `No rows were found at '${given}'.`,
    why,
    next: 'Give --data a JSON Lines file.',
    fields: { given },
  });
}
