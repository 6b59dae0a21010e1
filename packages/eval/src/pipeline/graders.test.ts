import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadBenchmark } from '@scalequest/datasets';
import { createReplayClient, type ModelClient, ModelsError } from '@scalequest/models';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { createVerifierPool, type VerifierPool } from '@scalequest/verifier/pool';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findTask } from '../benchmarks/find-task.ts';
import type { Score } from '../outcomes/outcome.ts';
import { findProtocol } from '../protocols/find-protocol.ts';
import { resolveProtocol } from '../protocols/protocol.ts';
import { chooseGraders } from './choose-graders.ts';
import { type EvaluateOptions, type EvaluateResult, evaluate } from './evaluate.ts';
import { explainSample } from './explain-sample.ts';
import { createOursGrader, createProfileGrader, type Grader, oursGrader } from './grader.ts';
import { readRecordedRun } from './recorded-run.ts';
import { type RescoreResult, type RescoreRunOptions, rescoreRun } from './rescore-run.ts';
import { getScoresPath } from './scorer.ts';

/** A profile of the fixture: the last word of a reply, compared as text. */
const lastWord = { name: 'last-word', version: 3 } as unknown as Parameters<typeof createProfileGrader>[0];
const workerFile = new URL('../../../verifier/src/pool/__fixtures__/profile-worker.mjs', import.meta.url).href;
const task = findTask('math-embedded');

let verifier: VerifierPool;
let ours: Grader;
let profile: Grader;
let folder: TemporaryFolder;
beforeAll(() => {
  verifier = createVerifierPool({ workers: 1, budgetMs: 1000, workerFile });
  ours = createOursGrader(verifier);
  profile = createProfileGrader(lastWord, verifier);
});
afterAll(() => verifier.close());
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

async function load() {
  return await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
}

interface Counting extends ModelClient {
  readonly asked: () => number;
}

