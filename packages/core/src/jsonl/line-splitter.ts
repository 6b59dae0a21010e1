/** A line as its bytes, without its line feed. */
export interface RawLine {
  /** The first thousand bytes only, where the line is too long. */
  readonly bytes: Buffer;
  /** 1-based. */
  readonly line: number;
  /** Where the line begins in the bytes of all. */
  readonly offset: number;
  /** Whether a line feed follows; false for a last line that is cut short, and for one that is too long. */
  readonly hasEnd: boolean;
  readonly isTooLong: boolean;
}

const lineFeed = 0x0a;

/** What is kept of a line that is too long: enough to tell which it is. */
const keptBytes = 1000;

/**
 * Cuts bytes into lines, one in memory at a time. A line that is too long is given with its beginning as soon as that is
 * known, not at its end, which may never come; the rest of it is let go, so that a reader may stop there or go on.
 *
 * @example
 * const splitter = new LineSplitter(1024);
 * for await (const chunk of chunks) for (const { bytes } of splitter.push(chunk)) console.log(bytes.toString());
 * const last = splitter.end();
 */
export class LineSplitter {
  readonly #maxBytes: number;
  // The pieces of a line that spans chunks are joined once, at its end: joining at each chunk would be quadratic.
  #pieces: Buffer[] = [];
  #pendingBytes = 0;
  /** Inside of the rest of a line that was too long. */
  #isPassing = false;
  #offset = 0;
  #line = 0;

  /** @param maxBytes - the longest line, in bytes without its line feed */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  *push(data: Uint8Array): Generator<RawLine> {
    const chunk = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      if (this.#isPassing) this.#pass(end + 1 - start, true);
      else yield this.#take(chunk.subarray(start, end), true);
      start = end + 1;
    }
    if (start === chunk.length) return;
    if (this.#isPassing) this.#pass(chunk.length - start, false);
    else if (this.#pendingBytes + chunk.length - start > this.#maxBytes) {
      yield this.#take(chunk.subarray(start), false);
      this.#isPassing = true;
    } else {
      this.#pieces.push(chunk.subarray(start));
      this.#pendingBytes += chunk.length - start;
    }
  }

  /** The last line, where it has no line end. */
  end(): RawLine | undefined {
    return this.#pendingBytes === 0 ? undefined : this.#take(Buffer.alloc(0), false);
  }

  #pass(bytes: number, isEnd: boolean): void {
    this.#offset += bytes;
    this.#isPassing = !isEnd;
  }

  #take(rest: Buffer, hasEnd: boolean): RawLine {
    const length = this.#pendingBytes + rest.length;
    const isTooLong = length > this.#maxBytes;
    const offset = this.#offset;
    const isWhole = this.#pieces.length === 0 && !isTooLong;
    const kept = isTooLong ? Math.min(length, keptBytes) : length;
    const bytes = isWhole ? rest : Buffer.concat([...this.#pieces, rest], kept);
    this.#pieces = [];
    this.#pendingBytes = 0;
    this.#offset += length + (hasEnd ? 1 : 0);
    this.#line++;
    return { bytes, line: this.#line, offset, hasEnd, isTooLong };
  }
}
