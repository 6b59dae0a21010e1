import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  type CommitOperation,
  commitIter,
  createRepo,
  datasetInfo,
  HubApiError,
  type ListFileEntry,
  listFiles,
} from '@huggingface/hub';
import { asFileError, hashFile, type Secret } from '@scalequest/core';
import { SynthError } from '../errors.ts';
import { createUploadFetch } from './upload-fetch.ts';

export interface PushToHubOptions {
  /** A folder that `writeDataset` made. */
  readonly folder: string;
  /** `owner/name` of the dataset. */
  readonly repository: string;
  /** With the right to write. It is sent to the hub and is in no message. */
  readonly token: Secret;
  /** Of a new dataset. One that all can see is not changed unless this is `public`. @defaultValue 'private' */
  readonly visibility?: 'private' | 'public';
  /** Adds a commit to a dataset that holds files already, and takes Parquet files away that are not in the folder. @defaultValue false */
  readonly update?: boolean;
  /** @defaultValue `https://huggingface.co` */
  readonly hubUrl?: string;
  /** @defaultValue 'Data set made by ScaleQuest' */
  readonly title?: string;
  /** How often is it tried where the connection breaks or the hub is not well. @defaultValue 5 */
  readonly attempts?: number;
  /** Before the second attempt, in milliseconds; doubled before each later one. @defaultValue 1000 */
  readonly retryDelayMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PushProgress) => void;
}

export type PushProgress =
  | { readonly event: 'phase'; readonly phase: 'preuploading' | 'uploadingLargeFiles' | 'committing' }
  /** `share` from 0 to 1. */
  | { readonly event: 'file'; readonly path: string; readonly state: 'hashing' | 'uploading'; readonly share: number }
  /** It is tried again. */
  | { readonly event: 'retry'; readonly attempt: number; readonly why: string };

export interface PushToHubResult {
  readonly url: string;
  /** The one that was made; where the hub had all of it already, its last one. */
  readonly commit: string;
  /** Of the dataset. */
  readonly files: number;
  /** Files that the hub had not, and those that are no longer in the dataset. */
  readonly changed: number;
  /** Who can see it there, which its owner may have changed since it was made. */
  readonly visibility: 'private' | 'public';
}

/** What `writeDataset` writes. Nothing else of a folder leaves the machine. */
const pushed = /^(README\.md|train\.jsonl|(data|rejected)\/train-\d{5}-of-\d{5}\.parquet)$/;

/**
 * Pushes a dataset's folder to the Hugging Face hub, as one commit: whoever loads it meanwhile has the old one or the new one.
 *
 * Large files go to the hub's storage by their SHA-256 (Git LFS) before the commit. What is there is not sent again, also not
 * by a later call, so one that was cut goes on where it was, to the file. A dataset that is there as it is makes no commit.
 *
 * @throws SynthError `HUB_REFUSED`, `HUB_UNREACHABLE`, `INVALID_OPTION`, `DATASET_EMPTY`
 * @example
 * const { url } = await pushToHub({ folder: 'questions-1m', repository: 'me/questions-1m', token });
 */
export async function pushToHub(options: PushToHubOptions): Promise<PushToHubResult> {
  const { attempts = 5, retryDelayMs = 1000, signal, onProgress } = options;
  checkPush(options);
  const files = await listPushed(options.folder);
  for (let attempt = 1; ; attempt++) {
    try {
      return await pushOnce(options, files);
    } catch (error) {
      signal?.throwIfAborted();
      const failure = describeFailure(error, options);
      if (failure.code !== 'HUB_UNREACHABLE' || attempt >= attempts) throw failure;
      onProgress?.({ event: 'retry', attempt: attempt + 1, why: failure.parts.why ?? failure.parts.what });
      await sleep(retryDelayMs * 2 ** (attempt - 1), undefined, signal === undefined ? {} : { signal });
    }
  }
}

