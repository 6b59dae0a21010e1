import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { readAnswerCases } from '../__fixtures__/read-cases.ts';
import type { VerifyInput } from '../types.ts';
import { verifyAnswer } from '../verify-answer.ts';
import { createVerifierPool } from './create-verifier-pool.ts';
import type { VerifierPool, VerifierPoolOptions } from './types.ts';

const openWorker = new URL('./__fixtures__/open-worker.mjs', import.meta.url).href;
const loopingWorker = new URL('./__fixtures__/looping-worker.mjs', import.meta.url).href;

let pool: VerifierPool | undefined;

function open(options: VerifierPoolOptions = {}): VerifierPool {
  pool = createVerifierPool(options);
  return pool;
}

afterEach(async () => {
  await pool?.close();
  pool = undefined;
});

// Thousands of comparisons: on a busy machine they take a third of a minute.
const manyCases = { timeout: 180_000 };

test('without computer algebra the pool gives the results of the library, in order', manyCases, async () => {
  const cases = readAnswerCases().map(({ reference, candidate }) => ({ reference, candidate }));
  const results = [];
  for await (const result of open({ cas: false }).verifyMany(cases)) results.push(result);
  expect(results).toEqual(cases.map((row) => ({ ...verifyAnswer(row), ms: expect.any(Number) })));
});

test('computer algebra makes undecided pairs equal and changes no other verdict', manyCases, async () => {
  const cases = readAnswerCases();
  const verifier = open();
  let index = 0;
  for await (const { verdict, rule } of verifier.verifyMany(cases)) {
    const row = cases[index++] as (typeof cases)[number];
    const alone = verifyAnswer(row).verdict;
    if (verdict !== alone)
      expect({ alone, verdict, rule }, JSON.stringify(row)).toEqual({
        alone: 'undecided',
        verdict: 'equal',
        rule: 'cas',
      });
  }
  expect(index).toBe(cases.length);
});

test('a second opinion is counted, may only make a pair equal, and is killed over its budget or out of memory', async () => {
  const opinionWorker = new URL('./__fixtures__/opinion-worker.mjs', import.meta.url).href;
  const verifier = open({ workerFile: openWorker, casWorkerFile: opinionWorker, casBudgetMs: 1000 });
  const candidates = ['equal', 'LOOP', 'different', 'undecided', 'equal', 'GROW', 'equal'];
  const results = await Promise.all(candidates.map((candidate) => verifier.verify({ reference: '1', candidate })));
  const seen = results.map(({ verdict, rule, secondOpinion }) => `${verdict} ${rule} ${secondOpinion}`);
  const killed = 'undecided none killed';
  const none = 'undecided none none';
  const equal = 'equal cas same';
  expect(seen).toEqual([equal, killed, none, none, equal, killed, equal]);
  expect(verifier.getStatistics()).toMatchObject({
    verified: 7,
    secondOpinions: { asked: 7, equal: 3, killed: 2 },
    pending: 0,
  });
});

test('without computer algebra nothing is asked', async () => {
  const verifier = open({ workerFile: openWorker, cas: false });
  const result = await verifier.verify({ reference: '1', candidate: 'equal' });
  expect(result).not.toHaveProperty('isOpen');
  expect(result).toMatchObject({ verdict: 'undecided', reason: 'no-rule' });
  expect(verifier.getStatistics().secondOpinions).toEqual({ asked: 0, equal: 0, killed: 0 });
});

