import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { asFileError, getSystemErrorCode, hashFile, pathExists } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';
import { nameRunFiles } from './run-files.ts';

/** The model that a training begins with, as its files are. */
export interface ModelSource {
  /** `embedded`: the one that ScaleQuest ships. `run`: what another training gave. */
  readonly source: 'embedded' | 'gguf' | 'folder' | 'run';
  /** A GGUF file, or a folder with weights and tokenizer. */
  readonly path: string;
  /** Of the training that gave it. */
  readonly runFolder?: string | undefined;
  readonly files: readonly ModelFile[];
}

export interface ModelFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** As the file system has it, in milliseconds; earlier versions did not keep it. */
  readonly modifiedMs?: number | undefined;
}

/** A tokenizer is any of these; `transformers` reads them all. */
const tokenizerFiles = ['tokenizer.json', 'tokenizer.model', 'vocab.json', 'spiece.model'];
/** What decides what a model computes and how it is asked. */
const identityPattern =
  /^(config\.json|generation_config\.json|chat_template\.jinja|tokenizer.*|vocab\.json|merges\.txt|spiece\.model|special_tokens_map\.json|added_tokens\.json|prefix\.json|.*\.safetensors|.*\.safetensors\.index\.json|pytorch_model.*\.bin|pytorch_model\.bin\.index\.json)$/;
const weightsPattern = /\.(safetensors|bin)$/;

/**
 * Finds the model that `--model` names: a folder as transformers writes it, a GGUF file, or a run folder, whose `out/` it is.
 *
 * @throws TrainBridgeError `MODEL_MISSING`, `BAD_MODEL`
 */
export async function findModel(given: string): Promise<Omit<ModelSource, 'files'>> {
  const path = resolve(given);
  const kind = await lookAt(path);
  if (kind === undefined) {
    throw new TrainBridgeError({
      code: 'MODEL_MISSING',
      kind: 'request',
      what: `There is no model at '${given}'.`,
      ...(/^[\w.-]+\/[\w.-]+$/.test(given)
        ? { why: 'It is no path here; a worker has no network to fetch it by its name.' }
        : {}),
      next: 'Give --model a folder with weights and tokenizer, a .gguf file of ScaleQuest, or the run folder of a training.',
      fields: { given },
    });
  }
  if (kind === 'file') {
    if (extname(path) === '.gguf') return { source: 'gguf', path };
    throw refuseModel(given, 'it is a file, and not a .gguf file');
  }
  const runFolder = await findRunFolder(path);
  if (runFolder === undefined) {
    await checkFolder(path, given);
    return { source: 'folder', path };
  }
  const { out, metrics } = nameRunFiles(runFolder);
  if (!(await pathExists(metrics))) {
    throw new TrainBridgeError({
      code: 'BAD_MODEL',
      kind: 'request',
      what: `The training in '${given}' has given no model yet.`,
      why: `There is no ${join(out, 'metrics.json')}, which is written last.`,
      next: 'Run its train command to the end, or with --export-only for the model of its last checkpoint.',
      fields: { given },
    });
  }
  await checkFolder(out, given);
  return { source: 'run', path: out, runFolder };
}

/** Hashes what decides what the model computes. Gigabytes take seconds each. */
export async function hashModel(path: string): Promise<ModelFile[]> {
  const isFile = (await lookAt(path)) === 'file';
  const names = isFile ? [basename(path)] : (await readdir(path)).filter((name) => identityPattern.test(name)).sort();
  const folder = isFile ? dirname(path) : path;
  const files: ModelFile[] = [];
  for (const name of names) {
    const file = join(folder, name);
    try {
      // Looked at before: what is written while it is read is then seen as newer.
      const { size, mtimeMs } = await stat(file);
      files.push({ name, bytes: size, sha256: await hashFile(file), modifiedMs: mtimeMs });
    } catch (error) {
      throw asFileError(error, { path: file, action: 'read' });
    }
  }
  return files;
}

/** A run folder, or the `out/` of one. */
export async function findRunFolder(path: string): Promise<string | undefined> {
  for (const folder of basename(path) === 'out' ? [dirname(path), path] : [path]) {
    if (await pathExists(nameRunFiles(folder).config)) return folder;
  }
  return undefined;
}

export async function lookAt(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(getSystemErrorCode(error) ?? '')) return undefined;
    throw asFileError(error, { path, action: 'read' });
  }
}

async function checkFolder(path: string, given: string): Promise<void> {
  const names = new Set(await readdir(path));
  if (!names.has('config.json')) throw refuseModel(given, 'it has no config.json');
  if (!tokenizerFiles.some((name) => names.has(name)))
    throw refuseModel(given, `it has no tokenizer (${tokenizerFiles.slice(0, 2).join(' or ')})`);
  if (![...names].some((name) => weightsPattern.test(name)))
    throw refuseModel(given, 'it has no weights (*.safetensors)');
}

function refuseModel(given: string, why: string): TrainBridgeError {
  return new TrainBridgeError({
    code: 'BAD_MODEL',
    kind: 'request',
    what: `'${given}' is no model that can be trained.`,
    why: `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    next: 'Give a folder as `save_pretrained` of the model and of its tokenizer write it, a .gguf file of ScaleQuest, or the run folder of a training.',
    fields: { given },
  });
}
