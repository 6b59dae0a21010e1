import { readFileSync, writeFileSync } from 'node:fs';
import { loadBenchmark } from '@scalequest/datasets';
import { createOpenAiClient, createReplayClient, type ModelClient } from '@scalequest/models';
import { makeTemporaryFolder, startModelServer, type TemporaryFolder } from '@scalequest/test-kit';
import { createVerifierPool, type VerifierPool } from '@scalequest/verifier/pool';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findTask } from '../benchmarks/find-task.ts';
import type { Score } from '../outcomes/outcome.ts';
import { findProtocol } from '../protocols/find-protocol.ts';
import { resolveProtocol } from '../protocols/protocol.ts';
import { type EvaluateOptions, type EvaluateResult, evaluate } from './evaluate.ts';
import { getScoresPath, oursGrader } from './scorer.ts';

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

async function run(client: ModelClient, changes: Partial<EvaluateOptions> = {}): Promise<EvaluateResult> {
  return evaluate({
    task: findTask('math-embedded'),
    benchmark: await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' }),
    limit: 10,
    protocol: resolveProtocol(findProtocol('scalequest@1')),
    client,
    modelIdentity: { name: 'm' },
    verifier,
    folder: folder.path,
    ...changes,
  });
}

/** A client of recorded replies that answers the first ten problems, all in a box, and counts what it is asked. */
async function makeReplay(
  answer: (reference: string, index: number) => string,
): Promise<ModelClient & { asked: () => number }> {
  const { problems } = await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
  const entries = problems.slice(0, 10).map(({ id, reference }, index) => ({ id, reply: answer(reference, index) }));
  const client = await createReplayClient({ model: 'm', entries });
  let asked = 0;
  return {
    ...client,
    generate: (request, options) => {
      asked++;
      return client.generate(request, options);
    },
    asked: () => asked,
  };
}

