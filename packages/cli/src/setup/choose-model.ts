import { basename } from 'node:path';
import { type Environment, hashFile, sha256Hex } from '@scalequest/core';
import type { LlamaClient, ModelClient } from '@scalequest/models';
import { CliError } from '../errors.ts';
import type { ConfigurationFile } from './configuration-file.ts';

export interface ModelOptions {
  readonly model?: string;
  readonly baseUrl?: readonly string[];
  readonly concurrency?: number;
  readonly timeoutSeconds?: number;
  readonly threads?: number;
}

/** What the flags, the environment and the configuration file, in this order, say of the model. */
export type ChosenModel =
  | { readonly kind: 'server'; readonly name: string; readonly baseUrls: readonly string[] }
  | { readonly kind: 'file'; readonly path: string };

/** A model that can be asked, and what names it in a run. */
export interface OpenedModel<T extends ModelClient = ModelClient> {
  readonly client: T;
  readonly modelIdentity: Readonly<Record<string, unknown>>;
}

const defaultBaseUrl = 'https://api.openai.com/v1';

/** llama.cpp writes no more replies at once. */
const mostSequences = 256;

/** What a model's name begins with that is a file for this process. */
const filePrefix = 'gguf:';

/** The model that is named, or undefined: a key alone names none. */
export function chooseModel(
  options: ModelOptions,
  environment: Environment,
  file: ConfigurationFile,
): ChosenModel | undefined {
  const name = options.model ?? environment.model ?? file.model;
  const asked = options.baseUrl ?? [];
  if (name?.startsWith(filePrefix) === true) {
    const idle = [
      ...(asked.length > 0 ? ['--base-url'] : []),
      ...(options.timeoutSeconds === undefined ? [] : ['--timeout']),
    ];
    if (idle.length > 0) throw idleOptions(idle, 'a model in this process');
    return { kind: 'file', path: name.slice(filePrefix.length) };
  }
  const named = [asked, environment.baseUrls, file.baseUrls ?? []].find((urls) => urls.length > 0);
  if (name !== undefined) {
    if (options.threads !== undefined) throw idleOptions(['--threads'], 'a model on a server');
    return { kind: 'server', name, baseUrls: named ?? [defaultBaseUrl] };
  }
  if (asked.length > 0) {
    throw new CliError({
      code: 'NO_MODEL',
      kind: 'request',
      what: 'A base URL is given, and no model.',
      next: 'Name the model as the server calls it: --model NAME (`curl BASE_URL/models` lists them).',
    });
  }
  if (options.timeoutSeconds !== undefined) throw idleOptions(['--timeout'], 'a model in this process');
  return undefined;
}

/** What names the model in a run, without opening it. */
export async function identifyModel(model: ChosenModel): Promise<OpenedModel['modelIdentity']> {
  if (model.kind === 'server') return { name: model.name };
  return { name: basename(model.path), sha256: await hashFile(model.path) };
}

/** The same of the model that ships with the project. */
export async function identifyEmbeddedModel(): Promise<OpenedModel['modelIdentity']> {
  const { embeddedModelName, getEmbeddedModelPath } = await import('@scalequest/models');
  return { name: embeddedModelName, sha256: await hashFile(getEmbeddedModelPath()) };
}

/** How prices and results call the model: by default the one that ships with the project. */
export async function nameChosenModel(model: ChosenModel | undefined): Promise<string> {
  if (model === undefined) return (await import('@scalequest/models')).embeddedModelName;
  return model.kind === 'server' ? model.name : basename(model.path);
}

export async function openModel(
  model: ChosenModel,
  options: Pick<ModelOptions, 'concurrency' | 'timeoutSeconds' | 'threads'>,
  environment: Environment,
): Promise<OpenedModel> {
  if (model.kind === 'file') return await openModelFile({ path: model.path, name: basename(model.path) }, options);
  const { concurrency, timeoutSeconds } = options;
  const { createOpenAiClient } = await import('@scalequest/models');
  const client = createOpenAiClient({
    model: model.name,
    baseUrls: model.baseUrls,
    ...(environment.apiKey === undefined ? {} : { apiKey: environment.apiKey }),
    ...(concurrency === undefined ? {} : { maxConcurrency: concurrency }),
    ...(timeoutSeconds === undefined ? {} : { timeoutMs: timeoutSeconds * 1000 }),
  });
  return { client, modelIdentity: { name: model.name } };
}

/** The model that ships with the project. */
export async function openEmbeddedModel(
  options: Pick<ModelOptions, 'concurrency' | 'threads'>,
): Promise<OpenedModel<LlamaClient>> {
  const { embeddedModelName, getEmbeddedModelPath } = await import('@scalequest/models');
  return await openModelFile({ path: getEmbeddedModelPath(), name: embeddedModelName }, options);
}

/** A file is what it holds: its hash names it in a run, and it may lie elsewhere the next time. */
async function openModelFile(
  { path, name }: { readonly path: string; readonly name: string },
  { concurrency, threads }: Pick<ModelOptions, 'concurrency' | 'threads'>,
): Promise<OpenedModel<LlamaClient>> {
  const { createLlamaClient } = await import('@scalequest/models');
  const [client, sha256] = await Promise.all([
    createLlamaClient({
      path,
      model: name,
      ...(concurrency === undefined ? {} : { sequences: Math.min(concurrency, mostSequences) }),
      ...(threads === undefined ? {} : { threads }),
    }),
    hashFile(path),
  ]);
  return { client, modelIdentity: { name, sha256 } };
}

/** Names that Windows keeps for devices, whatever follows their first dot. */
const reservedName = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/;
const longestName = 60;

/**
 * A name for a folder on any system: the model's own where it can be one, with a hash where letters had to go, and
 * `model-` with a hash where too little of it is left or too much of it is there.
 */
export function slugify(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  const hash = sha256Hex(name).slice(0, 6);
  const isUsable = /[a-z]/.test(slug) && slug.length <= longestName && !reservedName.test(slug);
  if (!isUsable) return `model-${hash}`;
  return slug === name ? slug : `${slug}-${hash}`;
}

function idleOptions(idle: readonly string[], what: string): CliError {
  return new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `${idle.join(', ')} cannot act on ${what}.`,
    next: `Leave ${idle.length === 1 ? 'it' : 'them'} out.`,
    fields: { options: idle },
  });
}
