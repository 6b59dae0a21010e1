import { readFile } from 'node:fs/promises';
import { arch, cpus, hostname, platform, totalmem } from 'node:os';
import { asFileError, excerpt, getSystemErrorCode, writeFileAtomic } from '@scalequest/core';
import type { TrainSettings } from '../config/apply-settings.ts';
import type { TrainConfig } from '../config/train-config.ts';
import { TrainBridgeError } from '../errors.ts';
import type { LauncherChoice } from '../launchers/launcher-choice.ts';
import type { ModelSource } from './model-source.ts';
import { nameRunFiles } from './run-files.ts';

/** `provenance.json`: all that made the model, for its card and for whoever wants to make it again. */
export interface Provenance {
  readonly format: 1;
  readonly recipe: string;
  /** The command line that began the run. */
  readonly command: string;
  readonly seed: number;
  /** Where the rows came from: the recipe's own generators, or a file of the user's. */
  readonly data: TrainConfig['data'] & { readonly source: 'generated' | 'file'; readonly path?: string };
  /** What was set over the recipe. Earlier versions could set nothing. */
  readonly settings?: TrainSettings;
  /** What the training began with; undefined for a model from scratch. */
  readonly model?: ModelProvenance;
  /** The trainings that model and rows came from, each with its own: the whole lineage, also where their folders are gone. */
  readonly upstream?: readonly Upstream[];
  /** Attempts that failed and were begun again. */
  readonly retries?: readonly RetryRecord[];
  /** One for each start of the worker. */
  readonly sessions: readonly ProvenanceSession[];
  /** Of the configuration, as the worker computes it; null until it has run. */
  readonly configHash: string | null;
  readonly metrics: Readonly<Record<string, unknown>> | null;
}

export interface ModelProvenance extends ModelSource {
  /** As it was asked for. */
  readonly given: string;
  /** ISO 8601: a file that was changed later is hashed again before it is used. */
  readonly hashedAt: string;
}

/** A training that another one builds on. */
export interface Upstream {
  readonly role: 'model' | 'data';
  /** Where it lay. */
  readonly folder: string;
  readonly run: string;
  readonly recipe: string;
  readonly seed: number;
  readonly configHash: string | null;
  readonly dataSha256: string;
  readonly upstream: readonly Upstream[];
}

export interface RetryRecord {
  /** ISO 8601, in UTC. */
  readonly at: string;
  /** That failed. */
  readonly attempt: number;
  /** Of its error; `killed` where the system ended it without a word. */
  readonly class: string;
  /** Of the next one, where it was changed. */
  readonly microBatchSize?: number;
}

export interface ProvenanceSession {
  /** ISO 8601, in UTC. */
  readonly startedAt: string;
  /** Of ScaleQuest, Node and the platform, with the commit of a checkout. */
  readonly versions: Readonly<Record<string, string | null>>;
  /** Of an interpreter on a cluster nothing is known before it starts; then its first event and the metrics tell. */
  readonly python: { readonly version: string | null; readonly packages: Readonly<Record<string, string>> };
  /** Where the command ran, and the worker unless its launcher is on a cluster. */
  readonly host: Readonly<Record<string, string | number>>;
  /** Where and in how many processes it trained; earlier versions knew only this host and one. */
  readonly launcher?: LauncherChoice;
}

export function describeHost(): Readonly<Record<string, string | number>> {
  const processors = cpus();
  return {
    name: hostname(),
    platform: `${platform()}-${arch()}`,
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}

/** @throws TrainBridgeError `NOT_A_TRAINING` */
export async function readProvenance(folder: string): Promise<Provenance | undefined> {
  const { provenance } = nameRunFiles(folder);
  try {
    return JSON.parse(await readFile(provenance, 'utf8')) as Provenance;
  } catch (error) {
    if (getSystemErrorCode(error) === 'ENOENT') return undefined;
    if (!(error instanceof SyntaxError)) throw asFileError(error, { path: provenance, action: 'read' });
    throw new TrainBridgeError({
      code: 'NOT_A_TRAINING',
      kind: 'request',
      what: `'${provenance}' is not the provenance of a training.`,
      why: excerpt(error.message),
      next: 'Put the file back, or give another --out.',
      fields: { provenance },
      cause: error,
    });
  }
}

export async function writeProvenance(folder: string, provenance: Provenance): Promise<void> {
  await writeFileAtomic(nameRunFiles(folder).provenance, `${JSON.stringify(provenance, null, 2)}\n`);
}
