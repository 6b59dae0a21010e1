import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** From here on what waits is written without waiting for the end of the turn. */
const fullCharacters = 64 * 1024;

/** Writes small texts to a stream, those of one turn of the event loop together, no faster than it takes them. */
export class TextStream {
  readonly #stream: Writable;
  #waiting = '';
  #planned: NodeJS.Immediate | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (error) => {
      this.#failure ??= { error };
    });
  }

  /** Resolves when there is room for more; rejects when an earlier part could not be written. */
  async write(part: string | Uint8Array): Promise<void> {
    this.#throwFailure();
    if (typeof part === 'string') this.#waiting += part;
    else {
      this.#flush();
      this.#stream.write(part);
    }
    if (this.#waiting.length >= fullCharacters) this.#flush();
    else this.#planned ??= setImmediate(() => this.#flush());
    if (this.#stream.writableNeedDrain) await once(this.#stream, 'drain');
  }

  /** Resolves when everything has reached the system. */
  async flush(): Promise<void> {
    this.#throwFailure();
    this.#flush();
    await new Promise<void>((resolve, reject) => {
      // What a stream says of a write after its failure is not what failed.
      this.#stream.write('', (error) => (error == null ? resolve() : reject(this.#stream.errored ?? error)));
    });
    this.#throwFailure();
  }

  #flush(): void {
    clearImmediate(this.#planned);
    this.#planned = undefined;
    if (this.#waiting === '' || this.#failure !== undefined) return;
    const text = this.#waiting;
    this.#waiting = '';
    this.#stream.write(text);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
