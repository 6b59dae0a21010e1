import { createReadStream, fstatSync, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { asFileError, getSystemErrorCode } from '@scalequest/core';
import { CliError } from '../errors.ts';

/** Bytes from a file or from standard input, unpacked where they are gzip. */
export interface Input {
  /** How messages call it. */
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The share of the file that is read, 0 to 1; undefined where its size is not known. */
  readonly getShare: () => number | undefined;
  /** Ends the reading, also while it waits. */
  readonly close: () => void;
}

const chunkBytes = 256 * 1024;

/** Opens a file, or standard input for `-`. Gzip is found out by its first bytes, so that pipes can carry it too. */
export async function openInput(path: string): Promise<Input> {
  const isStandard = path === '-';
  const name = isStandard ? 'standard input' : path;
  const sizeBytes = await findSize(path, name);
  const stream: Readable = isStandard ? process.stdin : createReadStream(path, { highWaterMark: chunkBytes });
  return {
    name,
    chunks: readChunks(stream, name),
    getShare: () => {
      const { bytesRead } = stream as Partial<ReadStream>;
      return sizeBytes === undefined || bytesRead === undefined ? undefined : Math.min(1, bytesRead / sizeBytes);
    },
    close: () => stream.destroy(),
  };
}

/** A file that is not there is an error before anything is made. */
async function findSize(path: string, name: string): Promise<number | undefined> {
  try {
    const stats = path === '-' ? fstatSync(0) : await stat(path);
    return stats.isFile() && stats.size > 0 ? stats.size : undefined;
  } catch (error) {
    throw asFileError(error, { path: name, action: 'read' });
  }
}

async function* readChunks(stream: Readable, name: string): AsyncGenerator<Uint8Array> {
  try {
    const iterator: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
    const { head, isGzip } = await readHead(iterator);
    const all = joinUp(head, iterator);
    if (!isGzip) yield* all;
    // The callback is needed by `pipeline`; its error also ends the iteration over the stream, where it is handled.
    else yield* pipeline(Readable.from(all), createGunzip({ chunkSize: chunkBytes }), () => undefined);
  } catch (error) {
    throw asReadError(error, name);
  }
}

/** As few bytes as tell whether this is gzip: whoever writes slowly is answered as early as can be. */
async function readHead(iterator: AsyncIterator<Buffer>): Promise<{ readonly head: Buffer; readonly isGzip: boolean }> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2 && (head.length === 0 || head[0] === 0x1f)) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return { head, isGzip: head[0] === 0x1f && head[1] === 0x8b };
}

async function* joinUp(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}

function asReadError(error: unknown, name: string): unknown {
  const code = getSystemErrorCode(error);
  if (code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR') {
    return new CliError({
      code: 'DAMAGED_INPUT',
      what: `The gzip data of '${name}' is cut short or damaged.`,
      why: `Reading it ended with ${code}.`,
      next: 'Get the file again.',
      fields: { name, systemCode: code },
      cause: error,
    });
  }
  return asFileError(error, { path: name, action: 'read' });
}
