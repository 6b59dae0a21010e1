export interface StreamOptions<Item, Result> {
  readonly process: (item: Item, signal: AbortSignal) => Promise<Result>;
  /** The most items that are read and not yet given out. */
  readonly lookAhead: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Processes a stream with bounded look-ahead and gives the results in its order. A result is given as soon as it is
 * there, also while the source makes the next item wait. Leaving the loop early drops what is under way.
 */
export async function* streamInOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  { process, lookAhead, signal }: StreamOptions<Item, Result>,
): AsyncGenerator<Result, void, undefined> {
  const controller = new AbortController();
  const joined = signal === undefined ? controller.signal : AbortSignal.any([controller.signal, signal]);
  const source = new Source(items);
  const pending: Promise<Result>[] = [];
  try {
    for (;;) {
      signal?.throwIfAborted();
      const head = pending[0];
      if (head === undefined && source.isDone) return;
      const canRead = !source.isDone && pending.length < lookAhead;
      if (canRead && (await source.isReady(head, joined))) {
        for (const item of source.take()) {
          const result = process(item, joined);
          // Handled when its turn comes; until then its failure is not unhandled.
          result.catch(() => undefined);
          pending.push(result);
        }
      } else if (head !== undefined) {
        const result = await head;
        pending.shift();
        yield result;
      }
    }
  } finally {
    controller.abort();
    await source.close();
  }
}

/** One item ahead of a source, synchronous or not. */
class Source<Item> {
  readonly #iterator: Iterator<Item> | AsyncIterator<Item>;
  readonly #isAsync: boolean;
  #next: Promise<void> | undefined;
  #ready: Item[] = [];
  isDone = false;

  constructor(items: Iterable<Item> | AsyncIterable<Item>) {
    this.#isAsync = Symbol.asyncIterator in items;
    this.#iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  }

  /** Waits for an item, for the end of the source, or for `other`; whether an item is there. */
  async isReady(other: Promise<unknown> | undefined, signal: AbortSignal): Promise<boolean> {
    if (!this.#isAsync) {
      this.#receive(this.#iterator.next() as IteratorResult<Item>);
      return this.#ready.length > 0;
    }
    this.#next ??= Promise.resolve(this.#iterator.next()).then((result) => this.#receive(result));
    const next = this.#next;
    const stopped = waitForAbort(signal);
    try {
      await Promise.race(other === undefined ? [next, stopped.promise] : [next, other, stopped.promise]);
    } finally {
      stopped.forget();
    }
    return this.#ready.length > 0;
  }

  #receive(result: IteratorResult<Item>): void {
    this.#next = undefined;
    if (result.done === true) this.isDone = true;
    else this.#ready.push(result.value);
  }

  take(): Item[] {
    const items = this.#ready;
    this.#ready = [];
    return items;
  }

  async close(): Promise<void> {
    // A source that is waited for cannot be told to stop: its `return` would queue behind the wait.
    if (this.isDone) return;
    const closing = this.#iterator.return?.();
    if (this.#next === undefined) await closing;
    else Promise.resolve(closing).catch(() => undefined);
  }
}

function waitForAbort(signal: AbortSignal): { readonly promise: Promise<void>; readonly forget: () => void } {
  let forget = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    const onAbort = (): void => resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    forget = () => signal.removeEventListener('abort', onAbort);
  });
  return { promise, forget };
}
