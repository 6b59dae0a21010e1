import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@scalequest/core';
import { makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { expect, test } from 'vitest';

interface Answer {
  readonly key: string;
  readonly sends: number;
  readonly response?: { readonly choices: readonly { readonly text: string }[] };
  readonly error?: { readonly code: string; readonly message: string };
}

const script = fileURLToPath(new URL('./support/ask-many.mjs', import.meta.url));
const rows = 1200;

interface AskingProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  /** What it wrote, when it has ended. */
  readonly ended: Promise<string>;
}

function load(options: Readonly<Record<string, unknown>>): AskingProcess {
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return { child, ended: once(child, 'close').then(() => output) };
}

function readLines<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T);
}

test('twenty kills: every row is answered or set aside, no finished request is sent again, and those in flight are known', {
  timeout: 300_000,
}, async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('requests');
  const asked = new Map<string, number>();
  let onRequest = (): void => undefined;
  let sentNow = 0;
  await using server = await startModelServer({
    latencyMs: 15,
    reply: ({ text, choice }) => {
      if (choice === 0) {
        asked.set(text, (asked.get(text) ?? 0) + 1);
        sentNow += 1;
        onRequest();
      }
      return `Answer ${choice} to ${text}`;
    },
    // Every hundredth prompt is one that no server takes.
    misbehaviours: [{ kind: 'status', status: 400, when: ({ text }) => text.endsWith('99') }],
  });
  // A process loads its modules while the one before it is at work.
  const options = { baseUrls: [server.baseUrl], folder: path, count: rows };
  let loading = load(options);
  const start = (): AskingProcess => {
    const process = loading;
    loading = load(options);
    process.child.stdin.end('go\n');
    return process;
  };

  const random = createRandom('request-journal');
  const answersPath = folder.join('requests', 'answers.jsonl');
  let known: Answer[] = [];
  let inFlightAtKills = 0;
  for (let kill = 0; kill < 20; kill++) {
    const before = new Map(asked);
    sentNow = 0;
    const killAfter = random.integer({ min: 1, max: 90 });
    const { child, ended } = start();
    onRequest = () => {
      if (sentNow >= killAfter) child.kill('SIGKILL');
    };
    await ended;
    onRequest = () => undefined;
    for (const { key } of known) {
      const text = `Prompt ${key.slice('row-'.length, -'#0'.length)}`;
      expect(asked.get(text)).toBe(before.get(text));
    }
    const now = readLines<Answer>(answersPath);
    expect(now.slice(0, known.length)).toEqual(known);
    known = now;
    const ends = new Set(known.map(({ key }) => key));
    inFlightAtKills += new Set(
      readLines<{ key: string }>(folder.join('requests', 'sent.jsonl')).filter(({ key }) => !ends.has(key)),
    ).size;
  }
  expect(known.length).toBeGreaterThan(100);
  expect(known.length).toBeLessThan(rows);
  expect(inFlightAtKills).toBeGreaterThan(0);

  const last = JSON.parse(await start().ended) as Record<string, number>;
  expect(last).toMatchObject({ answered: rows - rows / 100, setAside: rows / 100, unfinished: 0, refused: rows / 100 });
  const answers = readLines<Answer>(answersPath);
  expect(new Set(answers.map(({ key }) => key)).size).toBe(rows);
  expect(answers).toHaveLength(rows);
  for (const { key, sends, response, error } of answers) {
    const text = `Prompt ${key.slice('row-'.length, -'#0'.length)}`;
    if (error === undefined) {
      expect(response?.choices.map((choice) => choice.text)).toEqual([`Answer 0 to ${text}`, `Answer 1 to ${text}`]);
      // What the server saw more than once is written down.
      expect(asked.get(text) ?? 0).toBeLessThanOrEqual(sends);
    } else expect(error.code).toBe('BAD_REQUEST');
  }

  // Once more: nothing is asked.
  const total = server.getStatistics().requests;
  const again = JSON.parse(await start().ended) as Record<string, number>;
  expect(again).toMatchObject({ answered: rows - rows / 100, setAside: rows / 100, requests: 0, resent: 0 });
  expect(server.getStatistics().requests).toBe(total);
  loading.child.kill();
});

