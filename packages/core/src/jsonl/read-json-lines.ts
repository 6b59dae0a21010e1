import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CoreError, excerpt, getSystemErrorCode } from '../errors.ts';
import { asFileError } from '../files.ts';

/** One parsed line. */
export interface JsonLine<T = unknown> {
  readonly value: T;
  /** 1-based number of the line in the (uncompressed) text. */
  readonly line: number;
  /** Where the line begins in the (uncompressed) bytes. */
  readonly offset: number;
  /** Its length in bytes with its line end. */
  readonly bytes: number;
}

/** A line that cannot be read as JSON. */
export interface BadLine {
  readonly line: number;
  readonly offset: number;
  readonly text: string;
  readonly why: string;
  /** The last line, without a line end: what a killed writer leaves. */
  readonly isTorn: boolean;
}

export interface ReadJsonLinesOptions {
  /**
   * What to do with a line that is not JSON: by default it is thrown with its number. A function takes it instead, and
   * the reading goes on.
   */
  readonly onBadLine?: (bad: BadLine) => void;
  /** The longest line, in bytes. A longer one is an error: the reader holds one line in memory. @defaultValue 256 MiB */
  readonly maxLineBytes?: number;
  readonly signal?: AbortSignal;
}

const defaultMaxLineBytes = 256 * 2 ** 20;
const chunkBytes = 256 * 1024;
const lineFeed = 0x0a;

/**
 * Streams the lines of a JSON Lines file, one line in memory at a time. Gzip is found out by its first bytes, not by
 * the name. Blank lines, CR LF ends and a byte order mark are taken as they come.
 *
 * @throws CoreError `FILE_UNREADABLE`, `JSONL_BAD_LINE`, `JSONL_TORN` (a gzip file cut short), `JSONL_LINE_TOO_LONG`
 * @example
 * for await (const { value, line } of readJsonLines('replies.jsonl.gz')) console.log(line, value);
 */
export function readJsonLines<T = unknown>(
  path: string,
  options: ReadJsonLinesOptions = {},
): AsyncGenerator<JsonLine<T>> {
  return parseChunks<T>(() => openFile(path), path, options);
}

/**
 * The same for bytes from anywhere, such as standard input.
 *
 * @param name - how errors call the source
 */
export function parseJsonLines<T = unknown>(
  source: AsyncIterable<Uint8Array>,
  name: string,
  options: ReadJsonLinesOptions = {},
): AsyncGenerator<JsonLine<T>> {
  return parseChunks<T>(async () => source, name, options);
}

/**
 * One generator does it all: each layer of asynchronous generators costs every line a turn of the event loop, which is
 * more than reading and parsing it.
 */
async function* parseChunks<T>(
  open: () => Promise<AsyncIterable<Uint8Array>>,
  name: string,
  { onBadLine, maxLineBytes = defaultMaxLineBytes, signal }: ReadJsonLinesOptions,
): AsyncGenerator<JsonLine<T>> {
  const splitter = new LineSplitter(name, maxLineBytes);
  const parse = (raw: RawLine): JsonLine<T> | undefined => {
    const { line, offset } = raw;
    const text = decodeLine(raw.bytes);
    if (text === '') return undefined;
    const parsed = parseLine(text);
    if ('value' in parsed) {
      return { value: parsed.value as T, line, offset, bytes: raw.bytes.length + (raw.hasEnd ? 1 : 0) };
    }
    const bad: BadLine = { line, offset, text, why: parsed.why, isTorn: !raw.hasEnd };
    if (onBadLine === undefined) throw badLineError(name, bad);
    onBadLine(bad);
    return undefined;
  };
  try {
    for await (const chunk of await open()) {
      signal?.throwIfAborted();
      for (const raw of splitter.push(chunk)) {
        const line = parse(raw);
        if (line !== undefined) yield line;
      }
    }
    const last = splitter.end();
    const line = last === undefined ? undefined : parse(last);
    if (line !== undefined) yield line;
  } catch (error) {
    throw asReadError(error, name);
  }
}

interface RawLine {
  readonly bytes: Buffer;
  readonly line: number;
  readonly offset: number;
  /** Whether a line end follows; false for a last line that is cut short. */
  readonly hasEnd: boolean;
}

class LineSplitter {
  readonly #name: string;
  readonly #maxLineBytes: number;
  // The pieces of a line that spans chunks are joined once, at its end: joining at each chunk would be quadratic.
  #pieces: Buffer[] = [];
  #pendingBytes = 0;
  #offset = 0;
  #line = 0;

  constructor(name: string, maxLineBytes: number) {
    this.#name = name;
    this.#maxLineBytes = maxLineBytes;
  }

  *push(data: Uint8Array): Generator<RawLine> {
    const chunk = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      yield this.#take(chunk.subarray(start, end), true);
      start = end + 1;
    }
    if (start === chunk.length) return;
    this.#pieces.push(chunk.subarray(start));
    this.#pendingBytes += chunk.length - start;
    if (this.#pendingBytes > this.#maxLineBytes) throw lineTooLongError(this.#name, this.#line + 1, this.#maxLineBytes);
  }

  end(): RawLine | undefined {
    return this.#pendingBytes === 0 ? undefined : this.#take(Buffer.alloc(0), false);
  }

  #take(rest: Buffer, hasEnd: boolean): RawLine {
    const bytes = this.#pieces.length === 0 ? rest : Buffer.concat([...this.#pieces, rest]);
    this.#pieces = [];
    this.#pendingBytes = 0;
    const offset = this.#offset;
    this.#offset += bytes.length + 1;
    this.#line++;
    return { bytes, line: this.#line, offset, hasEnd };
  }
}

/** `trim` takes a byte order mark and the CR of a CR LF end as well. */
function decodeLine(bytes: Buffer): string {
  return bytes.toString('utf8').trim();
}

function parseLine(text: string): { readonly value: unknown } | { readonly why: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

async function openFile(path: string): Promise<AsyncIterable<Uint8Array>> {
  const isGzip = await startsWithGzipMagic(path);
  const stream = createReadStream(path, { highWaterMark: chunkBytes });
  if (!isGzip) return stream;
  // The callback is needed by `pipeline`; its error also ends the iteration over the stream, where it is handled.
  return pipeline(stream, createGunzip({ chunkSize: chunkBytes }), () => undefined);
}

async function startsWithGzipMagic(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

function asReadError(error: unknown, path: string): unknown {
  const code = getSystemErrorCode(error);
  if (code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR') {
    return new CoreError({
      code: 'JSONL_TORN',
      what: `The gzip file '${path}' is cut short or damaged.`,
      why: `Reading it ended with ${code}.`,
      next: 'Get the file again.',
      fields: { path, systemCode: code },
      cause: error,
    });
  }
  return asFileError(error, { path, action: 'read' });
}

function badLineError(name: string, bad: BadLine): CoreError {
  return new CoreError({
    code: 'JSONL_BAD_LINE',
    what: `Line ${bad.line} of '${name}' is not JSON${bad.isTorn ? ' and has no line end: the file looks cut short' : ''}.`,
    why: `It reads: ${excerpt(bad.text)}`,
    next: 'Correct or remove the line.',
    fields: { name, line: bad.line, offset: bad.offset, isTorn: bad.isTorn },
  });
}

function lineTooLongError(name: string, line: number, maxLineBytes: number): CoreError {
  return new CoreError({
    code: 'JSONL_LINE_TOO_LONG',
    what: `Line ${line} of '${name}' is longer than ${maxLineBytes} bytes.`,
    next: 'Check that the file is JSON Lines: one value a line.',
    fields: { name, line, maxLineBytes },
  });
}