/** Answers the first ten problems: boxed and right for ours, right for the profile where the last word is the reference. */
async function makeReplay(
  reply: (reference: string, index: number) => string,
  { epochs = 1 }: { readonly epochs?: number } = {},
): Promise<Counting> {
  const { problems } = await load();
  const entries = problems.slice(0, 10).flatMap(({ id, reference }, index) =>
    Array.from({ length: epochs }, (_, epoch) => ({
      id,
      epoch,
      reply: reply(reference, index),
      finishReason: index === 9 ? ('length' as const) : ('stop' as const),
      usage: { promptTokens: 10, completionTokens: 5 },
    })),
  );
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

async function run(client: ModelClient, changes: Partial<EvaluateOptions> = {}): Promise<EvaluateResult> {
  return evaluate({
    task,
    benchmark: await load(),
    limit: 10,
    protocol: resolveProtocol(findProtocol('scalequest@1')),
    client,
    modelIdentity: { name: 'm' },
    verifier,
    folder: folder.path,
    ...changes,
  });
}

async function rescore(changes: Partial<RescoreRunOptions>): Promise<RescoreResult> {
  return rescoreRun({ run: await readRecordedRun(folder.path), task, benchmark: await load(), verifier, ...changes });
}

function readScores(label: string): Score[] {
  return readFileSync(getScoresPath(folder.path, label), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Score);
}

/** Four replies that both graders take, four that only ours takes, one that neither takes, and one that is cut. */
const mixed = (reference: string, index: number): string =>
  index < 4 || index === 9
    ? `\\boxed{${reference}} that is ${reference}`
    : index < 8
      ? `\\boxed{${reference}} .`
      : 'No idea .';

describe('several graders', () => {
  test('judge the same replies, each into its own scores, and the headline names whose it is', async () => {
    const { summary } = await run(await makeReplay(mixed), { graders: [ours, profile] });
    expect(summary).toMatchObject({ grader: oursGrader, isComplete: true, spread: { min: 0.4, max: 0.8 } });
    expect(summary.outcomes).toMatchObject({ correct: 8, truncated: 1 });
    expect(summary.graders).toMatchObject({
      [oursGrader]: { correct: 8, accuracy: 0.8 },
      'last-word@3': { correct: 4, accuracy: 0.4, outcomes: { correct: 4, wrong: 5, truncated: 1 } },
    });
    expect(readScores(oursGrader)).toHaveLength(10);
    const score = readScores('last-word@3').find(({ outcome }) => outcome === 'correct');
    expect(score).toMatchObject({ verdict: 'equal', extraction: { rule: 'last-word' }, ms: expect.any(Number) });
    expect(score?.rule).toBeUndefined();
  });

  test('another headline changes whose figures are counted, and no score', async () => {
    const { summary } = await run(await makeReplay(mixed), { graders: [ours, profile], headline: 'last-word@3' });
    expect(summary).toMatchObject({ grader: 'last-word@3', accuracy: 0.4, spread: { min: 0.4, max: 0.8 } });
  });

  test('call a reply that was cut truncated, each of them, whatever it holds', async () => {
    await run(await makeReplay(mixed), { graders: [ours, profile] });
    for (const label of [oursGrader, 'last-word@3']) {
      expect(readScores(label).filter(({ outcome }) => outcome === 'truncated')).toMatchObject([{ verdict: 'equal' }]);
    }
  });

  test('a profile that hangs on a reply leaves it undecided, and the others judged', async () => {
    const client = await makeReplay((reference, index) =>
      index === 3 ? 'LOOP' : `\\boxed{${reference}} ${reference}`,
    );
    const { summary } = await run(client, { graders: [profile], headline: 'last-word@3' });
    expect(summary.outcomes).toMatchObject({ correct: 8, undecided: 1, truncated: 1 });
    expect(readScores('last-word@3').find(({ outcome }) => outcome === 'undecided')).toMatchObject({
      reason: 'over-budget',
    });
  });

  test('one that joins later judges everything from the journal, and nothing is asked again', async () => {
    const client = await makeReplay(mixed);
    await run(client);
    const { summary } = await run(client, { graders: [ours, profile] });
    expect(client.asked()).toBe(10);
    expect(summary.graders['last-word@3']).toMatchObject({ correct: 4 });
    expect(readScores(oursGrader)).toHaveLength(10);
  });
});

test("the benchmark's tolerance reaches a profile", async () => {
  const { problems } = await load();
  const [problem] = problems;
  if (problem === undefined) throw new Error('No problem.');
  const record = { id: problem.id, epoch: 0, reply: '2.55', finishReason: 'stop' as const };
  const input = { record, problem: { ...problem, reference: '2.5' } };
  expect(await profile.grade({ ...input, task: {} })).toMatchObject({ outcome: 'wrong' });
  const tolerant = { verify: () => ({ tolerance: { absolute: '1e-1' } }) };
  expect(await profile.grade({ ...input, task: tolerant })).toMatchObject({ outcome: 'correct' });
});

describe('scoring a run again', () => {
  test('replaces the scores of that grader only, and keeps the headline', async () => {
    await run(await makeReplay(mixed), { graders: [ours, profile] });
    const before = readFileSync(getScoresPath(folder.path, oursGrader), 'utf8');
    const generous: Grader = {
      label: 'last-word@3',
      grade: async ({ record }) => ({ id: record.id, epoch: record.epoch, outcome: 'correct', verdict: 'equal' }),
    };
    const recorded = await readRecordedRun(folder.path);
    const options = { run: recorded, task, benchmark: await load(), verifier, graders: [generous] };
    const { status, judged, summary } = await rescoreRun({ ...options, headline: recorded.summary.grader ?? '' });
    expect({ status, judged }).toEqual({ status: 'finished', judged: 10 });
    expect(readFileSync(getScoresPath(folder.path, oursGrader), 'utf8')).toBe(before);
    expect(readScores('last-word@3').every(({ outcome }) => outcome === 'correct')).toBe(true);
    expect(summary).toMatchObject({ grader: oursGrader, accuracy: 0.8, spread: { min: 0.8, max: 1 } });
    expect(JSON.parse(readFileSync(folder.join('summary.json'), 'utf8'))).toEqual(summary);
  });

  test('gives the summary that the run has', async () => {
    const { summary } = await run(await makeReplay(mixed), { graders: [ours, profile] });
    const again = await rescoreRun({
      run: await readRecordedRun(folder.path),
      task,
      benchmark: await load(),
      verifier,
      graders: [ours, profile],
    });
    expect(again.summary).toEqual(summary);
  });

  test('leaves out a grader that has not judged all that was asked since, and names it', async () => {
    await run(await makeReplay(mixed), { graders: [ours, profile], headline: 'last-word@3', limit: 5 });
    await run(await makeReplay(mixed), { graders: [ours] });
    const { summary, leftOut } = await rescore({ graders: [ours], headline: 'last-word@3' });
    expect(leftOut).toEqual(['last-word@3']);
    expect(summary).toMatchObject({ grader: oursGrader, accuracy: 0.8, spread: { min: 0.8, max: 0.8 } });
    expect(summary.isComplete).toBe(true);
    expect(Object.keys(summary.graders)).toEqual([oursGrader]);
    const all = await rescore({ graders: [ours, profile] });
    expect(all).toMatchObject({ leftOut: [], summary: { spread: { min: 0.4, max: 0.8 } } });
  });

  test('leaves out a grader for which an error that was put right is an error still', async () => {
    const client = await makeReplay(mixed);
    const failing: ModelClient = {
      ...client,
      generate: async (request, options) => {
        const response = await client.generate(request, options);
        if (client.asked() <= 6) return response;
        throw new ModelsError({ code: 'BAD_REQUEST', errorClass: 'drop', what: 'It is too long.', next: 'Cut it.' });
      },
    };
    const first = await run(failing, { graders: [ours, profile], concurrency: 1 });
    expect(first.summary.graders['last-word@3']?.outcomes.error).toBe(4);
    await run(client, { graders: [ours], retryErrors: true });
    const { summary, leftOut } = await rescore({ graders: [ours] });
    expect(leftOut).toEqual(['last-word@3']);
    expect(summary).toMatchObject({ isComplete: true, spread: { min: 0.8, max: 0.8 } });
  });

  test('of a run that was stopped keeps the graders that have judged what is there', async () => {
    const client = await makeReplay(mixed);
    await run(client, { graders: [ours, profile], budget: { maxTotalTokens: 60 }, concurrency: 1 });
    const { summary, leftOut } = await rescore({ graders: [ours] });
    expect(leftOut).toEqual([]);
    expect(summary).toMatchObject({ isComplete: false, graders: { 'last-word@3': { correct: 4 } } });
  });

  test('counts what was asked last, not the most problems by the most epochs', async () => {
    const client = await makeReplay(mixed, { epochs: 3 });
    await run(client, { limit: 4, epochs: 3 });
    const { summary } = await run(client, { limit: 10, epochs: 1 });
    const again = await rescore({ graders: [ours] });
    expect(again.summary).toMatchObject({ problems: 10, epochs: 1, isComplete: true, outcomes: summary.outcomes });
  });

  test('removes what a killed one left half written', async () => {
    await run(await makeReplay(mixed), { graders: [ours, profile] });
    const leftover = folder.join('scores/.last-word@3.jsonl.tmp');
    writeFileSync(leftover, '{');
    await rescore({ graders: [ours] });
    expect(existsSync(leftover)).toBe(false);
  });

  test('that is stopped leaves the run as it was', async () => {
    await run(await makeReplay(mixed), { graders: [ours, profile] });
    const files = [folder.join('summary.json'), getScoresPath(folder.path, oursGrader)];
    const before = files.map((path) => readFileSync(path, 'utf8'));
    const { status } = await rescoreRun({
      run: await readRecordedRun(folder.path),
      task,
      benchmark: await load(),
      verifier,
      stop: AbortSignal.abort(),
    });
    expect(status).toBe('interrupted');
    expect(files.map((path) => readFileSync(path, 'utf8'))).toEqual(before);
  });

  test('with other problems than it was made from is refused', async () => {
    await run(await makeReplay(mixed));
    const benchmark = { ...(await load()), rowsSha256: '0'.repeat(64) };
    await expect(
      rescoreRun({ run: await readRecordedRun(folder.path), task, benchmark, verifier }),
    ).rejects.toMatchObject({ code: 'OTHER_PROBLEMS' });
  });

  test('of a folder that holds no run is refused', async () => {
    await expect(readRecordedRun(folder.path)).rejects.toMatchObject({ code: 'NOT_A_RUN' });
  });
});

describe('an explanation', () => {
  test('shows where the answer stands, the rule that found it, and what the verdict rests on, for each grader', async () => {
    await run(await makeReplay(mixed), { graders: [ours, profile] });
    const benchmark = await load();
    const [problem] = benchmark.problems;
    const explanation = await explainSample({
      run: await readRecordedRun(folder.path),
      task,
      benchmark,
      id: problem?.id ?? '',
      epoch: 0,
      graders: [ours, profile],
      verifier,
    });
    expect(explanation).toMatchObject({ references: [problem?.reference], finishReason: 'stop' });
    const [first, second] = explanation.views;
    expect(first).toMatchObject({
      grader: oursGrader,
      score: { outcome: 'correct', extraction: { rule: 'boxed' } },
      excerpt: { before: '\\boxed{', answer: problem?.reference },
      why: expect.stringContaining('Equal.'),
    });
    expect(second).toMatchObject({ grader: 'last-word@3', score: { extraction: { rule: 'last-word' } } });
  });

  test('against other problems than the run was made from is refused', async () => {
    await run(await makeReplay(mixed));
    const benchmark = { ...(await load()), rowsSha256: '0'.repeat(64) };
    const id = benchmark.problems[0]?.id ?? '';
    const base = { run: await readRecordedRun(folder.path), task, graders: [ours], verifier };
    await expect(explainSample({ ...base, benchmark, id, epoch: 0 })).rejects.toMatchObject({ code: 'OTHER_PROBLEMS' });
  });

  test('of a sample or a problem that is not there says which there are', async () => {
    await run(await makeReplay(mixed));
    const benchmark = await load();
    const base = { run: await readRecordedRun(folder.path), task, benchmark, graders: [ours], verifier };
    const id = benchmark.problems[0]?.id ?? '';
    await expect(explainSample({ ...base, id, epoch: 5 })).rejects.toThrow('It has epoch 0.');
    await expect(explainSample({ ...base, id: 'nothing', epoch: 0 })).rejects.toMatchObject({ code: 'UNKNOWN_SAMPLE' });
  });
});

describe('the graders of a command', () => {
  const profiles = new Map([['last-word', lastWord]]);
  const sandbox = { check: () => Promise.reject(new Error('No program is to be run.')) };
  const choose = (choice: Parameters<typeof chooseGraders>[0]) => {
    const { graders, headline } = chooseGraders(choice, { verifier, sandbox, profiles });
    return { labels: graders.map(({ label }) => label), headline };
  };

  test("are the protocol's and ours where none is named, and the protocol's makes the headline", () => {
    expect(choose({ protocol: 'ours' })).toEqual({ labels: [oursGrader], headline: oursGrader });
    expect(choose({ protocol: 'last-word' })).toEqual({
      labels: ['last-word@3', oursGrader],
      headline: 'last-word@3',
    });
  });

  test('may be named by name, by label, or all at once, each once', () => {
    const both = [oursGrader, 'last-word@3'];
    expect(choose({ protocol: 'ours', names: ['all'] }).labels).toEqual(both);
    expect(choose({ protocol: 'ours', names: ['ours', 'last-word@3', 'last-word'] }).labels).toEqual(both);
  });

  test('include the one that makes the headline, named or not', () => {
    expect(choose({ protocol: 'ours', headline: 'last-word' })).toEqual({
      labels: [oursGrader, 'last-word@3'],
      headline: 'last-word@3',
    });
    expect(choose({ protocol: 'ours', names: ['last-word'] }).headline).toBe('last-word@3');
  });

  test('that are not known are refused with those that are', () => {
    expect(() => choose({ protocol: 'ours', names: ['lost-word'] })).toThrow('The graders are ours@3, last-word@3');
    expect(() => choose({ protocol: 'ours', names: ['last-word@1'] })).toThrow("Grader 'last-word@1' is not known");
  });
});

describe('a budget', () => {
  test('ends the run when it is reached, and a raised one goes on without asking anything twice', async () => {
    const client = await makeReplay(mixed);
    const first = await run(client, { budget: { maxTotalTokens: 60 }, concurrency: 1 });
    expect(first).toMatchObject({ status: 'interrupted', budgetReached: '60 of 60 tokens are used' });
    expect(client.asked()).toBe(4);
    const second = await run(client, { budget: { maxTotalTokens: 100 }, concurrency: 1 });
    expect(second).toMatchObject({ status: 'interrupted', resumed: 4 });
    const last = await run(client, { budget: { maxTotalTokens: 150 }, concurrency: 1 });
    expect(last).toMatchObject({ status: 'finished', summary: { isComplete: true } });
    expect(last.budgetReached).toBeUndefined();
    expect(client.asked()).toBe(10);
  });

  test('counts what earlier sessions used, also for samples that are not asked for any more', async () => {
    const client = await makeReplay(mixed, { epochs: 2 });
    await run(client, { limit: 6 });
    const { budgetReached } = await run(client, {
      limit: 3,
      epochs: 2,
      budget: { maxTotalTokens: 120 },
      concurrency: 1,
    });
    expect(budgetReached).toBe('120 of 120 tokens are used');
    expect(client.asked()).toBe(8);
  });

  test('keeps what was in flight when it was reached', async () => {
    const client = await makeReplay(mixed);
    const { summary } = await run(client, { budget: { maxTotalTokens: 60 }, concurrency: 8 });
    expect(Object.values(summary.outcomes).reduce((sum, n) => sum + n, 0)).toBe(client.asked());
  });

  test('on the cost follows the prices, and the summary says what was spent', async () => {
    const client = await makeReplay(mixed);
    const prices = { priceIn: 1e6, priceOut: 2e6 };
    const { budgetReached, summary } = await run(client, { prices, budget: { maxCost: 40 }, concurrency: 1 });
    expect(budgetReached).toBe('40.00 of 40.00 is spent');
    expect(summary.cost).toEqual({ total: 40, ...prices });
  });

  test('cannot be kept where nobody counts, which ends the run with what it has', async () => {
    const { problems } = await load();
    const entries = problems.slice(0, 10).map(({ id }) => ({ id, reply: '\\boxed{1}' }));
    const client = await createReplayClient({ model: 'm', entries });
    await expect(run(client, { budget: { maxTotalTokens: 60 } })).rejects.toMatchObject({ code: 'NO_TOKEN_COUNTS' });
    expect((await run(client)).status).toBe('finished');
  });

  test('cannot be kept either where an earlier session did not count, and nothing is asked', async () => {
    const { problems } = await load();
    const entries = problems.slice(0, 5).map(({ id }) => ({ id, reply: '\\boxed{1}' }));
    await run(await createReplayClient({ model: 'm', entries }), { limit: 5 });
    const client = await makeReplay(mixed);
    await expect(run(client, { budget: { maxTotalTokens: 600 } })).rejects.toMatchObject({
      code: 'NO_TOKEN_COUNTS',
      message: expect.stringContaining('An earlier session'),
    });
    expect(client.asked()).toBe(0);
    expect((await run(client)).status).toBe('finished');
  });
});
