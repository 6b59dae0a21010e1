import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { streamInOrder } from './stream-in-order.ts';

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The results of a stream, and the message of the error that ended it. */
async function collect<Result>(stream: AsyncIterable<Result>): Promise<{ results: Result[]; error?: string }> {
  const results: Result[] = [];
  try {
    for await (const result of stream) results.push(result);
  } catch (error) {
    return { results, error: (error as Error).message };
  }
  return { results };
}

const slowest = { process: (n: number) => later(10 - n).then(() => n), lookAhead: 5, signal: undefined };

test('results come in the order of the source, whichever is ready first', async () => {
  expect(await collect(streamInOrder([1, 2, 3, 4, 5, 6, 7, 8, 9], slowest))).toEqual({
    results: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  });
});

test('what was read before the source throws is given, and then the error', async () => {
  function* inTurn(): Generator<number> {
    yield 1;
    yield 2;
    throw new Error('the file ends here');
  }
  async function* awaited(): AsyncGenerator<number> {
    yield* inTurn();
  }
  const wanted = { results: [1, 2], error: 'the file ends here' };
  expect(await collect(streamInOrder(inTurn(), slowest))).toEqual(wanted);
  expect(await collect(streamInOrder(awaited(), slowest))).toEqual(wanted);
});

test('a source that has thrown is not asked to return', async () => {
  let isReturned = false;
  const broken = {
    [Symbol.iterator]: () => ({
      next: () => {
        throw new Error('broken');
      },
      return: () => {
        isReturned = true;
        return { done: true as const, value: undefined };
      },
    }),
  };
  expect(await collect(streamInOrder(broken as Iterable<number>, slowest))).toEqual({ results: [], error: 'broken' });
  expect(isReturned).toBe(false);
});

test('under a signal that is aborted already the source is not touched', async () => {
  let isTouched = false;
  function* source(): Generator<number> {
    isTouched = true;
    yield 1;
  }
  const signal = AbortSignal.abort(new Error('never mind'));
  expect(await collect(streamInOrder(source(), { ...slowest, signal }))).toEqual({
    results: [],
    error: 'never mind',
  });
  expect(isTouched).toBe(false);
});

test('an abort does not wait for a source that takes for ever to close', async () => {
  const controller = new AbortController();
  async function* source(): AsyncGenerator<number> {
    try {
      for (let n = 1; ; n++) yield n;
    } finally {
      await new Promise(() => undefined);
    }
  }
  const process = (n: number): Promise<number> =>
    n < 3 ? Promise.resolve(n) : new Promise((_resolve, reject) => signalAbort(controller.signal, reject));
  const reading = collect(streamInOrder(source(), { process, lookAhead: 4, signal: controller.signal }));
  await later(20);
  controller.abort(new Error('enough'));
  expect(await reading).toEqual({ results: [1, 2], error: 'enough' });
});

test('a reader may leave while the source stands still, and waits for a source that closes', async () => {
  async function* still(): AsyncGenerator<number> {
    yield 1;
    await new Promise(() => undefined);
  }
  const stream = streamInOrder(still(), slowest);
  expect(await stream.next()).toEqual({ done: false, value: 1 });
  const next = stream.next();
  expect(await stream.return()).toEqual({ done: true, value: undefined });
  expect(await next).toEqual({ done: true, value: undefined });
  let isClosed = false;
  async function* closing(): AsyncGenerator<number> {
    try {
      yield* [1, 2, 3];
    } finally {
      await later(20);
      isClosed = true;
    }
  }
  for await (const _first of streamInOrder(closing(), { ...slowest, lookAhead: 1 })) break;
  expect(isClosed).toBe(true);
});

test('a signal that outlives its streams keeps no listener of them', async () => {
  const { signal } = new AbortController();
  for (let run = 0; run < 3; run++) {
    await collect(streamInOrder([1, 2], { ...slowest, signal }));
    for await (const _first of streamInOrder([1, 2], { ...slowest, signal })) break;
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

function signalAbort(signal: AbortSignal, reject: (reason: unknown) => void): void {
  signal.addEventListener('abort', () => reject(signal.reason));
}
