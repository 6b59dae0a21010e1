import { basename } from 'node:path';
import { type Environment, hashFile, sha256Hex } from '@scalequest/core';
import type { Prices } from '@scalequest/eval';
import type { FollowedEndpoints, LlamaClient, ModelCall, ModelClient } from '@scalequest/models';
import { CliError } from '../errors.ts';
import type { ChosenCalls } from './call-options.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { followEndpoints } from './follow-endpoints.ts';

export interface ModelOptions {
  readonly model?: string;
  readonly baseUrl?: readonly string[];
  /** A file of endpoints, instead of base URLs. */
  readonly endpoints?: string;
  readonly concurrency?: number;
  readonly timeoutSeconds?: number;
  readonly threads?: number;
}

/** What the flags, the environment and the configuration file, in this order, say of the model. */
export type ChosenModel =
  | {
      readonly kind: 'server';
      readonly name: string;
      /** None where a file lists them. */
      readonly baseUrls: readonly string[];
      readonly endpointsFile?: string;
    }
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
  if (asked.length > 0 && options.endpoints !== undefined) {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: '--base-url and --endpoints both say whom to ask.',
      next: 'Leave one of them out: a file that does not change does what --base-url does.',
    });
  }
  if (name?.startsWith(filePrefix) === true) {
    const idle = [
      ...(asked.length > 0 ? ['--base-url'] : []),
      ...(options.endpoints === undefined ? [] : ['--endpoints']),
      ...(options.timeoutSeconds === undefined ? [] : ['--timeout']),
    ];
    if (idle.length > 0) throw idleOptions(idle, 'a model in this process');
    return { kind: 'file', path: name.slice(filePrefix.length) };
  }
  if (name !== undefined) {
    if (options.threads !== undefined) throw idleOptions(['--threads'], 'a model on a server');
    return { kind: 'server', name, ...chooseServers(options, environment, file) };
  }
  if (asked.length > 0 || options.endpoints !== undefined) {
    throw new CliError({
      code: 'NO_MODEL',
      kind: 'request',
      what: `${asked.length > 0 ? 'A base URL is' : 'Endpoints are'} given, and no model.`,
      next: 'Name the model as the server calls it: --model NAME (`curl BASE_URL/models` lists them).',
    });
  }
  if (options.timeoutSeconds !== undefined) throw idleOptions(['--timeout'], 'a model in this process');
  return undefined;
}

/** Whom to ask: what the flags say, else the environment, else the configuration file. */
function chooseServers(
  { baseUrl = [], endpoints }: ModelOptions,
  environment: Environment,
  file: ConfigurationFile,
): Pick<ChosenModel & { kind: 'server' }, 'baseUrls' | 'endpointsFile'> {
  if (endpoints !== undefined) return { baseUrls: [], endpointsFile: endpoints };
  const named = [baseUrl, environment.baseUrls].find((urls) => urls.length > 0);
  if (named === undefined && file.endpoints !== undefined) return { baseUrls: [], endpointsFile: file.endpoints };
  const urls = named ?? file.baseUrls ?? [];
  return { baseUrls: urls.length > 0 ? urls : [defaultBaseUrl] };
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

/** How a model is asked. */
export interface OpenModelOptions extends Pick<ModelOptions, 'concurrency' | 'timeoutSeconds' | 'threads'> {
  /** How servers are asked. @defaultValue as they take it */
  readonly calls?: ChosenCalls;
  /** For the figures of the endpoints. @defaultValue not known */
  readonly prices?: Prices | undefined;
  /** Told of each request to a server. */
  readonly onCall?: ((call: ModelCall) => void) | undefined;
  /** Told of what is wrong with the file of endpoints. */
  readonly say: (text: string) => void;
}

export async function openModel(
  model: ChosenModel,
  options: OpenModelOptions,
  environment: Environment,
): Promise<OpenedModel> {
  if (model.kind === 'file') return await openModelFile({ path: model.path, name: basename(model.path) }, options);
  const followed =
    model.endpointsFile === undefined ? undefined : await followEndpoints(model.endpointsFile, options.say);
  try {
    const client = await createServerClient({ model, followed, options, environment });
    const close = async (): Promise<void> => {
      followed?.close();
      await client.close();
    };
    return { client: { ...client, close }, modelIdentity: { name: model.name } };
  } catch (error) {
    followed?.close();
    throw error;
  }
}

async function createServerClient({
  model,
  followed,
  options,
  environment,
}: {
  readonly model: ChosenModel & { readonly kind: 'server' };
  readonly followed: FollowedEndpoints | undefined;
  readonly options: OpenModelOptions;
  readonly environment: Environment;
}): Promise<ModelClient> {
  const { concurrency, timeoutSeconds, calls, prices, onCall } = options;
  const { createBudget, createOpenAiClient } = await import('@scalequest/models');
  return createOpenAiClient({
    model: model.name,
    ...(followed === undefined ? { baseUrls: model.baseUrls } : { endpoints: followed }),
    ...(calls?.limits === undefined ? {} : { budget: createBudget(calls.limits) }),
    ...(calls?.hedge === undefined ? {} : { hedge: calls.hedge }),
    ...(prices === undefined ? {} : { prices: { prompt: prices.priceIn, completion: prices.priceOut } }),
    ...(onCall === undefined ? {} : { onCall }),
    ...(environment.apiKey === undefined ? {} : { apiKey: environment.apiKey }),
    ...(concurrency === undefined ? {} : { maxConcurrency: concurrency }),
    ...(timeoutSeconds === undefined ? {} : { timeoutMs: timeoutSeconds * 1000 }),
  });
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
