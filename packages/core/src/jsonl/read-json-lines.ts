import { createReadStream } from 'node:fs';
import { CoreError, excerpt } from '../errors.ts';
import { LineSplitter, type RawLine } from './line-splitter.ts';
import { chunkBytes, unpackGzip } from './unpack-gzip.ts';

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

/**
 * Streams the lines of a JSON Lines file, one line in memory at a time. Gzip is found out by its first bytes, not by
 * the name. Blank lines, CR LF ends and a byte order mark are taken as they come.
 *
 * One generator does it all: each layer of asynchronous generators costs every line a turn of the event loop, which is
 * more than reading and parsing it.
 *
 * @throws CoreError `FILE_UNREADABLE`, `JSONL_BAD_LINE`, `JSONL_TORN` (a gzip file cut short), `JSONL_LINE_TOO_LONG`
 * @example
 * for await (const { value, line } of readJsonLines('replies.jsonl.gz')) console.log(line, value);
 */
export async function* readJsonLines<T = unknown>(
  path: string,
  { onBadLine, maxLineBytes = defaultMaxLineBytes, signal }: ReadJsonLinesOptions = {},
): AsyncGenerator<JsonLine<T>> {
  const splitter = new LineSplitter(maxLineBytes);
  const parse = (raw: RawLine): JsonLine<T> | undefined => {
    const { line, offset } = raw;
    if (raw.isTooLong) throw lineTooLongError(path, line, maxLineBytes);
    const text = decodeLine(raw.bytes);
    if (text === '') return undefined;
    const parsed = parseLine(text);
    if ('value' in parsed) {
      return { value: parsed.value as T, line, offset, bytes: raw.bytes.length + (raw.hasEnd ? 1 : 0) };
    }
    const bad: BadLine = { line, offset, text, why: parsed.why, isTorn: !raw.hasEnd };
    if (onBadLine === undefined) throw badLineError(path, bad);
    onBadLine(bad);
    return undefined;
  };
  for await (const chunk of unpackGzip(createReadStream(path, { highWaterMark: chunkBytes }), path)) {
    signal?.throwIfAborted();
    for (const raw of splitter.push(chunk)) {
      const line = parse(raw);
      if (line !== undefined) yield line;
    }
  }
  const last = splitter.end();
  const line = last === undefined ? undefined : parse(last);
  if (line !== undefined) yield line;
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
