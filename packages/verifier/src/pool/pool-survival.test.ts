import { getEventListeners } from 'node:events';
import { createRequire } from 'node:module';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import type { VerifyInput } from '../types.ts';
import { createVerifierPool } from './create-verifier-pool.ts';
import type { PoolItem, VerifierPool, VerifierPoolOptions } from './types.ts';

const workerFile = new URL('./__fixtures__/looping-worker.mjs', import.meta.url).href;
const openWorker = new URL('./__fixtures__/open-worker.mjs', import.meta.url).href;
const opinionWorker = new URL('./__fixtures__/opinion-worker.mjs', import.meta.url).href;

let pool: VerifierPool | undefined;

function open(options: VerifierPoolOptions = {}): VerifierPool {
  pool = createVerifierPool({ cas: false, ...options });
  return pool;
}

/** Verdicts, or reasons where there are some, of the reference 1 and these candidates, asked together. */
async function ask(verifier: VerifierPool, candidates: readonly string[]): Promise<string[]> {
  const results = await Promise.all(candidates.map((candidate) => verifier.verify({ reference: '1', candidate })));
  return results.map(({ verdict, reason }) => reason ?? verdict);
}

afterEach(async () => {
  await pool?.close();
  pool = undefined;
});

test('what is no item is refused by name, and costs its neighbours nothing', async () => {
  const verifier = open();
  const good = { reference: '1', candidate: '1' };
  const bad = [null, 5, {}, { reference: 1, candidate: '1' }, { reference: '1', candidate: undefined }];
  const asked = bad.flatMap((item) => [verifier.verify(good), verifier.verify(item as PoolItem)]);
  const seen = await Promise.allSettled(asked);
  expect(seen.map((one) => (one.status === 'fulfilled' ? one.value.verdict : one.reason.code))).toEqual(
    bad.flatMap(() => ['equal', 'BAD_ITEM']),
  );
  expect(verifier.getStatistics()).toMatchObject({ verified: 5, refused: 5, workersLost: 0, pending: 0 });
});

test('in a stream what is no item is undecided in its place, with the reason in words', async () => {
  const items = [
    { reference: '1', candidate: '1' },
    null,
    { reference: '1', candidate: '2', options: { fuel: -1 } },
    7,
  ];
  const results = [];
  for await (const result of open({ rewards: true }).verifyMany(items as PoolItem[])) results.push(result);
  expect(results.map(({ verdict, reason }) => reason ?? verdict)).toEqual([
    'equal',
    'bad-item',
    'bad-item',
    'bad-item',
  ]);
  expect(results.map(({ reward }) => reward)).toEqual([1, null, 0, null]);
  expect(results[2]?.refusal).toContain("Option 'fuel' is -1");
});