function readLines<T>(path: string): T[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

const scoresPath = (): string => getScoresPath(folder.path, oursGrader);

test('every sample is asked once, journaled and scored', async () => {
  const client = await makeReplay((reference, index) => (index < 7 ? `\\boxed{${reference}}` : 'I do not know.'));
  const { status, summary, resumed } = await run(client);
  expect({ status, resumed, asked: client.asked() }).toEqual({ status: 'finished', resumed: 0, asked: 10 });
  expect(summary.outcomes).toMatchObject({ correct: 7, 'no-answer': 3 });
  const scores = readLines<Score>(scoresPath());
  expect(scores).toHaveLength(10);
  const correct = scores.filter(({ outcome }) => outcome === 'correct');
  for (const score of correct) {
    expect(score).toMatchObject({ verdict: 'equal', extraction: { rule: 'boxed' }, ms: expect.any(Number) });
  }
});

describe('after a kill', () => {
  test('a reply that was journaled and not scored is scored, and not asked again', async () => {
    await run(await makeReplay((reference) => `\\boxed{${reference}}`));
    const scores = readLines<Score>(scoresPath());
    writeFileSync(
      scoresPath(),
      scores
        .slice(0, 4)
        .map((score) => `${JSON.stringify(score)}\n`)
        .join(''),
    );
    const again = await makeReplay(() => 'never asked');
    const { summary } = await run(again);
    expect(again.asked()).toBe(0);
    expect(summary.outcomes.correct).toBe(10);
  });

  test('a score whose reply never reached the journal is forgotten', async () => {
    await run(await makeReplay((reference) => `\\boxed{${reference}}`));
    const journal = readFileSync(folder.join('journal.jsonl'), 'utf8').trimEnd().split('\n');
    writeFileSync(
      folder.join('journal.jsonl'),
      journal
        .slice(0, 8)
        .map((line) => `${line}\n`)
        .join(''),
    );
    const again = await makeReplay(() => 'I do not know.');
    const { summary } = await run(again);
    expect(again.asked()).toBe(2);
    expect(summary.outcomes).toMatchObject({ correct: 8, 'no-answer': 2 });
  });

  test('a score line that was damaged in the middle is as good as missing', async () => {
    await run(await makeReplay((reference) => `\\boxed{${reference}}`));
    const lines = readFileSync(scoresPath(), 'utf8').split('\n');
    writeFileSync(scoresPath(), [lines[0], '{"id":"x"', ...lines.slice(2)].join('\n'));
    const { summary } = await run(await makeReplay(() => 'never asked'));
    expect(summary.outcomes.correct).toBe(10);
  });

  test('a score line that was torn is written again', async () => {
    await run(await makeReplay((reference) => `\\boxed{${reference}}`));
    const text = readFileSync(scoresPath(), 'utf8');
    writeFileSync(scoresPath(), text.slice(0, -25));
    const { summary } = await run(await makeReplay(() => 'never asked'));
    expect(summary.outcomes.correct).toBe(10);
    expect(readLines(scoresPath())).toHaveLength(10);
  });
});

describe('errors', () => {
  /** A server that refuses every third problem until it is mended. */
  async function runAgainst(isMended: () => boolean, changes: Partial<EvaluateOptions> = {}) {
    await using server = await startModelServer({
      reply: () => '\\boxed{1}',
      misbehaviours: [{ kind: 'status', status: 400, when: ({ text }) => !isMended() && text.length % 3 === 0 }],
    });
    const client = createOpenAiClient({ model: 'm', baseUrls: [server.baseUrl] });
    try {
      const result = await run(client, { limit: 60, ...changes });
      return { ...result, requests: server.getStatistics().requests };
    } finally {
      await client.close();
    }
  }

  test('a request that cannot succeed is an error sample, and is asked again on request only', async () => {
    const first = await runAgainst(() => false);
    const errors = first.summary.outcomes.error;
    expect(first.status).toBe('finished');
    expect(errors).toBeGreaterThan(0);
    expect(first.summary.bounds.high).toBeGreaterThanOrEqual(first.summary.accuracy + errors / 60 - 1e-12);
    expect(first.summary.setAside).toEqual({ BAD_REQUEST: errors });
    expect(first.summary.calls).toMatchObject({
      requests: 60,
      resent: 0,
      failures: { retry: 0, shrink: 0, drop: errors, fatal: 0 },
      failureCodes: { BAD_REQUEST: errors },
      endpoints: [{ requests: 60, answered: 60 - errors, samples: 60 - errors }],
    });

    const second = await runAgainst(() => true);
    expect([second.requests, second.summary.outcomes.error]).toEqual([0, errors]);
    // Nobody was asked, and what was said of the first session stays.
    expect(second.summary).toMatchObject({ setAside: first.summary.setAside, calls: { requests: 60 } });

    const third = await runAgainst(() => true, { retryErrors: true });
    expect([third.requests, third.summary.outcomes.error]).toEqual([errors, 0]);
    expect(third.summary).toMatchObject({ setAside: {}, calls: { requests: 60 + errors, failures: { drop: errors } } });

    // The old scores are still in the file; the last one of a sample counts, in this session and in the next.
    const fourth = await runAgainst(() => true);
    expect([fourth.requests, fourth.summary.outcomes]).toEqual([0, third.summary.outcomes]);
  });
});

test('a run in which nothing succeeds fails, keeps no error, and asks all of it again', async () => {
  let isMended = false;
  await using server = await startModelServer({
    reply: () => '\\boxed{1}',
    misbehaviours: [{ kind: 'status', status: 400, when: () => !isMended }],
  });
  const client = createOpenAiClient({ model: 'm', baseUrls: [server.baseUrl] });
  for (const limit of [5, 200]) {
    await expect(run(client, { limit })).rejects.toMatchObject({ code: 'ONLY_ERRORS' });
    expect(readFileSync(folder.join('journal.jsonl'), 'utf8')).toBe('');
  }
  isMended = true;
  const { summary } = await run(client, { limit: 200 });
  await client.close();
  expect(summary).toMatchObject({ isComplete: true, outcomes: { error: 0 } });
});

test('errors after a success are samples, however many', async () => {
  let asked = 0;
  await using server = await startModelServer({
    reply: () => '\\boxed{1}',
    misbehaviours: [{ kind: 'status', status: 400, when: () => ++asked > 1 }],
  });
  const client = createOpenAiClient({ model: 'm', baseUrls: [server.baseUrl] });
  const first = await run(client, { limit: 80, concurrency: 1 });
  expect(first.summary.outcomes.error).toBe(79);
  const again = await run(client, { limit: 80, retryErrors: true });
  await client.close();
  expect(again).toMatchObject({ status: 'finished', summary: { outcomes: { error: 79 } } });
});

test('a fatal error keeps the replies that were in flight', async () => {
  let asked = 0;
  await using server = await startModelServer({
    latencyMs: 50,
    reply: () => '\\boxed{1}',
    misbehaviours: [{ kind: 'status', status: 401, when: () => ++asked > 20 }],
  });
  const client = createOpenAiClient({ model: 'm', baseUrls: [server.baseUrl] });
  await expect(run(client, { limit: 60, concurrency: 20 })).rejects.toMatchObject({ code: 'AUTH_FAILED' });
  await client.close();
  expect(readLines(folder.join('journal.jsonl'))).toHaveLength(20);
});

test('a verifier that never answers does not hold up an abort, and its replies are judged on resume', async () => {
  const abort = new AbortController();
  const client = await makeReplay((reference) => `\\boxed{${reference}}`);
  let asked = 0;
  const verify = (): Promise<never> => {
    if (++asked === 10) abort.abort();
    return new Promise<never>(() => undefined);
  };
  const silent = { verify };
  const { status } = await run(client, { verifier: silent, abort: abort.signal });
  expect(status).toBe('interrupted');
  const { summary } = await run(await makeReplay(() => 'never asked'));
  expect(summary.outcomes.correct).toBe(10);
});

test('a clock that is set back takes no time away', async () => {
  let now = 1_000_000;
  const client = await makeReplay(() => '1');
  const { summary } = await run(client, { clock: () => (now += 5) });
  expect(summary.wallMs).toBeGreaterThan(0);
});

test('more epochs ask only what is new, with seeds of their own', async () => {
  const seeds = new Set<number | undefined>();
  await using server = await startModelServer({
    reply: ({ seed }) => {
      seeds.add(seed);
      return '\\boxed{1}';
    },
  });
  const client = createOpenAiClient({ model: 'm', baseUrls: [server.baseUrl] });
  await run(client);
  const { summary, resumed } = await run(client, { epochs: 3 });
  await client.close();
  expect(resumed).toBe(10);
  expect(summary).toMatchObject({ samples: 30, epochs: 3, isComplete: true });
  expect(server.getStatistics().requests).toBe(30);
  expect(seeds.size).toBe(30);
});

test('stopping asks nothing new and leaves the rest pending', async () => {
  const stop = new AbortController();
  const client = await makeReplay((reference) => `\\boxed{${reference}}`);
  const stopping: ModelClient = {
    ...client,
    generate: async (request, options) => {
      const response = await client.generate(request, options);
      if (client.asked() === 4) stop.abort();
      return response;
    },
  };
  const { status, summary } = await run(stopping, { stop: stop.signal, concurrency: 1 });
  expect(status).toBe('interrupted');
  expect(summary.isComplete).toBe(false);
  expect(readLines(folder.join('journal.jsonl'))).toHaveLength(4);
});

test('references of which any one is right all count', async () => {
  const benchmark = await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
  const problems = benchmark.problems.map((problem) => ({ ...problem, otherReferences: ['777', '778'] }));
  const { summary } = await run(await makeReplay((_, index) => `\\boxed{${index === 0 ? 779 : 778}}`), {
    benchmark: { ...benchmark, problems },
  });
  expect(summary.outcomes).toMatchObject({ correct: 9, wrong: 1 });
});

test('a journal of another model is refused', async () => {
  await run(await makeReplay(() => '1'));
  await expect(run(await makeReplay(() => '1'), { modelIdentity: { name: 'other' } })).rejects.toMatchObject({
    code: 'RUN_OTHER_IDENTITY',
  });
});
