import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** A new JSON Lines file that is written once, from its first line to its last. An error of the disk comes with the next call. */
export class LinesFile {
  readonly #stream: WriteStream;

  constructor(path: string) {
    this.#stream = createWriteStream(path, { flush: true });
    // It is kept by the stream and thrown where someone waits; without a listener it would end the process.
    this.#stream.on('error', () => undefined);
  }

  async append(values: readonly unknown[]): Promise<void> {
    const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
    if (text === '') return;
    const hasRoom = this.#stream.write(text);
    if (this.#stream.errored !== null) throw this.#stream.errored;
    if (!hasRoom) await once(this.#stream, 'drain');
  }

  async end(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream);
  }

  close(): void {
    this.#stream.destroy();
  }
}
