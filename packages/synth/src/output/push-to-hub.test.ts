import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createRandom, Secret } from '@scalequest/core';
import {
  type HubUploadFault,
  type HubUploadServer,
  makeTemporaryFolder,
  startHubUploadServer,
  type TemporaryFolder,
} from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PushProgress, type PushToHubOptions, pushToHub } from './push-to-hub.ts';

const token = new Secret('hf_veryvery-hidden');
let folder: TemporaryFolder;
let hub: HubUploadServer;
beforeEach(async () => {
  folder = makeTemporaryFolder();
  hub = await startHubUploadServer({ token: token.reveal(), namespaces: ['me'], partBytes: 50_000 });
  mkdirSync(folder.join('data'));
  mkdirSync(folder.join('rejected'));
  writeFileSync(folder.join('README.md'), '# A dataset');
  writeFileSync(folder.join('secrets.env'), 'must not leave');
  for (const [place, bytes] of [20_000, 130_000, 20_001].entries())
    writePart(`data/train-0000${place}-of-00003.parquet`, bytes);
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** Bytes that differ from file to file. */
function writePart(path: string, bytes: number): void {
  const random = createRandom(path);
  writeFileSync(
    folder.join(path),
    Buffer.from(Array.from({ length: bytes }, () => random.integer({ min: 0, max: 255 }))),
  );
}

const push = (changes: Partial<PushToHubOptions> = {}) =>
  pushToHub({
    ...{ folder: folder.path, repository: 'me/questions', token, hubUrl: hub.endpoint, retryDelayMs: 1 },
    ...changes,
  });

const names = ['README.md', ...[0, 1, 2].map((place) => `data/train-0000${place}-of-00003.parquet`)];

function expectAllThere(): void {
  const { files } = hub.find('me/questions') ?? {};
  expect([...(files?.keys() ?? [])].filter((path) => path !== '.gitattributes').sort()).toEqual(names);
  for (const name of names) expect(files?.get(name)?.equals(readFileSync(join(folder.path, name))), name).toBe(true);
}

const uploads = (): readonly string[] => hub.requests.filter(({ at }) => at === 'upload').map(({ path }) => path);

test('a folder becomes a private dataset in one commit, large files by LFS and in parts, and nothing else leaves the machine', async () => {
  const seen: PushProgress[] = [];
  const { url, commit, files } = await push({ onProgress: (progress) => seen.push(progress) });
  expect({ url, files }).toEqual({ url: `${hub.endpoint}/datasets/me/questions`, files: 4 });
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
  expectAllThere();
  expect(hub.find('me/questions')).toMatchObject({ visibility: 'private', commits: [{ paths: names }] });
  const kinds = hub.requests.map(({ at }) => at);
  expect(kinds.slice(0, 3)).toEqual(['create', 'preupload', 'batch']);
  // The parts of the large file may be whole before a small one has come.
  expect(kinds.slice(3, -1).sort()).toEqual(['complete', ...Array(5).fill('upload')]);
  expect(kinds.at(-1)).toBe('commit');
  expect(seen.filter(({ event }) => event === 'phase')).toHaveLength(3);
  expect(seen).toContainEqual({ event: 'file', path: names[2], state: 'uploading', share: 1 });
});

test('the token goes to the hub and not to its storage', async () => {
  await push();
  for (const { at, authorization } of hub.requests)
    expect({ at, authorization }).toEqual({
      at,
      authorization: at === 'upload' || at === 'complete' ? undefined : `Bearer ${token.reveal()}`,
    });
});

test('a cut connection is tried again, and files that arrived are not sent twice', async () => {
  hub.misbehave({ at: 'commit', answer: 'cut' }, { at: 'commit', answer: 503, body: 'Back soon' });
  const seen: PushProgress[] = [];
  await push({ onProgress: (progress) => seen.push(progress) });
  expectAllThere();
  // Two whole files, and one in three parts.
  expect(uploads()).toHaveLength(5);
  const retries = seen.filter((progress) => progress.event === 'retry');
  expect(retries).toEqual([
    { event: 'retry', attempt: 2, why: expect.any(String) },
    { event: 'retry', attempt: 3, why: expect.stringContaining('Back soon') },
  ]);
});

test('an upload that fails beside others ends the attempt and nothing else, and what failed is told', async () => {
  for (const [place, bytes] of [3000, 3001, 3002, 3003].entries())
    writePart(`rejected/train-0000${place}-of-00004.parquet`, bytes);
  const faults = Array.from(
    { length: 20 },
    (_, place) => ({ at: 'upload', answer: place % 2 === 0 ? 'cut' : 507 }) as const,
  );
  hub.misbehave(...faults);
  await expect(push({ attempts: 1 })).rejects.toMatchObject({ code: expect.stringMatching(/^HUB_/) });
  expect(hub.find('me/questions')?.commits).toEqual([]);
});

test('a file that the storage refuses is told with its size, and ends nothing but the push', async () => {
  await using small = await startHubUploadServer({ token: token.reveal(), namespaces: ['me'], largestBytes: 100_000 });
  const refused = push({ hubUrl: small.endpoint });
  await expect(refused).rejects.toMatchObject({ code: 'HUB_REFUSED', fields: { statusCode: 422 } });
  await expect(refused).rejects.toThrow('Of a file of 130,000 bytes: The file is too large.');
  expect(small.find('me/questions')?.commits).toEqual([]);
});

test('a push that is stopped ends with its reason, and goes on later', async () => {
  const stop = new AbortController();
  hub.misbehave({ at: 'upload', answer: 'hang' });
  const stopped = push({
    signal: stop.signal,
    onProgress: ({ event }) => {
      if (event === 'file' && uploads().length > 0) stop.abort(new Error('enough'));
    },
  });
  await expect(stopped).rejects.toThrow('enough');
  expect(hub.find('me/questions')?.commits).toEqual([]);
  await push();
  expectAllThere();
});

test('an upload that is cut is sent again whole', async () => {
  hub.misbehave({ at: 'upload', answer: 'cut' });
  await push();
  expectAllThere();
});

test('a push that was given up goes on in a later call with what is missing', async () => {
  hub.misbehave({ at: 'commit', answer: 500 });
  const first = push({ attempts: 1 });
  await expect(first).rejects.toMatchObject({ code: 'HUB_UNREACHABLE', kind: 'run', fields: { statusCode: 500 } });
  await expect(first).rejects.toThrow('The same call goes on');
  const before = uploads().length;
  await push();
  expect(uploads()).toHaveLength(before);
  expectAllThere();
});

test('a commit whose answer is lost is not taken for the work of somebody else', async () => {
  hub.misbehave({ at: 'commit', answer: 'lost' });
  expect(await push()).toMatchObject({ changed: 0, commit: expect.stringMatching(/^[0-9a-f]{40}$/) });
  expect(hub.find('me/questions')?.commits).toHaveLength(1);
  expectAllThere();
});

test('what the hub has already is not sent, and where it has all there is no commit', async () => {
  expect(await push()).toMatchObject({ changed: 4, files: 4 });
  const before = hub.requests.length;
  expect(await push()).toMatchObject({ changed: 0, files: 4 });
  expect(hub.requests.slice(before).map(({ at }) => at)).toEqual(['create', 'info', 'list']);
  writeFileSync(folder.join('README.md'), '# B dataset');
  expect(await push({ update: true })).toMatchObject({ changed: 1, files: 4 });
  expect(hub.find('me/questions')?.commits.map(({ paths }) => paths)).toEqual([names, ['README.md']]);
  expectAllThere();
});

test('rows do not become public because somebody published the dataset, and a private one is not made public', async () => {
  await push();
  expect(await push({ visibility: 'public' })).toMatchObject({ changed: 0, visibility: 'private' });
  hub.publish('me/questions');
  writeFileSync(folder.join('README.md'), '# B dataset');
  await expect(push({ update: true })).rejects.toThrow('is for all to see');
  expect(hub.find('me/questions')?.commits).toHaveLength(1);
  expect(await push({ update: true, visibility: 'public' })).toMatchObject({ changed: 1, visibility: 'public' });
});

test('a dataset that is there is not written over unless that is allowed; then files that are no longer in it go', async () => {
  await push();
  writeFileSync(folder.join('README.md'), '# Another dataset');
  const again = push();
  await expect(again).rejects.toMatchObject({ code: 'HUB_REFUSED', kind: 'request', fields: { statusCode: 409 } });
  await expect(again).rejects.toThrow('on the hub already, with other files (4: README.md, data/');
  rmSync(folder.join('data'), { recursive: true });
  mkdirSync(folder.join('data'));
  writePart('data/train-00000-of-00001.parquet', 3000);
  await push({ update: true });
  const { files, commits } = hub.find('me/questions') ?? {};
  expect([...(files?.keys() ?? [])].sort()).toEqual([
    '.gitattributes',
    'README.md',
    'data/train-00000-of-00001.parquet',
  ]);
  expect(commits).toHaveLength(2);
});

test.each<readonly [string, Partial<PushToHubOptions>, HubUploadFault | undefined, string]>([
  [
    'a token that the hub does not know',
    { token: new Secret('hf_other-hidden') },
    undefined,
    'is not known to the hub',
  ],
  ['an owner that is not ours', { repository: 'them/questions' }, undefined, "may not write to 'them'"],
  [
    'a full storage',
    {},
    { at: 'batch', answer: 403, body: 'Private repository storage limit reached' },
    "no room left for 'me'",
  ],
  [
    'a dataset that the token may not read',
    {},
    { at: 'preupload', answer: 404, body: 'Repository not found' },
    'may not read it',
  ],
  ['a body that is too large', {}, { at: 'commit', answer: 413 }, 'write smaller Parquet files'],
])('%s is refused once, with what to do', async (_, changes, fault, said) => {
  if (fault !== undefined) hub.misbehave(fault);
  const refused = await push(changes).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'HUB_REFUSED', kind: 'request' });
  expect(String(refused)).toContain(said);
  expect(hub.requests.filter(({ at }) => at === 'create')).toHaveLength(1);
  for (const text of [
    inspect(refused, { depth: 9, showHidden: true }),
    JSON.stringify(refused),
    (refused as Error).stack,
  ])
    expect(text).not.toContain('hidden');
});

test('a hub that is not there is said to be, after so many attempts', async () => {
  await hub[Symbol.asyncDispose]();
  const retries: PushProgress[] = [];
  const gone = push({ attempts: 3, onProgress: (progress) => retries.push(progress) });
  await expect(gone).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
  await expect(gone).rejects.toThrow('ECONNREFUSED');
  expect(retries).toHaveLength(2);
  hub = await startHubUploadServer({ token: token.reveal(), namespaces: [] });
});

test('a wrong name, a token of another kind and a folder without a dataset are refused before anything is sent', async () => {
  await expect(push({ repository: 'questions' })).rejects.toThrow('Give it as owner/name');
  await expect(push({ token: new Secret('sk-hidden') })).rejects.toThrow("does not begin with 'hf_'");
  rmSync(folder.join('data'), { recursive: true });
  await expect(push()).rejects.toMatchObject({ code: 'DATASET_EMPTY' });
  expect(hub.requests).toEqual([]);
});
