import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cleanEndpointsFile, registerEndpoint } from './endpoints-file.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const server = { url: 'http://127.0.0.1:1000/v1', model: 'solver', pid: process.pid };

test('of many writers at once each gets its turn, in a folder that none had made, and the lock goes with the last', async () => {
  const file = folder.join('cluster', 'list.txt');
  const writers = Array.from({ length: 24 }, (_, writer) => async () => {
    for (let round = 0; round < 12; round++) {
      const url = `http://127.0.0.1:${1000 + writer}/v1`;
      // The owner is told by its name here: all of them are one process.
      const unregister = await registerEndpoint(file, { ...server, url, model: `solver-${writer}` });
      if (round < 11) await unregister();
    }
  });
  await Promise.all(writers.map((write) => write()));
  const ports = readFileSync(file, 'utf8').match(/:1\d{3}(?=\/v1)/g);
  expect(ports?.toSorted()).toEqual(writers.map((_, writer) => `:${1000 + writer}`));
  expect(readdirSync(folder.join('cluster'))).toEqual(['list.txt']);
}, 120_000);

/** Processes that put themselves in and out of the file, and stay in it at the end. */
function startWriter(file: string, port: number): ReturnType<typeof spawn> {
  const module = join(import.meta.dirname, '../../dist/serving/endpoints-file.js');
  const script = `
    const { registerEndpoint } = await import(${JSON.stringify(module)});
    const server = { url: 'http://127.0.0.1:${port}/v1', model: 'solver', pid: ${process.pid} };
    for (;;) {
      const unregister = await registerEndpoint(${JSON.stringify(file)}, { ...server, model: 'solver-${port}' });
      process.stdout.write('.');
      await unregister();
    }`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('of writers that are killed nothing stands in the way of the next, and nothing is lost', async () => {
  const file = folder.join('list.txt');
  writeFileSync(file, 'http://gpu-07:8000/v1  # by hand\n');
  const writers = [2001, 2002, 2003].map((port) => startWriter(file, port));
  await Promise.all(writers.map((writer) => once(writer.stdout as NodeJS.ReadableStream, 'data')));
  for (const writer of writers) writer.kill('SIGKILL');
  await Promise.all(writers.map((writer) => once(writer, 'close')));
  const unregister = await registerEndpoint(file, server);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines[0]).toBe('http://gpu-07:8000/v1  # by hand');
  expect(lines.at(-1)).toContain(server.url);
  expect(new Set(lines).size).toBe(lines.length);
  await unregister();
  expect(readFileSync(file, 'utf8')).not.toContain(`${server.url} `);
});

test.each([
  [hostname(), process.pid],
  ['gpu-08', 7],
])('a writer of %s that does not end is named, and waited for no longer than is wanted', async (host, pid) => {
  const file = folder.join('list.txt');
  const lock = folder.join('.list.txt.lock');
  const claim = join(lock, `run.${pid}-0123456789ab.lock`);
  mkdirSync(lock);
  writeFileSync(claim, JSON.stringify({ pid, host, started: null }));
  await expect(cleanEndpointsFile(file, { longestWaitMs: 100 })).rejects.toMatchObject({
    code: 'ENDPOINTS_FILE_BUSY',
    message: expect.stringMatching(
      new RegExp(`list\\.txt' is being written .* belongs to process ${pid} on ${host}\\.\\n`),
    ),
  });
  const stop = new AbortController();
  const cleaned = cleanEndpointsFile(file, { signal: stop.signal });
  stop.abort(new Error('Enough.'));
  await expect(cleaned).rejects.toThrow('Enough.');
  expect(readdirSync(lock)).toEqual([claim.slice(lock.length + 1)]);
  if (host === hostname()) return;
  // Of another machine nobody can tell but by its silence.
  const longAgo = new Date(Date.now() - 120_000);
  utimesSync(claim, longAgo, longAgo);
  await cleanEndpointsFile(file);
  expect(readdirSync(folder.path)).toEqual(['list.txt']);
});

test('a link to a file that is not there yet stays a link', async () => {
  mkdirSync(folder.join('shared'));
  symlinkSync('shared/list.txt', folder.join('list.txt'));
  const unregister = await registerEndpoint(folder.join('list.txt'), server);
  expect(lstatSync(folder.join('list.txt')).isSymbolicLink()).toBe(true);
  expect(readFileSync(folder.join('shared', 'list.txt'), 'utf8')).toContain(server.url);
  await unregister();
  expect(readFileSync(folder.join('shared', 'list.txt'), 'utf8')).toBe('');
  symlinkSync('loop.txt', folder.join('loop.txt'));
  await expect(cleanEndpointsFile(folder.join('loop.txt'))).rejects.toThrow(`'${folder.join('loop.txt')}'`);
});

test('an entry that was edited by hand is taken out, and a file that was removed is not made again', async () => {
  const file = folder.join('cluster', 'list.txt');
  const unregister = await registerEndpoint(file, server);
  const edited = readFileSync(file, 'utf8').replace(server.url, ' http://gpu-01:1000/v1').replace('\n', ' \r\n');
  writeFileSync(file, `# mine\r\n${edited}http://gpu-07:8000/v1`);
  await unregister();
  expect(readFileSync(file, 'utf8')).toBe('# mine\nhttp://gpu-07:8000/v1\n');
  const again = await registerEndpoint(file, server);
  rmSync(folder.join('cluster'), { recursive: true });
  await again();
  expect(readdirSync(folder.path)).toEqual([]);
});
