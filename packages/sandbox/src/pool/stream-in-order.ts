export interface StreamOptions<Item, Result> {
  readonly process: (item: Item, signal: AbortSignal) => Promise<Result>;
  /** The most items that are read and not yet given out. */
  readonly lookAhead: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Processes a stream with bounded look-ahead and gives the results in its order. A result is given as soon as it is
 * there, also while the source makes the next item wait. Where the source throws, the error comes in its place. Leaving
 * the loop early drops what is under way.
 */
export function streamInOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  options: StreamOptions<Item, Result>,
): AsyncGenerator<Result, void, undefined> {
  const controller = new AbortController();
  const results = giveInOrder(items, options, controller);
  const leave = results.return.bind(results);
  // A generator hears of it only when it gives its next result, which a source that stands still never brings.
  results.return = (value) => {
    controller.abort();
    return leave(value);
  };
  return results;
}

async function* giveInOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  { process, lookAhead, signal }: StreamOptions<Item, Result>,
  controller: AbortController,
): AsyncGenerator<Result, void, undefined> {
  signal?.throwIfAborted();
  const source = new Source(items);
  const onAbort = (): void => controller.abort(signal?.reason);
  // Not AbortSignal.any, which keeps a trace of every stream in a signal that outlives them.
  signal?.addEventListener('abort', onAbort);
  const pending: Promise<Result>[] = [];
  try {
    for (;;) {
      controller.signal.throwIfAborted();
      const head = pending[0];
      if (head === undefined && source.isDone) {
        source.throwIfBroken();
        return;
      }
      const canRead = !source.isDone && pending.length < lookAhead;
      if (canRead && (await source.isReady(head, controller.signal))) {
        for (const item of source.take()) {
          const result = process(item, controller.signal);
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
  } catch (error) {
    // Who has left is not told that what was under way is dropped.
    if (signal?.aborted === true || !controller.signal.aborted) throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    controller.abort();
    // Who aborts does not wait for a source that takes its time to close.
    const closing = source.close();
    if (signal?.aborted === true) closing.catch(() => undefined);
    else await closing;
  }
}

/** One item ahead of a source, synchronous or not. */
class Source<Item> {
  readonly #iterator: Iterator<Item> | AsyncIterator<Item>;
  readonly #isAsync: boolean;
  #next: Promise<void> | undefined;
  #ready: Item[] = [];
  #failure: { readonly error: unknown } | undefined;
  /** Whether nothing more comes: it has ended, or thrown. */
  isDone = false;

  constructor(items: Iterable<Item> | AsyncIterable<Item>) {
    this.#isAsync = Symbol.asyncIterator in items;
    this.#iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  }

  /** Waits for an item, for the end of the source, or for `other`; whether an item is there. */
  async isReady(other: Promise<unknown> | undefined, signal: AbortSignal): Promise<boolean> {
    if (!this.#isAsync) {
      try {
        this.#receive(this.#iterator.next() as IteratorResult<Item>);
      } catch (error) {
        this.#break(error);
      }
      return this.#ready.length > 0;
    }
    this.#next ??= this.#readNext();
    const next = this.#next;
    const stopped = waitForAbort(signal);
    try {
      await Promise.race(other === undefined ? [next, stopped.promise] : [next, other, stopped.promise]);
    } finally {
      stopped.forget();
    }
    return this.#ready.length > 0;
  }

  async #readNext(): Promise<void> {
    try {
      this.#receive(await this.#iterator.next());
    } catch (error) {
      this.#break(error);
    }
  }

  #receive(result: IteratorResult<Item>): void {
    this.#next = undefined;
    if (result.done === true) this.isDone = true;
    else this.#ready.push(result.value);
  }

  #break(error: unknown): void {
    this.#next = undefined;
    this.isDone = true;
    this.#failure = { error };
  }

  /** Throws what the source threw. */
  throwIfBroken(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
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