test('a pool that is closed rejects what waits for a second opinion', async () => {
  const opinionWorker = new URL('./__fixtures__/opinion-worker.mjs', import.meta.url).href;
  const verifier = open({ workerFile: openWorker, casWorkerFile: opinionWorker, casBudgetMs: 60_000 });
  const waiting = verifier.verify({ reference: '1', candidate: 'LOOP' });
  const rejection = expect(waiting).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  while (verifier.getStatistics().secondOpinions.asked === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await verifier.close();
  await rejection;
});

test('replies are extracted from in the worker', async () => {
  const result = await open().verify({ reference: '7', reply: 'So it is \\boxed{7}.' });
  expect(result).toMatchObject({ verdict: 'equal', extraction: { status: 'found', answer: '7' } });
});

test('calls made together share messages of up to a hundred', async () => {
  const verifier = open({ workers: 1 });
  const calls = Array.from({ length: 250 }, (_, i) => verifier.verify({ reference: '7', candidate: String(i) }));
  const results = await Promise.all(calls);
  expect(results.findIndex(({ verdict }) => verdict === 'equal')).toBe(7);
  expect(verifier.getStatistics()).toEqual({
    verified: 250,
    verdicts: { equal: 1, different: 249, undecided: 0 },
    overBudget: 0,
    outOfMemory: 0,
    aborted: 0,
    refused: 0,
    workersLost: 0,
    batches: 3,
    pending: 0,
    threads: 1,
    secondOpinions: { asked: 0, equal: 0, killed: 0 },
    elapsedMs: expect.any(Number),
    busyMs: expect.any(Number),
    busyShare: expect.any(Number),
    perSecond: expect.any(Number),
    comparisonMs: {
      p50: expect.any(Number),
      p90: expect.any(Number),
      p99: expect.any(Number),
      max: expect.any(Number),
    },
  });
});

test('a batch that gathers waits for a hundred items or for its time, whichever comes first', async () => {
  const verifier = open({ gatherMs: 50, cas: false });
  await verifier.verify({ reference: '1', candidate: '1' });
  expect(verifier.getStatistics()).toMatchObject({ verified: 1, batches: 1 });
  const patient = open({ gatherMs: 600_000, cas: false });
  const asked = [];
  for (let turn = 0; turn < 10; turn++) {
    for (let i = 0; i < 10; i++) asked.push(patient.verify({ reference: '2', candidate: '3' }));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await Promise.all(asked)).toHaveLength(100);
  expect(patient.getStatistics()).toMatchObject({ verified: 100, batches: 1 });
  const late = patient.verify({ reference: '1', candidate: '1' });
  const refused = expect(late).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  await patient.close();
  await refused;
  await verifier.close();
});

test('a comparison that hangs is over budget, and its neighbours keep their verdicts', async () => {
  const verifier = open({ budgetMs: 250, workerFile: loopingWorker });
  const bad = new Set([0, 57, 58, 99, 140]);
  const items = Array.from({ length: 150 }, (_, i) => ({ reference: '1', candidate: bad.has(i) ? 'LOOP' : '1' }));
  const results = await Promise.all(items.map((item) => verifier.verify(item)));
  results.forEach((result, i) => {
    const wanted = bad.has(i) ? { verdict: 'undecided', reason: 'over-budget' } : { verdict: 'equal' };
    expect(result, String(i)).toMatchObject(wanted);
  });
  expect(verifier.getStatistics()).toMatchObject({ verified: 150, overBudget: 5, pending: 0 });
});

test('a worker that dies is replaced, and only the item that killed it has no verdict', async () => {
  const verifier = open({ workerFile: loopingWorker });
  const results = await Promise.all(
    ['1', 'DIE', '2'].map((candidate) => verifier.verify({ reference: '1', candidate })),
  );
  expect(results.map(({ verdict }) => verdict)).toEqual(['equal', 'undecided', 'different']);
  expect(verifier.getStatistics().workersLost).toBeGreaterThan(0);
});

test('a hanging reply keeps what was extracted from it', async () => {
  const result = await open({ budgetMs: 50, workerFile: loopingWorker }).verify({ reference: '1', reply: 'LOOP' });
  expect(result).toMatchObject({ reason: 'over-budget', extraction: { status: 'found', answer: 'LOOP' } });
});

test('a stream is read ahead by a few hundred items and no more', async () => {
  let read = 0;
  let given = 0;
  let furthest = 0;
  function* source(): Generator<VerifyInput> {
    for (; read < 5000; read++) yield { reference: String(read), candidate: String(read) };
  }
  for await (const { verdict } of open({ workers: 1 }).verifyMany(source())) {
    furthest = Math.max(furthest, read - given);
    given++;
    expect(verdict).toBe('equal');
  }
  expect(given).toBe(5000);
  expect(furthest).toBeLessThanOrEqual(201);
});

test('a result is given while the source makes the next item wait', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  async function* source(): AsyncGenerator<VerifyInput> {
    yield { reference: '1', candidate: '1' };
    await gate;
    yield { reference: '1', candidate: '2' };
  }
  const results = open().verifyMany(source());
  expect((await results.next()).value).toMatchObject({ verdict: 'equal' });
  release();
  expect((await results.next()).value).toMatchObject({ verdict: 'different' });
  expect((await results.next()).done).toBe(true);
});

