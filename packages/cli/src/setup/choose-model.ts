import { type Environment, sha256Hex } from '@scalequest/core';
import type { ModelClient } from '@scalequest/models';
import { CliError } from '../errors.ts';
import type { ConfigurationFile } from './configuration-file.ts';

export interface ModelOptions {
  readonly model?: string;
  readonly baseUrl?: readonly string[];
  readonly concurrency?: number;
  readonly timeoutSeconds?: number;
}

/** What the flags, the environment and the configuration file, in this order, say of the model. */
export interface ChosenModel {
  readonly name: string;
  readonly baseUrls: readonly string[];
}

const defaultBaseUrl = 'https://api.openai.com/v1';

/** The model that is named, or undefined: a key alone names none. */
export function chooseModel(
  options: ModelOptions,
  environment: Environment,
  file: ConfigurationFile,
): ChosenModel | undefined {
  const name = options.model ?? environment.model ?? file.model;
  const named = [options.baseUrl ?? [], environment.baseUrls, file.baseUrls ?? []].find((urls) => urls.length > 0);
  if (name !== undefined) return { name, baseUrls: named ?? [defaultBaseUrl] };
  if ((options.baseUrl ?? []).length === 0) return undefined;
  throw new CliError({
    code: 'NO_MODEL',
    kind: 'request',
    what: 'A base URL is given, and no model.',
    next: 'Name the model as the server calls it: --model NAME (`curl BASE_URL/models` lists them).',
  });
}

export async function openModel(
  { name, baseUrls }: ChosenModel,
  { concurrency, timeoutSeconds }: Pick<ModelOptions, 'concurrency' | 'timeoutSeconds'>,
  environment: Environment,
): Promise<ModelClient> {
  const { createOpenAiClient } = await import('@scalequest/models');
  return createOpenAiClient({
    model: name,
    baseUrls,
    ...(environment.apiKey === undefined ? {} : { apiKey: environment.apiKey }),
    ...(concurrency === undefined ? {} : { maxConcurrency: concurrency }),
    ...(timeoutSeconds === undefined ? {} : { timeoutMs: timeoutSeconds * 1000 }),
  });
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