async function pushOnce(options: PushToHubOptions, files: readonly string[]): Promise<PushToHubResult> {
  const { folder, repository, token, visibility = 'private', update = false, onProgress, signal } = options;
  const { title = 'Data set made by ScaleQuest', hubUrl = 'https://huggingface.co' } = options;
  const repo = { type: 'dataset', name: repository } as const;
  const common = { repo, accessToken: token.reveal(), hubUrl };
  const there = await makeOrRead({ ...common, visibility });
  const changed = await listChanged(folder, { files, there: there.files });
  const stale = there.files.filter(
    ({ path }) => path.endsWith('.parquet') && pushed.test(path) && !files.includes(path),
  );
  const result = {
    ...{ url: `${hubUrl}/datasets/${repository}`, files: files.length, visibility: there.visibility },
    changed: changed.length + stale.length,
  };
  if (result.changed === 0) return { ...result, commit: there.commit };
  if (there.files.length > 0 && !update) throw nameTaken(options, there.files);
  if (there.visibility === 'public' && visibility === 'private') throw isPublic(options);
  const operations: CommitOperation[] = [
    ...changed.map((path) => ({ operation: 'addOrUpdate' as const, path, content: pathToFileURL(join(folder, path)) })),
    ...stale.map(({ path }) => ({ operation: 'delete' as const, path })),
  ];
  // Git LFS, which every hub speaks: Xet would send parts of files to a second service, whose protocol cannot be tried here.
  const given = {
    ...common,
    title,
    operations,
    useXet: false,
    fetch: createUploadFetch(signal),
  };
  const steps = commitIter(given);
  for (;;) {
    const step = await steps.next();
    if (step.done) {
      return { ...result, commit: step.value?.commit.oid ?? '' };
    }
    if (step.value.event === 'phase') onProgress?.(step.value);
    else if (step.value.state !== 'error') {
      const { path, state, progress } = step.value;
      onProgress?.({ event: 'file', path, state, share: progress });
    }
  }
}

type Common = Parameters<typeof createRepo>[0] & {
  readonly accessToken: string;
  readonly repo: { readonly name: string };
  readonly visibility: 'private' | 'public';
};

interface There {
  /** None where it is new: those that the hub writes do not count. */
  readonly files: readonly ListFileEntry[];
  readonly commit: string;
  readonly visibility: 'private' | 'public';
}

async function makeOrRead(common: Common): Promise<There> {
  const { repo, accessToken, visibility, hubUrl = 'https://huggingface.co' } = common;
  try {
    await createRepo(common);
    return { files: [], commit: '', visibility };
  } catch (error) {
    if (!(error instanceof HubApiError) || error.statusCode !== 409) throw error;
  }
  const info = await datasetInfo({ name: repo.name, accessToken, hubUrl, additionalFields: ['sha'] });
  const files: ListFileEntry[] = [];
  for await (const file of listFiles({ repo, accessToken, hubUrl, recursive: true, revision: info.sha }))
    if (file.type === 'file' && file.path !== '.gitattributes') files.push(file);
  return { files, commit: info.sha, visibility: info.private ? 'private' : 'public' };
}

/** Files that the hub has not, or has otherwise. */
async function listChanged(
  folder: string,
  { files, there }: { readonly files: readonly string[]; readonly there: readonly ListFileEntry[] },
): Promise<readonly string[]> {
  const known = new Map(there.map((file) => [file.path, file]));
  const changed: string[] = [];
  for (const name of files) {
    const file = known.get(name);
    if (file === undefined || !(await isSame(join(folder, name), file))) changed.push(name);
  }
  return changed;
}

/** The hub knows a large file by its SHA-256, and another one as git does. */
async function isSame(path: string, { size, oid, lfs }: ListFileEntry): Promise<boolean> {
  if ((await stat(path)).size !== (lfs?.size ?? size)) return false;
  if (lfs !== undefined) return (await hashFile(path)) === lfs.oid;
  return (
    createHash('sha1')
      .update(`blob ${size}\0`)
      .update(await readFile(path))
      .digest('hex') === oid
  );
}

async function listPushed(folder: string): Promise<readonly string[]> {
  let names: readonly string[];
  try {
    names = await readdir(folder, { recursive: true });
  } catch (error) {
    throw asFileError(error, { path: folder, action: 'read' });
  }
  const files = names.map((name) => name.replaceAll('\\', '/')).filter((name) => pushed.test(name));
  if (files.some((name) => name.startsWith('data/')) && files.includes('README.md')) return files.sort();
  throw new SynthError({
    code: 'DATASET_EMPTY',
    kind: 'request',
    what: `'${folder}' holds no dataset: there is no README.md, or nothing in data/.`,
    next: 'Write it first: `scalequest synth export`.',
    fields: { folder },
  });
}

/**
 * Refuses what no push can begin with, before anything is written or sent.
 *
 * @throws SynthError `INVALID_OPTION`
 */
