import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { asFileError, getSystemErrorCode, pathExists } from '@scalequest/core';
import { z } from 'zod';
import { TrainBridgeError } from '../errors.ts';

/** What can be served. */
export interface ServedCheckpoint {
  readonly kind: 'folder' | 'gguf';
  /** Absolute. */
  readonly path: string;
  /** How clients call it where no other name is given. */
  readonly name: string;
  /** `classify`: a reward model or a regressor, which scores texts and writes none. */
  readonly task: 'generate' | 'classify';
}

const configSchema = z.object({ architectures: z.array(z.string()).nullish() });

/**
 * Finds the checkpoint that a path means: a Hugging Face folder, the run folder of a training (its model in `out/` is meant), a
 * checkpoint inside one, or a GGUF file.
 *
 * @throws TrainBridgeError `NO_CHECKPOINT`
 */
export async function findCheckpoint(given: string): Promise<ServedCheckpoint> {
  const path = resolve(given);
  if (!(await isFolder(path, given))) return readFileCheckpoint(path, given);
  if (await pathExists(join(path, 'train.json'))) return await findTrainedModel(path, given);
  const name = await nameFolder(path, given);
  return { kind: 'folder', path, name, task: await readTask(path, given) };
}

async function isFolder(path: string, given: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const code = getSystemErrorCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw asFileError(error, { path: given, action: 'read' });
    throw noCheckpoint(given, `There is no checkpoint '${given}'.`, undefined, 'Check the path.');
  }
}

function readFileCheckpoint(path: string, given: string): ServedCheckpoint {
  if (path.endsWith('.gguf')) return { kind: 'gguf', path, name: basename(path, '.gguf'), task: 'generate' };
  throw noCheckpoint(
    given,
    `'${given}' is no checkpoint.`,
    'It is a file and no GGUF.',
    'Give the folder that holds config.json, or a .gguf file.',
  );
}

async function findTrainedModel(folder: string, given: string): Promise<ServedCheckpoint> {
  const path = join(folder, 'out');
  if (await pathExists(join(path, 'config.json'))) {
    return { kind: 'folder', path, name: basename(folder), task: await readTask(path, given) };
  }
  const newest = (await listCompleteCheckpoints(join(folder, 'checkpoints'))).at(-1);
  throw noCheckpoint(
    given,
    `The training in '${given}' has no model yet.`,
    'Its folder out/ is not there: it is written at the end.',
    newest === undefined
      ? `Run its \`scalequest train\` command to the end; \`scalequest train status ${given}\` shows how far it is.`
      : (await isSplit(join(folder, 'checkpoints', newest)))
        ? exportAdvice
        : `Run its \`scalequest train\` command to the end, or serve its newest checkpoint: ${join(given, 'checkpoints', newest)}`,
  );
}

async function listCompleteCheckpoints(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const complete: string[] = [];
  for (const name of names) if (await pathExists(join(folder, name, 'COMPLETE.json'))) complete.push(name);
  return complete.sort((a, b) => getStep(a) - getStep(b));
}

function getStep(name: string): number {
  return Number(/\d+$/.exec(name)?.[0] ?? -1);
}

const exportAdvice =
  'Run its `scalequest train` command to the end, or with --export-only, which makes the model of the newest checkpoint.';

/** Whether the weights are in parts, as `sharding: full` writes them. */
async function isSplit(checkpoint: string): Promise<boolean> {
  return await pathExists(join(checkpoint, 'shards'));
}

/** A folder by its own name, and a part of a training by the training's. */
async function nameFolder(path: string, given: string): Promise<string> {
  const own = basename(path);
  if (own === 'out' && (await pathExists(join(dirname(path), 'train.json')))) return basename(dirname(path));
  const run = dirname(dirname(path));
  if (!own.startsWith('checkpoint-') || !(await pathExists(join(run, 'train.json')))) return own;
  if (await isSplit(path)) {
    throw noCheckpoint(
      given,
      `The checkpoint '${given}' cannot be served.`,
      'Its weights are split into the parts of the processes that trained them.',
      exportAdvice,
    );
  }
  if (await pathExists(join(path, 'COMPLETE.json'))) return `${basename(run)}-${own}`;
  throw noCheckpoint(
    given,
    `The checkpoint '${given}' is not whole.`,
    'It holds no COMPLETE.json, which is written last.',
    'Take another checkpoint of the training.',
  );
}

async function readTask(path: string, given: string): Promise<ServedCheckpoint['task']> {
  const file = join(path, 'config.json');
  if (!(await pathExists(file))) {
    throw noCheckpoint(
      given,
      `'${given}' is no checkpoint.`,
      'It holds no config.json.',
      'Give the folder that `save_pretrained` wrote, the run folder of a training, or a .gguf file.',
    );
  }
  try {
    const { architectures } = configSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return architectures?.some((name) => name.endsWith('ForSequenceClassification')) === true ? 'classify' : 'generate';
  } catch (error) {
    if (getSystemErrorCode(error) !== undefined) throw asFileError(error, { path: file, action: 'read' });
    throw noCheckpoint(
      given,
      `'${file}' cannot be used.`,
      'It is not the configuration of a model, as JSON.',
      'Copy the checkpoint again.',
    );
  }
}

function noCheckpoint(path: string, what: string, why: string | undefined, next: string): TrainBridgeError {
  return new TrainBridgeError({
    code: 'NO_CHECKPOINT',
    kind: 'request',
    what,
    ...(why === undefined ? {} : { why }),
    next,
    fields: { path },
  });
}
