import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
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
const lineFeed = 0x0a;

/**
 * Streams the lines of a JSON Lines file, one line in memory at a time. Gzip is found out by its first bytes, not by
 * the name. Blank lines, CR LF ends and a byte order mark are taken as they come.
 *
 * @throws CoreError `FILE_UNREADABLE`, `JSONL_BAD_LINE`, `JSONL_TORN` (a gzip file cut short), `JSONL_LINE_TOO_LONG`
 * @example
 * for await (const { value, line } of readJsonLines('replies.jsonl.gz')) console.log(line, value);
 */
export async function* readJsonLines<T = unknown>(
  path: string,
  options: ReadJsonLinesOptions = {},
): AsyncGenerator<JsonLine<T>> {
  try {
    const source = (await startsWithGzipMagic(path)) ? openGzip(path) : createReadStream(path);
    yield* parseJsonLines<T>(source, path, options);
  } catch (error) {
    throw asReadError(error, path);
  }
}

/**
 * The same for bytes from anywhere, such as standard input.
 *
 * @param name - how errors call the source
 */
export async function* parseJsonLines<T = unknown>(
  source: Readable | AsyncIterable<Uint8Array>,
  name: string,
  options: ReadJsonLinesOptions = {},
): AsyncGenerator<JsonLine<T>> {
  for await (const { bytes, line, offset, hasEnd } of splitLines(source, name, options)) {
    const text = decodeLine(bytes, line);
    if (text === '') continue;
    const parsed = parseLine(text);
    if ('why' in parsed) {
      const bad: BadLine = { line, offset, text, why: parsed.why, isTorn: !hasEnd };
      if (options.onBadLine === undefined) throw badLineError(name, bad);
      options.onBadLine(bad);
      continue;
    }
    yield { value: parsed.value as T, line, offset, bytes: bytes.length + (hasEnd ? 1 : 0) };
  }
}

interface RawLine {
  readonly bytes: Buffer;
  readonly line: number;
  readonly offset: number;
  readonly hasEnd: boolean;
}

async function* splitLines(
  source: AsyncIterable<Uint8Array>,
  name: string,
  { maxLineBytes = defaultMaxLineBytes, signal }: ReadJsonLinesOptions,
): AsyncGenerator<RawLine> {
  // The pieces of a line that spans chunks are joined once, at its end: joining at each chunk would be quadratic.
  let pieces: Buffer[] = [];
  let pending = 0;
  let offset = 0;
  let line = 0;

  const take = (rest: Buffer): Buffer => {
    const bytes = pieces.length === 0 ? rest : Buffer.concat([...pieces, rest]);
    pieces = [];
    pending = 0;
    return bytes;
  };

  for await (const data of source) {
    signal?.throwIfAborted();
    const chunk = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      const bytes = take(chunk.subarray(start, end));
      line++;
      yield { bytes, line, offset, hasEnd: true };
      offset += bytes.length + 1;
      start = end + 1;
    }
    if (start < chunk.length) {
      pieces.push(chunk.subarray(start));
      pending += chunk.length - start;
      if (pending > maxLineBytes) throw lineTooLongError(name, line + 1, maxLineBytes);
    }
  }
  if (pending > 0) yield { bytes: take(Buffer.alloc(0)), line: line + 1, offset, hasEnd: false };
}

function decodeLine(bytes: Buffer, line: number): string {
  const text = bytes.toString('utf8').trim();
  return line === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
}

function parseLine(text: string): { readonly value: unknown } | { readonly why: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
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

function openGzip(path: string): Readable {
  // The callback is needed by `pipeline`; its error also ends the iteration over the stream, where it is handled.
  return pipeline(createReadStream(path), createGunzip(), () => undefined);
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
