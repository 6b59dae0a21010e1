import { readFileSync } from 'node:fs';
import { loadBenchmark } from '@scalequest/datasets';
import type { RecordedReply } from '@scalequest/datasets/replies';
import { readJournal } from '@scalequest/runs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { createVerifierPool, type VerifierPool } from '@scalequest/verifier/pool';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { findTask } from '../benchmarks/find-task.ts';
import type { Summary } from '../outcomes/summary.ts';
import { findProtocol } from '../protocols/find-protocol.ts';
import { resolveProtocol } from '../protocols/protocol.ts';
import { readRecordedRun } from './recorded-run.ts';
import { rescoreRun } from './rescore-run.ts';
import { type ScoreRepliesOptions, scoreReplies } from './score-replies.ts';

let verifier: VerifierPool;
let folder: TemporaryFolder;
beforeAll(() => {
  verifier = createVerifierPool({ workers: 1 });
});
afterAll(() => verifier.close());
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

/** Two problems, four epochs: all right, but the second problem has two replies only. */
async function makeReplies(): Promise<RecordedReply[]> {
  const { problems } = await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
  return problems.slice(0, 2).flatMap(({ id, reference }, index) =>
    Array.from({ length: index === 0 ? 4 : 2 }, (_, epoch) => ({
      id,
      epoch,
      reply: `\\boxed{${reference}}`,
      label: epoch > 0,
      line: 1,
    })),
  );
}

async function score(replies: readonly RecordedReply[], changes: Partial<ScoreRepliesOptions> = {}): Promise<Summary> {
  return scoreReplies({
    task: findTask('math-embedded'),
    benchmark: await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' }),
    model: 'recorded',
    openReplies: async function* () {
      yield* replies;
    },
    repliesSha256: 'x',
    format: 'scalequest',
    verifier,
    folder: folder.path,
    ...changes,
  });
}

test('a missing epoch of a problem is an error sample, the first time and every time after', async () => {
  const replies = await makeReplies();
  for (let time = 0; time < 2; time++) {
    const summary = await score(replies);
    expect(summary).toMatchObject({ problems: 2, benchmarkProblems: 500, epochs: 4, samples: 8, isComplete: true });
    expect(summary.outcomes).toMatchObject({ correct: 6, error: 2 });
  }
});

test('the labels of the source are set beside our outcomes', async () => {
  const { labels } = await score(await makeReplies());
  expect(labels).toEqual({ labelled: 6, labelCorrect: 4, agree: 4, onlyOursCorrect: 2, onlyLabelCorrect: 0 });
});

test('a recorded error stays an error', async () => {
  const [first, ...others] = await makeReplies();
  const failed = { ...(first as RecordedReply), reply: '', error: { code: 'BAD_REQUEST', message: 'no' } };
  expect((await score([failed, ...others])).outcomes).toMatchObject({ correct: 5, error: 3 });
});

test("a source's own outcomes and tokens are the same when the replies are judged again, and its errors are no labels", async () => {
  const [first, ...others] = await makeReplies();
  const { label: _, ...unlabelled } = first as RecordedReply;
  const failed: RecordedReply = {
    ...unlabelled,
    reply: '',
    error: { code: 'SOURCE_ERROR', message: 'no' },
    labels: { 'source-label': 'error', 'source-label.match': 'error' },
  };
  const labelled = others.map((reply): RecordedReply => {
    const outcome = reply.label === true ? 'correct' : 'truncated';
    return {
      ...reply,
      labels: { 'source-label': outcome, 'source-label.match': outcome },
      usage: { promptTokens: 3, completionTokens: 2 },
    };
  });
  const { labels, tokens } = await score([failed, ...labelled]);
  expect(labels).toMatchObject({ labelled: 5, labelCorrect: 4 });
  expect(tokens).toMatchObject({ prompt: 15, completion: 10 });
  const run = await readRecordedRun(folder.path);
  const benchmark = await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
  const { summary } = await rescoreRun({ run, task: findTask('math-embedded'), benchmark, verifier });
  expect(summary).toMatchObject({ labels, tokens });
  const lines = readFileSync(folder.join('scores', 'source-label.match.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).outcome).sort()).toEqual([
    'correct',
    'correct',
    'correct',
    'correct',
    'error',
    'truncated',
  ]);
});

test('stopping leaves a folder that the same call completes', async () => {
  const replies = await makeReplies();
  const stop = new AbortController();
  const openReplies = async function* (): AsyncGenerator<RecordedReply> {
    for (const [index, reply] of replies.entries()) {
      yield reply;
      if (index === 3 && passes++ > 0) stop.abort();
    }
  };
  let passes = 0;
  expect(await score(replies, { openReplies, stop: stop.signal })).toMatchObject({ isComplete: false });
  expect(await score(replies)).toMatchObject({ isComplete: true, outcomes: { correct: 6, error: 2 } });
});

test('a folder in which the file was read in another format is refused', async () => {
  const replies = await makeReplies();
  await score(replies);
  await expect(score(replies, { format: 'answers' })).rejects.toMatchObject({
    code: 'RUN_OTHER_IDENTITY',
    message: expect.stringContaining('format: "scalequest" there, "answers" asked'),
  });
});

test('a file without replies is refused', async () => {
  await expect(score([])).rejects.toMatchObject({ code: 'NO_REPLIES', kind: 'request' });
});

test('scores of replies stay in the journal and choose among the epochs', async () => {
  const replies = (await makeReplies()).map((reply) => ({
    ...reply,
    // Of four replies to the first problem one is right; the best score is on it. The second problem has none right.
    reply: reply.epoch === 2 ? reply.reply : '\\boxed{-12345}',
    score: reply.epoch === 2 ? 0.9 : 0.2,
  }));
  const summary = await score(replies);
  expect(summary.passAtK['4']).toBe(0.5);
  expect(summary.majAtK['4']).toBe(0);
  expect(summary.bestOfK?.['4']).toBe(0.5);
  expect(summary.weightedMajAtK?.['4']).toBe(0.5);
  expect(summary.voting.scored).toBe(6);
  const records = [];
  for await (const record of readJournal(folder.path)) records.push(record);
  expect(records.filter((record) => record.score === 0.9)).toHaveLength(1);
});

test('the protocol of recorded replies is not known unless it is declared, also when they are judged again', async () => {
  const replies = await makeReplies();
  const again = async (): Promise<Summary> => {
    const run = await readRecordedRun(folder.path);
    const benchmark = await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
    return (await rescoreRun({ run, task: findTask('math-embedded'), benchmark, verifier })).summary;
  };
  const unknown = { replies: 'recorded', protocol: null, protocolSha256: null };
  expect(await score(replies)).toMatchObject(unknown);
  expect(await again()).toMatchObject(unknown);
  const protocol = resolveProtocol(findProtocol('dart@1'));
  const declared = { replies: 'recorded', protocol: 'dart@1', protocolSha256: protocol.sha256 };
  expect(await score(replies, { protocol })).toMatchObject(declared);
  expect(await again()).toMatchObject(declared);
  expect(await score(replies)).toMatchObject(unknown);
});
