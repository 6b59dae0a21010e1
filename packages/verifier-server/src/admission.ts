import { RequestError } from './request-error.ts';

export interface AdmissionOptions {
  /** The most items that may wait or be at work. */
  readonly maxWaiting: number;
  /** The most bytes of bodies that may be held at one time, whether they are still arriving or at work. */
  readonly maxHeldBytes: number;
}

/** What a request holds, and gives back once. */
export interface Place {
  readonly release: () => void;
}

/** Bytes of one body, as they arrive. */
export interface HeldBytes extends Place {
  readonly add: (bytes: number) => void;
}

/**
 * Says who may come in, so that no queue grows without end: above a number of items, or of bytes of bodies, a request is
 * told to come back later. A request that finds nobody waiting is let in whatever its size.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  #waiting = 0;
  #heldBytes = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get isFull(): boolean {
    return this.#waiting >= this.#options.maxWaiting || this.#heldBytes >= this.#options.maxHeldBytes;
  }

  enter(items: number): Place {
    if (this.isFull || (this.#waiting > 0 && this.#waiting + items > this.#options.maxWaiting))
      throw this.makeBusyError();
    this.#waiting += items;
    return {
      release: once(() => {
        this.#waiting -= items;
      }),
    };
  }

  /** Holds nothing yet; throws where what is added is too much for all bodies together. */
  hold(): HeldBytes {
    let held = 0;
    return {
      add: (bytes) => {
        if (this.#heldBytes + bytes > this.#options.maxHeldBytes) throw this.makeBusyError();
        this.#heldBytes += bytes;
        held += bytes;
      },
      release: once(() => {
        this.#heldBytes -= held;
        held = 0;
      }),
    };
  }

  /** A full queue of ordinary pairs is through within a second. */
  makeBusyError(): RequestError {
    const { maxWaiting } = this.#options;
    return new RequestError(
      'BUSY',
      `The server is at its limit: ${this.#waiting} of ${maxWaiting} items wait. Try again later.`,
      1,
    );
  }
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}