test('an abort rejects what waits with its reason, also while the source waits', async () => {
  const controller = new AbortController();
  const verifier = open({ workerFile: loopingWorker, budgetMs: 60_000 });
  const alone = verifier.verify({ reference: '1', candidate: 'LOOP' }, { signal: controller.signal });
  async function* source(): AsyncGenerator<VerifyInput> {
    await new Promise(() => undefined);
    yield { reference: '1', candidate: '1' };
  }
  const stream = verifier.verifyMany(source(), { signal: controller.signal }).next();
  controller.abort(new Error('enough'));
  await expect(alone).rejects.toThrow('enough');
  await expect(stream).rejects.toThrow('enough');
  await expect(verifier.verify({ reference: '1', candidate: '1' }, { signal: controller.signal })).rejects.toThrow(
    'enough',
  );
});

test('leaving a stream early closes its source', async () => {
  let isClosed = false;
  function* source(): Generator<VerifyInput> {
    try {
      for (;;) yield { reference: '1', candidate: '1' };
    } finally {
      isClosed = true;
    }
  }
  for await (const { verdict } of open().verifyMany(source())) {
    expect(verdict).toBe('equal');
    break;
  }
  expect(isClosed).toBe(true);
});

test('an error of the source reaches the reader', async () => {
  async function* source(): AsyncGenerator<VerifyInput> {
    yield { reference: '1', candidate: '1' };
    throw new Error('the source broke');
  }
  const read = async (): Promise<void> => {
    for await (const { verdict } of open().verifyMany(source())) expect(verdict).toBe('equal');
  };
  await expect(read()).rejects.toThrow('the source broke');
});

test('a closed pool refuses work, and closing rejects what is pending', async () => {
  const verifier = open({ workerFile: loopingWorker, budgetMs: 60_000 });
  const pending = verifier.verify({ reference: '1', candidate: 'LOOP' });
  const refused = expect(pending).rejects.toMatchObject({ code: 'POOL_CLOSED', isScaleQuestError: true });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await verifier.close();
  await refused;
  await expect(verifier.verify({ reference: '1', candidate: '1' })).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  await verifier.close();
});

test('a worker file that cannot be loaded is an error and not a verdict', async () => {
  const verifier = open({ workerFile: new URL('./missing-worker.mjs', import.meta.url).href });
  await expect(verifier.verify({ reference: '1', candidate: '1' })).rejects.toMatchObject({ code: 'WORKER_FAILED' });
});

test.each([
  [{ budgetMs: 0 }, "Option 'budgetMs' is 0; give a number above 0."],
  [{ budgetMs: Number.NaN }, "Option 'budgetMs' is NaN; give a number above 0."],
  [{ gatherMs: -1 }, "Option 'gatherMs' is -1; give a number from 0 to 2147483647."],
  [{ workers: 1.5 }, "Option 'workers' is 1.5; give a whole number above 0."],
  [{ idleMs: -1 }, "Option 'idleMs' is -1; give a number from 0 to 2147483647, or Infinity."],
  [{ memoryMb: 1 }, "Option 'memoryMb' is 1; give a number of at least 16."],
  [{ fuel: -1 }, "Option 'fuel' is -1; give a number above 0."],
])('the options %o are refused in words', (options, message) => {
  expect(() => createVerifierPool(options)).toThrow(message);
});

test('a process ends by itself after close', async () => {
  const entry = new URL('../../dist/pool/index.js', import.meta.url).href;
  const code = `const { createVerifierPool } = await import('${entry}');
    const pool = createVerifierPool();
    process.stdout.write((await pool.verify({ reference: '1/2', candidate: '0.5' })).verdict);
    await pool.close();`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
    timeout: 30_000,
  });
  expect({ stdout, stderr }).toEqual({ stdout: 'equal', stderr: '' });
});

test('the options of the pool reach its workers, and an item may have its own', async () => {
  const verifier = open({ preset: 'strict', policies: { 'percent-sign': false } });
  const near = { reference: '\\sqrt{2}', candidate: '1.414' };
  expect(await verifier.verify({ reference: '50\\%', candidate: '50' })).toMatchObject({ verdict: 'different' });
  expect(await verifier.verify(near)).toMatchObject({ verdict: 'different' });
  expect(await verifier.verify({ ...near, options: { policies: { 'claimed-digits': true } } })).toMatchObject({
    verdict: 'equal',
  });
  await expect(verifier.verify({ ...near, options: { fuel: -1 } })).rejects.toThrow("Option 'fuel'");
});
