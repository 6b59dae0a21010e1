import { type Environment, sha256Hex } from '@scalequest/core';
import type { ModelClient } from '@scalequest/models';
import { CliError } from '../errors.ts';
import type { ConfigurationFile } from './configuration-file.ts';

export interface ModelOptions {
  readonly model?: string;
  readonly baseUrl?: readonly string[];
  readonly concurrency?: number;
  /** Seconds. */
  readonly timeout?: number;
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
  { concurrency, timeout }: Pick<ModelOptions, 'concurrency' | 'timeout'>,
  environment: Environment,
): Promise<ModelClient> {
  const { createOpenAiClient } = await import('@scalequest/models');
  return createOpenAiClient({
    model: name,
    baseUrls,
    ...(environment.apiKey === undefined ? {} : { apiKey: environment.apiKey }),
    ...(concurrency === undefined ? {} : { maxConcurrency: concurrency }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
  });
}

/** A name for a folder: the model's own where it can be one, with a hash where letters had to go. */
export function slugify(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  return slug === name ? slug : `${slug.slice(0, 60)}-${sha256Hex(name).slice(0, 6)}`;
}