test('a storm of every fault, with a kill in its middle: every row ends once, answered or set aside with its reason', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('requests');
  const count = 2500;
  const share = 0.01;
  // Once for each of seven rows, whichever server is asked for it; the last three come after the kill.
  const hung = new Set<string>();
  const isToHang = (text: string): boolean => {
    const row = Number(text.slice('Prompt '.length));
    if (row % 300 !== 10 || row > 2000 || hung.has(text)) return false;
    hung.add(text);
    return true;
  };
  const makeServer = (seed: string) =>
    startModelServer({
      seed,
      latencyMs: 3,
      reply: ({ text, choice }) => `Answer ${choice} to ${text}`,
      misbehaviours: [
        // Half open: the connection stays and nothing comes.
        { kind: 'hang', when: ({ text }) => isToHang(text) },
        // Poison: the server breaks at it. And what no server takes.
        { kind: 'reset', when: ({ text }) => text.endsWith('77') },
        { kind: 'status', status: 400, when: ({ text }) => text.endsWith('55') },
        { kind: 'status', status: 429, headers: { 'retry-after': '0.1' }, share },
        { kind: 'status', status: 503, share },
        { kind: 'status', status: 500, share },
        { kind: 'cut', share },
        { kind: 'reset', share },
        { kind: 'malformed-json', share },
        { kind: 'html-page', share },
        { kind: 'fewer-choices', share },
      ],
    });
  await using first = await makeServer('first');
  await using second = await makeServer('second');
  const options = {
    folder: path,
    count,
    // One has no address, and at one nobody listens.
    baseUrls: [first.baseUrl, second.baseUrl, 'http://no-such-host.invalid/v1', 'http://127.0.0.1:9/v1'],
    // Three seconds in truth, of which a request needs a small part also where the machine is slow.
    client: { timeoutMs: 90_000, maxAttempts: 6, maxConcurrency: 16 },
    hurry: 30,
  };
  const getAsked = (): Map<string, number> => {
    const asked = first.askedTimes();
    for (const [text, times] of second.askedTimes()) asked.set(text, (asked.get(text) ?? 0) + times);
    return asked;
  };
  const answersPath = folder.join('requests', 'answers.jsonl');
  const killed = load(options);
  killed.child.stdin.end('go\n');
  while (first.getStatistics().requests + second.getStatistics().requests < count / 3) await sleep(5);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const known = readLines<Answer>(answersPath);
  const before = getAsked();
  const going = load(options);
  going.child.stdin.end('go\n');
  const last = JSON.parse(await going.ended) as Readonly<Record<string, unknown>>;

  const answers = readLines<Answer>(answersPath);
  expect(answers.slice(0, known.length)).toEqual(known);
  expect(answers).toHaveLength(count);
  expect(new Set(answers.map(({ key }) => key)).size).toBe(count);
  const asked = getAsked();
  const textOf = (key: string): string => `Prompt ${key.slice('row-'.length, -'#0'.length)}`;
  expect(known.filter(({ key }) => asked.get(textOf(key)) !== before.get(textOf(key)))).toEqual([]);
  const setAside = count / 50;
  expect(last).toMatchObject({ answered: count - setAside, setAside, unfinished: 0 });
  for (const { key, response, error } of answers) {
    const text = textOf(key);
    if (text.endsWith('77')) {
      expect(error?.code).toBe('CONNECTION_LOST');
      expect(error?.message).toContain('It was tried 6 times.');
    } else if (text.endsWith('55')) expect(error?.code).toBe('BAD_REQUEST');
    else expect(response?.choices.map((choice) => choice.text)).toEqual([`Answer 0 to ${text}`, `Answer 1 to ${text}`]);
  }
  expect(last.failureCodes).toEqual(
    expect.arrayContaining([
      'BAD_RESPONSE',
      'CONNECTION_LOST',
      'ENDPOINT_UNREACHABLE',
      'OVERLOADED',
      'RATE_LIMITED',
      'SERVER_FAILED',
      'TIMED_OUT',
    ]),
  );
});
