/** A line of the input as its bytes, without its line feed. */
export interface RawLine {
  /** The first bytes only, where the line is too long. */
  readonly bytes: Buffer;
  /** 1-based. */
  readonly line: number;
  readonly isTooLong: boolean;
}

const lineFeed = 0x0a;

/** What is kept of a line that is too long: enough to tell which it is. */
const keptBytes = 1000;

/** Cuts bytes into lines. Holds one line in memory at most, and of one that is too long only its beginning. */
export class LineSplitter {
  readonly #maxBytes: number;
  // The pieces of a line that spans chunks are joined once, at its end: joining at each chunk would be quadratic.
  #pieces: Buffer[] = [];
  #pendingBytes = 0;
  #isTooLong = false;
  #line = 0;

  /** @param maxBytes - the longest line; what is longer is marked, and the rest of it let go */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  *push(data: Uint8Array): Generator<RawLine> {
    const chunk = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      this.#add(chunk.subarray(start, end));
      yield this.#take();
      start = end + 1;
    }
    if (start < chunk.length) this.#add(chunk.subarray(start));
  }

  /** The last line, where it has no line end. */
  end(): RawLine | undefined {
    return this.#pendingBytes === 0 ? undefined : this.#take();
  }

  #add(piece: Buffer): void {
    this.#pendingBytes += piece.length;
    if (this.#isTooLong) return;
    this.#pieces.push(piece);
    if (this.#pendingBytes <= this.#maxBytes) return;
    this.#isTooLong = true;
    this.#pieces = [Buffer.concat(this.#pieces).subarray(0, keptBytes)];
  }

  #take(): RawLine {
    const [first = Buffer.alloc(0)] = this.#pieces;
    const bytes = this.#pieces.length <= 1 ? first : Buffer.concat(this.#pieces);
    const isTooLong = this.#isTooLong;
    this.#pieces = [];
    this.#pendingBytes = 0;
    this.#isTooLong = false;
    this.#line++;
    return { bytes, line: this.#line, isTooLong };
  }
}