test('in a stream an item that throws at any touch is undecided like any other that is none', async () => {
  const fail = (): never => {
    throw new Error('do not touch');
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const good = { reference: '1', candidate: '1' };
  const items = [good, new Proxy({}, { has: fail, get: fail }), revoked.proxy, good] as PoolItem[];
  const results = [];
  for await (const { verdict, reason } of open().verifyMany(items)) results.push(reason ?? verdict);
  expect(results).toEqual(['equal', 'bad-item', 'bad-item', 'equal']);
});

test('an item may carry what no message can hold', async () => {
  const item = { reference: '1', candidate: '1', row: 3, onDone: () => undefined };
  expect(await open().verify(item)).toMatchObject({ verdict: 'equal' });
});

test('a worker out of memory is replaced, and only the item that filled it is undecided', async () => {
  const verifier = open({ workerFile, memoryMb: 32, workers: 1 });
  expect(await ask(verifier, ['1', 'GROW', '2', '1'])).toEqual(['equal', 'out-of-memory', 'different', 'equal']);
  expect(verifier.getStatistics()).toMatchObject({ verified: 4, outOfMemory: 1, workersLost: 2, overBudget: 0 });
});

test('items that together are larger than the memory of a worker are sent apart', async () => {
  const verifier = open({ memoryMb: 32, workers: 1 });
  const reply = `${'a'.repeat(1_000_000)} \\boxed{7}`;
  const asked = Array.from({ length: 60 }, () => verifier.verify({ reference: '7', reply }));
  expect((await Promise.all(asked)).every(({ verdict }) => verdict === 'equal')).toBe(true);
  expect(verifier.getStatistics()).toMatchObject({ verified: 60, batches: 60, workersLost: 0 });
});

test('a text that a worker has no place for is out of memory unread, and the process lives', async () => {
  const verifier = open({ memoryMb: 16, workers: 1, rewards: true });
  const longest = 16 * 262_144 - 1;
  const texts = ['x'.repeat(longest), '\u4e2d'.repeat(longest), 'x'.repeat(longest + 1), '1'];
  expect(await ask(verifier, texts)).toEqual(['too-long', 'too-long', 'out-of-memory', 'equal']);
  const reply = await verifier.verify({ reference: '1', reply: 'x'.repeat(20_000_000) });
  expect(reply).toMatchObject({ reason: 'out-of-memory', reward: 0, extraction: { status: 'no-answer' } });
  expect(verifier.getStatistics()).toMatchObject({ verified: 5, outOfMemory: 2, workersLost: 0, pending: 0 });
});

test('an item that a worker dies of or fails at says so, alone or among others', async () => {
  const verifier = open({ workerFile, workers: 1 });
  expect(await ask(verifier, ['1', 'DIE', '1'])).toEqual(['equal', 'worker-failed', 'equal']);
  expect(await ask(verifier, ['DIE'])).toEqual(['worker-failed']);
  expect(await ask(verifier, ['1', 'THROW', '2'])).toEqual(['equal', 'worker-failed', 'different']);
});

test('a comparison that takes long does not hold up what comes later while another thread is free', async () => {
  const verifier = open({ workerFile, workers: 2, budgetMs: 60_000 });
  await verifier.start();
  const controller = new AbortController();
  const { signal } = controller;
  const long = verifier.verify({ reference: '1', candidate: 'WAIT' }, { signal }).catch(() => 'aborted');
  while (verifier.getStatistics().batches === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await ask(verifier, ['1', '2'])).toEqual(['equal', 'different']);
  expect(await ask(verifier, ['2'])).toEqual(['different']);
  expect(verifier.getStatistics().pending).toBe(1);
  controller.abort();
  expect(await long).toBe('aborted');
});

test('a comparison that takes long makes a second thread start for what comes later', async () => {
  const verifier = open({ workerFile, workers: 2, budgetMs: 60_000 });
  const controller = new AbortController();
  const { signal } = controller;
  const long = verifier.verify({ reference: '1', candidate: 'WAIT' }, { signal }).catch(() => 'aborted');
  while (verifier.getStatistics().batches === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await ask(verifier, ['1'])).toEqual(['equal']);
  expect(verifier.getStatistics()).toMatchObject({ pending: 1, threads: 2 });
  controller.abort();
  expect(await long).toBe('aborted');
});

test('a worker that ends while it starts, without a word, is an error and no endless wait', async () => {
  const verifier = open({ workerFile: new URL('./__fixtures__/exiting-worker.mjs', import.meta.url).href, workers: 2 });
  await expect(verifier.verify({ reference: '1', candidate: '1' })).rejects.toMatchObject({ code: 'WORKER_FAILED' });
  await expect(verifier.start()).rejects.toMatchObject({ code: 'WORKER_FAILED' });
});

test('a budget of weeks is one, and nothing is said on the console about it', async () => {
  const warnings: Error[] = [];
  const listen = (warning: Error): unknown => warnings.push(warning);
  process.on('warning', listen);
  expect(await ask(open({ budgetMs: 1e12 }), ['1'])).toEqual(['equal']);
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('warning', listen);
  expect(warnings).toEqual([]);
});

test('a worker that dies between two batches costs nothing', async () => {
  const verifier = open({ workerFile, workers: 1 });
  await ask(verifier, ['NAP']);
  expect(await ask(verifier, ['1', '2'])).toEqual(['equal', 'different']);
});

test('an abort rejects all that wait while a worker is busy, and the next ones have their turn', async () => {
  const verifier = open({ workerFile, workers: 1, budgetMs: 60_000 });
  const controller = new AbortController();
  const { signal } = controller;
  let rejected = 0;
  const asked = Array.from({ length: 50_000 }, (_, i) =>
    verifier.verify({ reference: '1', candidate: i === 0 ? 'WAIT' : '1' }, { signal }).catch((error: Error) => {
      if (error.message === 'enough') rejected++;
    }),
  );
  const other = verifier.verify({ reference: '1', candidate: '1' });
  while (verifier.getStatistics().batches === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(verifier.getStatistics().pending).toBe(50_001);
  controller.abort(new Error('enough'));
  expect(verifier.getStatistics()).toMatchObject({ pending: 1, aborted: 50_000 });
  await Promise.all(asked);
  expect(rejected).toBe(50_000);
  // The worker leaves the abandoned batch by itself: it is not killed for it.
  expect(await other).toMatchObject({ verdict: 'equal' });
  expect(verifier.getStatistics()).toMatchObject({ verified: 1, batches: 2, workersLost: 0, pending: 0 });
});

test('a signal aborts what waits under it and nothing else', async () => {
  const verifier = open({ workerFile, workers: 1, budgetMs: 60_000 });
  const controllers = Array.from({ length: 3 }, () => new AbortController());
  const asked = Array.from({ length: 300 }, (_, i) => {
    const { signal } = controllers[i % 3] as AbortController;
    return verifier.verify({ reference: '1', candidate: String(i) }, { signal });
  });
  const settled = Promise.allSettled(asked);
  controllers[1]?.abort(new Error('one of three'));
  expect((await settled).map(({ status }) => status)).toEqual(
    asked.map((_, i) => (i % 3 === 1 ? 'rejected' : 'fulfilled')),
  );
  for (const { signal } of controllers) expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('no second opinion is asked about what nobody waits for', async () => {
  const verifier = open({ cas: true, workerFile: openWorker, casWorkerFile: opinionWorker, casBudgetMs: 1000 });
  const controller = new AbortController();
  const dropped = Array.from({ length: 20 }, () =>
    verifier.verify({ reference: '1', candidate: 'LOOP' }, { signal: controller.signal }).catch(() => 'dropped'),
  );
  while (verifier.getStatistics().secondOpinions.asked === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  expect(await Promise.all(dropped)).toEqual(dropped.map(() => 'dropped'));
  expect(await verifier.verify({ reference: '1', candidate: 'equal' })).toMatchObject({ verdict: 'equal' });
  expect(verifier.getStatistics()).toMatchObject({ secondOpinions: { asked: 2, equal: 1 }, aborted: 20, verified: 1 });
});

test('a pool that is started has all its threads before the first item', async () => {
  const verifier = open({ workers: 2 });
  expect(verifier.getStatistics().threads).toBe(0);
  await Promise.all([verifier.start(), verifier.start()]);
  expect(verifier.getStatistics()).toMatchObject({ threads: 2, verified: 0, batches: 0, pending: 0 });
  await verifier.start();
  expect(await ask(verifier, ['1', '2'])).toEqual(['equal', 'different']);
});

test('a pool starts beside work that has begun', async () => {
  const verifier = open({ workers: 2 });
  const asked = ask(verifier, ['1', '2']);
  await verifier.start();
  expect(verifier.getStatistics().threads).toBe(2);
  expect(await asked).toEqual(['equal', 'different']);
});

test('a start that cannot succeed says why, also where the pool is closed meanwhile', async () => {
  const missing = new URL('./missing-worker.mjs', import.meta.url).href;
  await expect(open({ workerFile: missing }).start()).rejects.toMatchObject({ code: 'WORKER_FAILED' });
  await pool?.close();
  const verifier = open();
  const starting = expect(verifier.start()).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  await verifier.close();
  await starting;
  await expect(verifier.start()).rejects.toMatchObject({ code: 'POOL_CLOSED' });
});

test('statistics count every verdict once, and shares lie between 0 and 1', async () => {
  const verifier = open({ workerFile, workers: 2, budgetMs: 400 });
  await ask(verifier, ['1', '2', '3', 'LOOP', 'DIE', '\\sqrt{1}']);
  const seen = verifier.getStatistics();
  expect(seen).toMatchObject({
    verified: 6,
    verdicts: { equal: 2, different: 2, undecided: 2 },
    overBudget: 1,
    outOfMemory: 0,
    aborted: 0,
    pending: 0,
  });
  expect(seen.busyShare).toBeGreaterThan(0);
  expect(seen.busyShare).toBeLessThanOrEqual(1);
  expect(seen.perSecond).toBeCloseTo(6000 / seen.elapsedMs);
  // What hung is counted with its budget; on a busy machine a sound comparison may take longer still.
  expect(seen.comparisonMs.max).toBeGreaterThanOrEqual(400);
  expect(seen.comparisonMs.p50).toBeLessThanOrEqual(seen.comparisonMs.p90);
});

test('a long stream is given in order and in full, with messages of a hundred', async () => {
  async function* source(): AsyncGenerator<VerifyInput> {
    for (let i = 0; i < 20_000; i++) yield { reference: String(i), candidate: String(i % 7 === 0 ? i : i + 1) };
  }
  const verifier = open();
  let index = 0;
  let wrong = 0;
  for await (const { verdict, normalized } of verifier.verifyMany(source())) {
    if (normalized.reference !== String(index) || verdict !== (index % 7 === 0 ? 'equal' : 'different')) wrong++;
    index++;
  }
  expect({ index, wrong }).toEqual({ index: 20_000, wrong: 0 });
  expect(verifier.getStatistics()).toMatchObject({ verified: 20_000, pending: 0, workersLost: 0 });
  expect(verifier.getStatistics().batches).toBeLessThan(300);
});

test('where the system starts no thread, each call is told so, and the pool goes on when it does', async () => {
  // The object that piscina reads its `Worker` from.
  const threads = createRequire(import.meta.url)('node:worker_threads') as { Worker: unknown };
  const { Worker } = threads;
  const restore = (): void => {
    threads.Worker = Worker;
  };
  onTestFinished(restore);
  const unheld: unknown[] = [];
  const onUnheld = (reason: unknown): number => unheld.push(reason);
  process.on('unhandledRejection', onUnheld);
  onTestFinished(() => void process.off('unhandledRejection', onUnheld));
  threads.Worker = class {
    constructor() {
      throw Object.assign(new Error('Worker creation failed: EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' });
    }
  };
  const verifier = open({ workers: 2 });
  const asked = ['1', '2', '3'].map((candidate) => verifier.verify({ reference: '1', candidate }));
  const seen = await Promise.allSettled(asked);
  expect(seen.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(seen[0]).toMatchObject({ reason: { message: expect.stringContaining('EAGAIN') } });
  restore();
  expect(await ask(verifier, ['1', '2'])).toEqual(['equal', 'different']);
  await verifier.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(unheld).toEqual([]);
});
