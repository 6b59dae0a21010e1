import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRandom } from '@scalequest/core';
import type { Summary } from '@scalequest/eval';
import { makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { runCli, startCli } from './support/run-cli.ts';

interface JournalLine {
  readonly id: string;
  readonly epoch: number;
  readonly seed: number;
}

/** The whole lines of a journal; a kill may have torn the last one. */
function readJournal(path: string): JournalLine[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as JournalLine);
}

const problems = 500;
const epochs = 3;

test('twenty kills at random moments lose no journaled sample and ask none again', { timeout: 180_000 }, async () => {
  using folder = makeTemporaryFolder();
  const out = folder.join('run');
  let asked: (number | undefined)[] = [];
  let onRequest = (): void => undefined;
  await using server = await startModelServer({
    latencyMs: 40,
    reply: ({ seed }) => {
      asked.push(seed);
      onRequest();
      return '\\boxed{1}';
    },
  });
  const args = ['eval', 'math-embedded', '--model', 'm', '--base-url', server.baseUrl, '--out', out, '--json'];
  const command = [...args, '--epochs', String(epochs), '--concurrency', '16'];
  const random = createRandom('kill-and-resume');
  let journaled: JournalLine[] = [];
  for (let kill = 0; kill < 20; kill++) {
    asked = [];
    // Requests are counted, not time: a slow machine and a fast one are killed at the same point of the work. One kill
    // in five comes at the very start, while the command still loads.
    const killAfter = kill % 5 === 4 ? 0 : random.integer({ min: 1, max: 75 });
    const { child, result } = startCli(command);
    onRequest = () => {
      if (asked.length >= killAfter) child.kill('SIGKILL');
    };
    if (killAfter === 0) onRequest();
    expect(await result).toMatchObject({ signal: 'SIGKILL' });
    onRequest = () => undefined;
    const seeds = new Set(journaled.map(({ seed }) => seed));
    expect(asked.filter((seed) => seed !== undefined && seeds.has(seed))).toEqual([]);
    const now = readJournal(folder.join('run', 'journal.jsonl'));
    expect(now.slice(0, journaled.length)).toEqual(journaled);
    journaled = now;
  }
  // The kills came while there was work to lose, or this test would show nothing.
  expect(journaled.length).toBeGreaterThan(0);
  expect(journaled.length).toBeLessThan(problems * epochs);

  asked = [];
  const end = await runCli(command);
  const seeds = new Set(journaled.map(({ seed }) => seed));
  expect(asked.filter((seed) => seed !== undefined && seeds.has(seed))).toEqual([]);
  const { status, resumed, summary } = JSON.parse(end.stdout) as { status: string; resumed: number; summary: Summary };
  expect({ status, resumed }).toEqual({ status: 'finished', resumed: journaled.length });
  const whole = readJournal(folder.join('run', 'journal.jsonl'));
  expect(whole).toHaveLength(problems * epochs);
  expect(new Set(whole.map(({ id, epoch }) => `${id} ${epoch}`)).size).toBe(problems * epochs);

  const undisturbed = await runCli([
    ...command.slice(0, command.indexOf('--out')),
    ...command.slice(command.indexOf('--json')),
    '--out',
    folder.join('other'),
  ]);
  const other = (JSON.parse(undisturbed.stdout) as { summary: Summary }).summary;
  // What was asked differs: a kill loses what is in flight, and what it had been asked in its last seconds.
  const own = { wallMs: 0, tokens: null, calls: null };
  expect({ ...summary, ...own }).toEqual({ ...other, ...own });
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s finishes what is in flight and leaves a run that can be resumed',
  async (signal) => {
    using folder = makeTemporaryFolder();
    const out = folder.join('run');
    await using server = await startModelServer({ latencyMs: 300, reply: () => '\\boxed{1}' });
    const args = ['eval', 'math-embedded', '--model', 'm', '--base-url', server.baseUrl, '--out', out, '--json'];
    // Requests are counted: the doctor asks none.
    const command = [...args, '--no-doctor'];
    const slow = [...command, '--concurrency', '10'];
    const { child, result } = startCli(slow);
    await expect.poll(() => server.getStatistics().inFlight, { timeout: 60_000, interval: 5 }).toBe(10);
    child.kill(signal);
    const { code, stdout } = await result;
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'interrupted', summary: { isComplete: false } });
    // Every request that the server let in was journaled: none was cut off.
    const { requests } = server.getStatistics();
    expect(readJournal(folder.join('run', 'journal.jsonl'))).toHaveLength(requests);
    expect(requests).toBeLessThan(problems);
    expect(readdirSync(folder.join('run')).filter((name) => name.endsWith('.lock'))).toEqual([]);

    const resumed = await runCli([...command, '--concurrency', '256']);
    expect(resumed.code).toBe(0);
    expect(server.getStatistics().requests).toBe(problems);
  },
);
