import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { asFileError } from '@scalequest/core';

/** Texts in a file, read by their place: they are many, and few are ever looked at again. */
export class TextStore {
  readonly #path: string;
  readonly #file: number;
  #length = 0;
  #buffer = Buffer.allocUnsafe(4096);

  /** @param folder made where it is not there; what an earlier session left in it is written over */
  constructor(folder: string) {
    this.#path = join(folder, 'texts.bin');
    try {
      mkdirSync(folder, { recursive: true });
      this.#file = openSync(this.#path, 'w+');
      ftruncateSync(this.#file);
    } catch (error) {
      throw asFileError(error, { path: this.#path, action: 'written' });
    }
  }

  /** @returns where the first of the bytes lies */
  append(bytes: Uint8Array): number {
    const at = this.#length;
    try {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#file, bytes, done, bytes.length - done, at + done);
    } catch (error) {
      throw asFileError(error, { path: this.#path, action: 'written' });
    }
    this.#length += bytes.length;
    return at;
  }

  read(at: number, length: number): string {
    if (this.#buffer.length < length) this.#buffer = Buffer.allocUnsafe(2 * length);
    try {
      for (let done = 0; done < length; ) {
        const count = readSync(this.#file, this.#buffer, done, length - done, at + done);
        if (count === 0) throw new Error(`The file ends at ${at + done}.`);
        done += count;
      }
    } catch (error) {
      throw asFileError(error, { path: this.#path, action: 'read' });
    }
    return this.#buffer.toString('utf8', 0, length);
  }

  close(): void {
    closeSync(this.#file);
  }
}