export function checkPush({
  repository,
  token,
  attempts = 5,
  retryDelayMs = 1000,
}: Pick<PushToHubOptions, 'repository' | 'token' | 'attempts' | 'retryDelayMs'>): void {
  const wrong = (what: string, next: string): SynthError =>
    new SynthError({ code: 'INVALID_OPTION', kind: 'request', what, next });
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw wrong(`'${repository}' is no name of a dataset on the hub.`, 'Give it as owner/name.');
  if (!token.reveal().startsWith('hf_'))
    throw wrong(
      "The hub's token does not begin with 'hf_'.",
      'Make one with the right to write: huggingface.co/settings/tokens.',
    );
  if (!Number.isSafeInteger(attempts) || attempts < 1)
    throw wrong(`Option 'attempts' is ${attempts}.`, 'Give a whole number above 0.');
  if (!(retryDelayMs >= 0)) throw wrong(`Option 'retryDelayMs' is ${retryDelayMs}.`, 'Give milliseconds, or 0.');
}

/** Nothing of the request is in it: a server may repeat the token in its answer. */
function describeFailure(error: unknown, options: PushToHubOptions): SynthError {
  if (error instanceof SynthError) return error;
  const { token, repository, hubUrl = 'https://huggingface.co' } = options;
  const said = token.redact(error instanceof Error ? describeCause(error) : String(error)).slice(0, 300);
  if (!(error instanceof HubApiError) || isPassing(error.statusCode)) {
    return new SynthError({
      code: 'HUB_UNREACHABLE',
      what: `The dataset '${repository}' could not be pushed to ${hubUrl}.`,
      why: said,
      next: 'The same call goes on: files that arrived are not sent again.',
      fields: { repository, hubUrl, ...(error instanceof HubApiError ? { statusCode: error.statusCode } : {}) },
    });
  }
  const { statusCode } = error;
  return new SynthError({
    code: 'HUB_REFUSED',
    kind: 'request',
    what: `The hub refused the dataset '${repository}' (status ${statusCode}).`,
    why: said,
    next: adviseOn(statusCode, { said, repository }),
    fields: { repository, hubUrl, statusCode },
  });
}

function isPassing(statusCode: number): boolean {
  return statusCode >= 500 ? statusCode !== 507 : statusCode === 408 || statusCode === 429;
}

function adviseOn(
  statusCode: number,
  { said, repository }: { readonly said: string; readonly repository: string },
): string {
  const owner = repository.split('/')[0];
  if (statusCode === 413 || /too large|file size/i.test(said))
    return 'Nothing of it is visible there. Leave train.jsonl out, which is one file, or write smaller Parquet files.';
  if (/quota|storage|space/i.test(said) || statusCode === 402 || statusCode === 507)
    return `There is no room left for '${owner}'. Make room there or push to another account: huggingface.co/settings/billing.`;
  if (statusCode === 401)
    return 'The token is not known to the hub, or has ended. Make one with the right to write: huggingface.co/settings/tokens.';
  if (statusCode === 403) return `The token may not write to '${owner}'. Give it that right, or name another owner.`;
  if (statusCode === 404)
    return `'${repository}' is there, and the token may not read it. Give it that right, or take another name.`;
  return 'Nothing of it is visible there. See what the hub says.';
}

/** What `fetch` says is "fetch failed"; why, its causes say. */
function describeCause(error: Error): string {
  const parts = [error.message];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) parts.push(cause.message);
  return `${[...new Set(parts.filter((part) => part !== ''))].join(': ')}.`.replace(/\.\.$/, '.');
}

function nameTaken({ repository }: PushToHubOptions, there: readonly ListFileEntry[]): SynthError {
  const names = there.slice(0, 3).map(({ path }) => path);
  return new SynthError({
    code: 'HUB_REFUSED',
    kind: 'request',
    what: `The dataset '${repository}' is on the hub already, with other files (${there.length}: ${names.join(', ')}${there.length > 3 ? ', …' : ''}).`,
    next: 'Give another name, or allow it to be updated (--update).',
    fields: { repository, statusCode: 409 },
  });
}

function isPublic({ repository }: PushToHubOptions): SynthError {
  return new SynthError({
    code: 'HUB_REFUSED',
    kind: 'request',
    what: `The dataset '${repository}' is for all to see, and so would these rows be.`,
    next: 'Allow that (--public), or make it private in its settings on the hub.',
    fields: { repository },
  });
}
