interface Slot<T> {
  readonly result: Promise<T>;
  readonly size: number;
}

export interface BeltOptions {
  /** The most results that are on their way. */
  readonly maxItems: number;
  /** The most that they weigh together; one that weighs more travels alone. */
  readonly maxSize: number;
}

/** Carries results from who makes them to who writes them, in order, and holds the maker back while it is full. */
export class Belt<T> {
  readonly #options: BeltOptions;
  readonly #slots: Slot<T>[] = [];
  #size = 0;
  #isEnded = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void)[] = [];

  constructor(options: BeltOptions) {
    this.#options = options;
  }

  /** Resolves when there is room for something of that size. */
  async waitForRoom(size: number): Promise<void> {
    const { maxItems, maxSize } = this.#options;
    for (;;) {
      this.throwFailure();
      const isFull = this.#slots.length >= maxItems || this.#size + size > maxSize;
      if (!isFull || this.#slots.length === 0) return;
      await this.#untilChange();
    }
  }

  put(result: Promise<T>, size: number): void {
    // Handled when its turn comes; until then its failure is not unhandled.
    result.catch(() => undefined);
    this.#slots.push({ result, size });
    this.#size += size;
    this.#change();
  }

  /** Nothing comes any more. */
  end(): void {
    this.#isEnded = true;
    this.#change();
  }

  /** Makes both ends throw. The first failure counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#change();
  }

  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Every result in order. One leaves the belt when the next is asked for. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      this.throwFailure();
      const [head] = this.#slots;
      if (head !== undefined) {
        yield await head.result;
        this.#slots.shift();
        this.#size -= head.size;
        this.#change();
      } else if (this.#isEnded) return;
      else await this.#untilChange();
    }
  }

  #untilChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake.push(resolve);
    });
  }

  #change(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}
