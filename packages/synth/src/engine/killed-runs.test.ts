import { readdirSync } from 'node:fs';
import { createRandom } from '@scalequest/core';
import { type ModelServer, type ModelServerRequest, makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { readAll, readFinished } from '../__fixtures__/read-all.ts';
import { loadWords } from '../__fixtures__/run-words.ts';
import { faults, makeWord, nameRequest } from '../__fixtures__/word-server.ts';
import { readPastSessions } from './session.ts';

/** A server that tells of each request, and of which session it is, before it answers. */
async function startServer(onRequest: (name: string, session: number) => void): Promise<ModelServer> {
  const watch = (request: ModelServerRequest): boolean => {
    onRequest(nameRequest(request), Number(request.headers['x-session']));
    return false;
  };
  return await startModelServer({
    latencyMs: 4,
    models: ['asker', 'judge'],
    reply: makeWord,
    misbehaviours: [{ kind: 'hang', when: watch }, ...faults],
  });
}

async function runUndisturbed(folder: string): Promise<Awaited<ReturnType<typeof readAll>>> {
  await using server = await startServer(() => undefined);
  const process = loadWords({ folder, baseUrl: server.baseUrl });
  process.start();
  expect(await process.ended).toMatchObject({ code: 0, stderr: '' });
  return await readAll(folder);
}

test('twenty kills of a run on a server with every fault: the same bytes, and no finished request is sent again', {
  timeout: 240_000,
}, async () => {
  using folder = makeTemporaryFolder();
  const expected = await runUndisturbed(folder.join('whole'));
  expect(expected.rows).toHaveLength(190);
  const reasons = expected.manifest.flatMap((line) => Object.keys((JSON.parse(line) as { dropped: object }).dropped));
  expect([...new Set(reasons)].sort()).toEqual(['duplicate', 'other-letter', 'request-failed']);

  const finished = new Set<string>();
  const repeated: string[] = [];
  const begun = new Set<string>();
  const path = folder.join('killed');
  let onRequest = (_session: number): void => undefined;
  await using server = await startServer((name, session) => {
    if (finished.has(name)) repeated.push(name);
    begun.add(name);
    onRequest(session);
  });
  const load = (session: number) => loadWords({ folder: path, baseUrl: server.baseUrl, session });
  const random = createRandom('kills');
  // A process loads its modules while the one before it is at work.
  let next = load(0);
  let kills = 0;
  for (; kills < 20; kills++) {
    const process = next;
    next = load(kills + 1);
    let left = random.integer({ min: 1, max: 45 });
    onRequest = (session) => {
      // One of a killed process may be read late, and would have this one killed before it has begun.
      if (session !== kills) return;
      left -= 1;
      // At a moment of the turn that the requests do not choose.
      if (left === 0) setTimeout(() => process.child.kill('SIGKILL'), random.next() * 12);
    };
    process.start();
    expect(await process.ended).toEqual({ code: null, stdout: '', stderr: '' });
    for (const name of readFinished(path)) finished.add(name);
  }
  onRequest = () => undefined;
  next.start();
  expect(await next.ended).toMatchObject({ code: 0, stderr: '' });
  expect(await readAll(path)).toEqual(expected);
  expect(repeated).toEqual([]);
  expect(finished.size).toBeGreaterThan(100);
  // What was in flight at a kill is all that was asked twice for it.
  const again = server.getStatistics().requests - begun.size;
  expect(again).toBeLessThan(20 * 16 + faults.length * 20);
  expect((await readPastSessions(path)).map(({ end }) => end)).toEqual([...Array(20).fill('killed'), 'finished']);
  expect(readdirSync(path).sort()).toEqual(['manifest.jsonl', 'open', 'recipe.json', 'sessions.jsonl', 'shards']);
  for (const stage of readdirSync(folder.join('killed', 'open'))) {
    expect(readdirSync(folder.join('killed', 'open', stage))).toEqual([]);
  }
});

test('a run that is asked to end waits for what is out, and sends nothing twice', { timeout: 180_000 }, async () => {
  using folder = makeTemporaryFolder();
  const expected = await runUndisturbed(folder.join('whole'));
  const path = folder.join('stopped');
  const asked = new Map<string, number>();
  let onRequest = (): void => undefined;
  await using server = await startServer((name) => {
    asked.set(name, (asked.get(name) ?? 0) + 1);
    onRequest();
  });
  for (const after of [1, 60, 150, Number.POSITIVE_INFINITY]) {
    const process = loadWords({ folder: path, baseUrl: server.baseUrl });
    let left = after;
    onRequest = () => {
      left -= 1;
      if (left === 0) process.child.kill('SIGINT');
    };
    process.start();
    const { code, stderr } = await process.ended;
    if (after === Number.POSITIVE_INFINITY) expect([code, stderr]).toEqual([0, '']);
    else expect([code, JSON.parse(stderr)]).toMatchObject([1, { name: 'AbortError' }]);
  }
  expect(await readAll(path)).toEqual(expected);
  // Only what a fault befell was asked for a second time, and once.
  const again = [...asked].filter(([, times]) => times > 1);
  expect(again.filter(([name, times]) => times > 2 || !/(\d)\1$/.test(name))).toEqual([]);
  expect((await readPastSessions(path)).map(({ end }) => end)).toEqual(['stopped', 'stopped', 'stopped', 'finished']);
});
