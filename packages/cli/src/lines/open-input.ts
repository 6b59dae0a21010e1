import { createReadStream, fstatSync, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { asFileError, unpackGzip } from '@scalequest/core';

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

/** Opens a file, or standard input for `-`. Gzip is found out by its first bytes, so that pipes can carry it too. */
export async function openInput(path: string): Promise<Input> {
  const isStandard = path === '-';
  const name = isStandard ? 'standard input' : path;
  const sizeBytes = await findSize(path, name);
  const stream: Readable = isStandard ? process.stdin : createReadStream(path, { highWaterMark: 256 * 1024 });
  return {
    name,
    chunks: unpackGzip(stream, name),
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
