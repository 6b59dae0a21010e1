import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Secret } from '@scalequest/core';
import {
  type HubFault,
  type HubServerOptions,
  makeTemporaryFolder,
  startHubServer,
  type TemporaryFolder,
} from '@scalequest/test-kit';
import { describe, expect, test, vi } from 'vitest';
import { type DownloadOptions, downloadHubFile } from './download-hub-file.ts';
import type { FetchEvent } from './hub-options.ts';

const content = Buffer.from(Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`).join(''));
const file = { repository: 'someone/some-set', revision: 'main', path: 'test.jsonl' };
const files = { 'someone/some-set/test.jsonl': content };
const half = Math.floor(content.length / 2);

/** Waits are taken down instead of waited. */
function fastOptions(endpoint: string, more: DownloadOptions = {}): DownloadOptions & { readonly waits: number[] } {
  const waits: number[] = [];
  return { endpoint, timeoutMs: 30_000, sleep: async (ms) => void waits.push(ms), waits, ...more };
}

/** What a failed or finished download leaves in its folder. */
function listFiles(folder: { readonly path: string }): string[] {
  return readdirSync(folder.path).sort();
}

/** A connection that breaks once the download in the folder has so many bytes on the disk. */
function cut(folder: TemporaryFolder, bytes: { readonly after: number; readonly onDisk: number }): HubFault {
  const when = (): boolean =>
    readdirSync(folder.path).some(
      (name) =>
        name.endsWith('.incomplete') &&
        (statSync(folder.join(name), { throwIfNoEntry: false })?.size ?? 0) >= bytes.onDisk,
    );
  return { kind: 'cut', afterBytes: bytes.after, when };
}

test('a file arrives whole, beside its place first and in its place when it is kept', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startHubServer({ files });
  const target = folder.join('test.jsonl');
  const downloaded = await downloadHubFile(file, target, fastOptions(server.endpoint));
  expect(existsSync(target)).toBe(false);
  expect(downloaded).toMatchObject({
    url: `${server.endpoint}/datasets/someone/some-set/resolve/main/test.jsonl`,
    sizeBytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    commit: server.commit,
  });
  await downloaded.keep();
  expect(readFileSync(target).equals(content)).toBe(true);
  expect(listFiles(folder)).toEqual(['test.jsonl']);
});

test('a discarded file leaves nothing', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startHubServer({ files });
  const downloaded = await downloadHubFile(file, folder.join('test.jsonl'), fastOptions(server.endpoint));
  await downloaded.discard();
  expect(listFiles(folder)).toEqual([]);
});

test('a revision with slashes is one segment of the address', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startHubServer({ files });
  const revision = 'refs/convert/parquet';
  const downloaded = await downloadHubFile({ ...file, revision }, folder.join('x'), fastOptions(server.endpoint));
  expect(downloaded.sizeBytes).toBe(content.length);
  expect(server.requests[0]?.path).toBe('/datasets/someone/some-set/resolve/refs%2Fconvert%2Fparquet/test.jsonl');
});

describe('redirects', () => {
  test('to another host are followed, and the token stays at home', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files, storage: 'other-host', token: 'hf_secret' });
    const options = fastOptions(server.endpoint, { token: new Secret('hf_secret') });
    const downloaded = await downloadHubFile(file, folder.join('test.jsonl'), options);
    expect(downloaded).toMatchObject({ sizeBytes: content.length, commit: server.commit });
    expect(server.requests.map((request) => [request.server, request.authorization])).toEqual([
      ['hub', 'Bearer hf_secret'],
      ['storage', undefined],
    ]);
  });

  test('to a path of the same host are followed with the token', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files, storage: 'relative', token: 'hf_secret' });
    const options = fastOptions(server.endpoint, { token: new Secret('hf_secret') });
    await downloadHubFile(file, folder.join('test.jsonl'), options);
    expect(server.requests.map((request) => [request.server, request.authorization])).toEqual([
      ['hub', 'Bearer hf_secret'],
      ['hub', 'Bearer hf_secret'],
    ]);
  });

  test('in a circle are given up', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    const circle = { kind: 'status', statusCode: 302, headers: { location: '?' } } as const;
    server.misbehave(...Array.from({ length: 20 }, () => circle));
    const download = downloadHubFile(file, folder.join('test.jsonl'), fastOptions(server.endpoint));
    await expect(download).rejects.toMatchObject({ code: 'HUB_FAILED', message: expect.stringMatching(/302/) });
    expect(server.requests.length).toBe(6);
  });
});

describe('a broken connection', () => {
  const places: readonly NonNullable<HubServerOptions['storage']>[] = ['hub', 'relative', 'other-host'];

  test.each(places)('is resumed where it broke, bytes sent by %s', async (storage) => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files, storage });
    server.misbehave(cut(folder, { after: half, onDisk: half }), cut(folder, { after: 1_000, onDisk: half + 1_000 }));
    const events: FetchEvent[] = [];
    const options = fastOptions(server.endpoint, { onEvent: (event) => events.push(event) });
    const downloaded = await downloadHubFile(file, folder.join('test.jsonl'), options);
    expect(readFileSync(downloaded.path).equals(content)).toBe(true);
    const starts = events.flatMap((event) => (event.kind === 'download-start' ? [event.resumedAtBytes] : []));
    expect(starts).toEqual([0, half, half + 1_000]);
    expect(options.waits).toEqual([500, 1_000]);
    expect(server.requests.at(-1)).toMatchObject({ range: `bytes=${half + 1_000}-` });
  });

  test('is begun anew by a server that ignores ranges', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    server.misbehave(cut(folder, { after: half, onDisk: half }), { kind: 'ignore-range' });
    const downloaded = await downloadHubFile(file, folder.join('test.jsonl'), fastOptions(server.endpoint));
    expect(readFileSync(downloaded.path).equals(content)).toBe(true);
    expect(server.requests.at(-1)).toMatchObject({ range: `bytes=${half}-` });
  });

  test('is begun anew where contents have no names, since the rest may be of another file', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files, etags: 'none' });
    server.misbehave(cut(folder, { after: half, onDisk: half }));
    const downloaded = await downloadHubFile(file, folder.join('test.jsonl'), fastOptions(server.endpoint));
    expect(readFileSync(downloaded.path).equals(content)).toBe(true);
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, undefined]);
  });

  test.each(places)('never joins two versions of a file, bytes sent by %s', async (storage) => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files, storage });
    server.misbehave(cut(folder, { after: half, onDisk: half }));
    const other = Buffer.from(content.toString().replaceAll('line', 'LINE'));
    const sleep = async (): Promise<void> => server.put('someone/some-set/test.jsonl', other);
    const downloaded = await downloadHubFile(file, folder.join('test.jsonl'), fastOptions(server.endpoint, { sleep }));
    expect(readFileSync(downloaded.path).equals(other)).toBe(true);
  });

  test.each(places)('is begun anew when the rest is of another version, bytes sent by %s', async (storage) => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files, storage, etags: 'git' });
    server.misbehave(cut(folder, { after: half, onDisk: half }), { kind: 'ignore-if-range' });
    const other = Buffer.from(content.toString().replaceAll('line', 'LINE'));
    const sleep = async (): Promise<void> => server.put('someone/some-set/test.jsonl', other);
    const options = fastOptions(server.endpoint, { sleep });
    const downloaded = await downloadHubFile(file, folder.join('test.jsonl'), options);
    expect(readFileSync(downloaded.path).equals(other)).toBe(true);
    const resolved = server.requests.filter(({ path }) => path.includes('resolve'));
    expect(resolved.map(({ range }) => range)).toEqual([undefined, `bytes=${half}-`, undefined]);
  });

  test('that stays broken is given up, and the next call goes on where it ended', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    const target = folder.join('test.jsonl');
    server.misbehave(cut(folder, { after: 1_000, onDisk: 1_000 }), cut(folder, { after: 1_000, onDisk: 2_000 }));
    const options = fastOptions(server.endpoint, { maxAttempts: 2 });
    await expect(downloadHubFile(file, target, options)).rejects.toMatchObject({
      code: 'HUB_UNREACHABLE',
      message: expect.stringMatching(/HF_ENDPOINT[\s\S]*--data-dir/),
    });
    expect(existsSync(target)).toBe(false);
    const downloaded = await downloadHubFile(file, target, options);
    expect(server.requests.at(-1)).toMatchObject({ range: 'bytes=2000-' });
    await downloaded.keep();
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(listFiles(folder)).toEqual(['test.jsonl']);
  });

  test('is seen by its size where the server ends in good order', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files, storage: 'other-host' });
    server.misbehave({ kind: 'short', bytes: half });
    const downloaded = await downloadHubFile(file, folder.join('test.jsonl'), fastOptions(server.endpoint));
    expect(readFileSync(downloaded.path).equals(content)).toBe(true);
    expect(server.requests.at(-1)).toMatchObject({ range: `bytes=${half}-` });
  });

  test('is what a server that says nothing counts as', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    server.misbehave({ kind: 'silence' });
    // Long enough that a busy machine answers the second request within it.
    const options = fastOptions(server.endpoint, { timeoutMs: 1000 });
    const downloaded = await downloadHubFile(file, folder.join('test.jsonl'), options);
    expect(downloaded.sizeBytes).toBe(content.length);
    expect(options.waits.length).toBe(1);
  });
});

describe('wrong content', () => {
  test.each(['hub', 'other-host'] as const)('is refused and leaves nothing, bytes sent by %s', async (storage) => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files, storage });
    server.misbehave({ kind: 'wrong-content' });
    const download = downloadHubFile(file, folder.join('test.jsonl'), fastOptions(server.endpoint));
    await expect(download).rejects.toMatchObject({ code: 'HUB_WRONG_CONTENT' });
    expect(listFiles(folder)).toEqual([]);
  });

  test('of endless length is cut off at the size that the hub named', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files, storage: 'other-host' });
    server.misbehave({ kind: 'long', bytes: 5_000_000 });
    const download = downloadHubFile(file, folder.join('test.jsonl'), fastOptions(server.endpoint));
    await expect(download).rejects.toMatchObject({
      code: 'HUB_WRONG_CONTENT',
      message: expect.stringContaining(`the hub names ${content.length} bytes`),
    });
    expect(listFiles(folder)).toEqual([]);
  });

  test('after a resume gets one whole download more', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    server.misbehave(cut(folder, { after: half, onDisk: half }), { kind: 'wrong-content' });
    const downloaded = await downloadHubFile(file, folder.join('test.jsonl'), fastOptions(server.endpoint));
    expect(readFileSync(downloaded.path).equals(content)).toBe(true);
    expect(server.requests.at(-1)?.range).toBe(undefined);
  });

  test.each(['git', 'none'] as const)(
    "is not what a storage host's own ETag says, which may be any hash; the hub's own name: %s",
    async (etags) => {
      using folder = makeTemporaryFolder();
      await using server = await startHubServer({ files, storage: 'other-host', etags });
      const downloaded = await downloadHubFile(file, folder.join('test.jsonl'), fastOptions(server.endpoint));
      expect(downloaded.sizeBytes).toBe(content.length);
    },
  );
});

describe('an answer of the hub', () => {
  test('401 says how to get in, without repeating the token', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files, token: 'hf_right' });
    const options = fastOptions(server.endpoint, { token: new Secret('hf_wrong_one') });
    const error: unknown = await downloadHubFile(file, folder.join('x'), options).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'HUB_REFUSED', kind: 'request' });
    expect(String(error)).toMatch(/answered 401 to the token that was sent[\s\S]*HF_TOKEN/);
    expect(JSON.stringify(error) + String(error)).not.toContain('hf_wrong_one');
    expect(server.requests.length).toBe(1);
  });

  test('403 without a token says so', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    server.misbehave({ kind: 'status', statusCode: 403, body: 'Access to this set is restricted.' });
    await expect(downloadHubFile(file, folder.join('x'), fastOptions(server.endpoint))).rejects.toThrow(
      /answered 403 and no token was sent\. It says: Access to this set is restricted\.\n.*HF_TOKEN/,
    );
  });

  test('404 is final and names the other way', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer();
    const download = downloadHubFile(file, folder.join('x'), fastOptions(server.endpoint));
    await expect(download).rejects.toMatchObject({
      code: 'HUB_NOT_FOUND',
      message: expect.stringMatching(/--data-dir/),
    });
    expect(server.requests.length).toBe(1);
    expect(listFiles(folder)).toEqual([]);
  });

  test('429 is waited out as long as it asks', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    const date = new Date(Date.now() + 60_000).toUTCString();
    server.misbehave(
      { kind: 'status', statusCode: 429, headers: { 'retry-after': '7' } },
      { kind: 'status', statusCode: 429, headers: { 'retry-after': date } },
      { kind: 'status', statusCode: 429 },
    );
    const options = fastOptions(server.endpoint);
    await downloadHubFile(file, folder.join('x'), options);
    expect(options.waits[0]).toBe(7_000);
    expect(options.waits[1]).toBeGreaterThan(50_000);
    expect(options.waits[1]).toBeLessThanOrEqual(60_000);
    expect(options.waits[2]).toBe(2_000);
  });

  test('429 that asks for more patience than there is ends at once', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    server.misbehave({ kind: 'status', statusCode: 429, headers: { 'retry-after': '3600' } });
    await expect(downloadHubFile(file, folder.join('x'), fastOptions(server.endpoint))).rejects.toMatchObject({
      code: 'HUB_RATE_LIMITED',
      message: expect.stringMatching(/Retry-After 3600/),
    });
  });

  test('500 is tried again, and given up after the last attempt', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    const fault = { kind: 'status', statusCode: 500 } as const;
    server.misbehave(fault, fault);
    const options = fastOptions(server.endpoint, { maxAttempts: 3 });
    const downloaded = await downloadHubFile(file, folder.join('x'), options);
    expect(options.waits).toEqual([500, 1_000]);
    await downloaded.discard();
    server.misbehave(fault, fault, fault);
    await expect(downloadHubFile(file, folder.join('x'), options)).rejects.toMatchObject({ code: 'HUB_FAILED' });
  });
});

test('a long page of an error shows its beginning only', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startHubServer({ files });
  server.misbehave({ kind: 'status', statusCode: 400, body: 'No. '.repeat(500_000) });
  const download = downloadHubFile(file, folder.join('x'), fastOptions(server.endpoint));
  await expect(download).rejects.toMatchObject({
    code: 'HUB_FAILED',
    message: expect.stringMatching(/^.{1,1000}No\. … \(\d+ characters\)\n/s),
  });
});

test('a host that is not there is an error at once', async () => {
  using folder = makeTemporaryFolder();
  const server = await startHubServer();
  await server[Symbol.asyncDispose]();
  const options = fastOptions(server.endpoint);
  await expect(downloadHubFile(file, folder.join('x'), options)).rejects.toMatchObject({
    code: 'HUB_UNREACHABLE',
    fields: expect.objectContaining({ systemCode: 'ECONNREFUSED' }),
  });
  expect(options.waits).toEqual([]);
});

test('an abort ends a download with its reason, and the next one goes on', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startHubServer({ files });
  server.misbehave(cut(folder, { after: half, onDisk: half }), { kind: 'silence' });
  const controller = new AbortController();
  const sleep = async (): Promise<void> => {
    void vi
      .waitUntil(() => server.requests.length === 2, { timeout: 30_000 })
      .then(() => {
        controller.abort(new Error('enough'));
      });
  };
  const options = fastOptions(server.endpoint, { sleep, signal: controller.signal });
  await expect(downloadHubFile(file, folder.join('x'), options)).rejects.toThrow('enough');
  const downloaded = await downloadHubFile(file, folder.join('x'), fastOptions(server.endpoint));
  expect(readFileSync(downloaded.path).equals(content)).toBe(true);
  expect(server.requests.at(-1)).toMatchObject({ range: `bytes=${half}-` });
});

test('a folder that cannot be written is an error about the folder', async () => {
  using folder = makeTemporaryFolder();
  await using server = await startHubServer({ files });
  writeFileSync(folder.join('blocked'), '');
  await expect(
    downloadHubFile(file, folder.join('blocked', 'test.jsonl'), fastOptions(server.endpoint)),
  ).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
});

describe('several downloads of the same file', () => {
  const modulePath = fileURLToPath(new URL('../../dist/hub/download-hub-file.js', import.meta.url));

  function startChild(target: string, endpoint: string): ChildProcess {
    const script = `
      const { downloadHubFile } = await import(${JSON.stringify(modulePath)});
      const downloaded = await downloadHubFile(${JSON.stringify(file)}, ${JSON.stringify(target)}, {
        endpoint: ${JSON.stringify(endpoint)}, sleep: async () => undefined,
      });
      await downloaded.keep();
    `;
    return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
  }

  test('at once, in this process and in others, do not touch each other', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    const target = folder.join('test.jsonl');
    const anyTime = { kind: 'cut', afterBytes: 3_000 } as const;
    server.misbehave(anyTime, anyTime, anyTime, anyTime);
    const children = [1, 2].map(() => startChild(target, server.endpoint));
    const exits = children.map(async (child) => (await once(child, 'exit'))[0] as number);
    const own = [1, 2].map(async () => {
      const downloaded = await downloadHubFile(file, target, fastOptions(server.endpoint));
      await downloaded.keep();
    });
    await Promise.all(own);
    expect(await Promise.all(exits)).toEqual([0, 0]);
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(listFiles(folder)).toEqual(['test.jsonl']);
  });

  test('a file that waits to be kept is not taken by another download', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    const target = folder.join('test.jsonl');
    const first = await downloadHubFile(file, target, fastOptions(server.endpoint));
    const second = await downloadHubFile(file, target, fastOptions(server.endpoint));
    await first.keep();
    await second.keep();
    expect(server.requests.length).toBe(2);
    expect(listFiles(folder)).toEqual(['test.jsonl']);
  });

  test('one after the other: what a killed process had is not asked again', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    const target = folder.join('test.jsonl');
    server.misbehave(cut(folder, { after: half, onDisk: half }), { kind: 'silence' });
    const child = startChild(target, server.endpoint);
    const exited = once(child, 'exit');
    await expect.poll(() => server.requests.length, { timeout: 20_000, interval: 20 }).toBe(2);
    child.kill('SIGKILL');
    await exited;
    const downloaded = await downloadHubFile(file, target, fastOptions(server.endpoint));
    expect(server.requests.at(-1)).toMatchObject({ range: `bytes=${half}-` });
    await downloaded.keep();
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(listFiles(folder)).toEqual(['test.jsonl']);
  });

  test('a whole file that was left by a killed process is checked and not asked for at all', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    const target = folder.join('test.jsonl');
    const first = await downloadHubFile(file, target, fastOptions(server.endpoint));
    first.release();
    const second = await downloadHubFile(file, target, fastOptions(server.endpoint));
    expect(server.requests.length).toBe(1);
    expect(second).toMatchObject({ sizeBytes: content.length, commit: server.commit });
  });

  test('the remains of another machine are taken over once nobody wrote to them for an hour', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startHubServer({ files });
    mkdirSync(folder.path, { recursive: true });
    const [fresh, old] = ['elsewhere-1-1', 'elsewhere-2-1'].map((owner) => folder.join(`x.${owner}.incomplete`));
    for (const path of [fresh ?? '', old ?? '']) writeFileSync(path, 'remains');
    const hoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    utimesSync(old ?? '', hoursAgo, hoursAgo);
    const downloaded = await downloadHubFile(file, folder.join('x'), fastOptions(server.endpoint));
    await downloaded.keep();
    expect(listFiles(folder)).toEqual(['x', 'x.elsewhere-1-1.incomplete']);
    expect(readFileSync(folder.join('x')).equals(content)).toBe(true);
  });
});
