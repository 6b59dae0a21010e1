import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CoreError, getSystemErrorCode } from '../errors.ts';
import { asFileError } from '../files.ts';

/** Bytes that are read at once, and unpacked at once. */
export const chunkBytes: number = 256 * 1024;

/**
 * The bytes of a file or a pipe, unpacked where they are gzip. That is found out by the first two bytes, not by a name.
 * Whoever stops reading closes the stream.
 *
 * @param name - how errors call it
 * @throws CoreError `FILE_UNREADABLE`, `JSONL_TORN` (gzip data that are cut short or damaged)
 */
export async function* unpackGzip(stream: Readable, name: string): AsyncGenerator<Uint8Array> {
  try {
    const iterator: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
    const head = await readHead(iterator);
    const all = joinUp(head, iterator);
    if (!isGzip(head)) yield* all;
    // The callback is needed by `pipeline`; its error also ends the iteration over the stream, where it is handled.
    else
      yield* pipeline(
        Readable.from(all, { highWaterMark: 1 }),
        createGunzip({ chunkSize: chunkBytes }),
        () => undefined,
      );
  } catch (error) {
    throw asReadError(error, name);
  } finally {
    // Not `iterator.return`, which would wait for whoever writes into a pipe.
    stream.destroy();
  }
}

/** As few bytes as tell whether this is gzip: whoever writes slowly is answered as early as can be. */
async function readHead(iterator: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2 && (head.length === 0 || head[0] === 0x1f)) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

async function* joinUp(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}

function asReadError(error: unknown, name: string): unknown {
  const code = getSystemErrorCode(error);
  if (code !== 'Z_BUF_ERROR' && code !== 'Z_DATA_ERROR') return asFileError(error, { path: name, action: 'read' });
  return new CoreError({
    code: 'JSONL_TORN',
    what: `The gzip data of '${name}' are cut short or damaged.`,
    why: `Reading them ended with ${code}.`,
    next: 'Get the file again.',
    fields: { name, systemCode: code },
    cause: error,
  });
}
