import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { asFileError, syncFolder } from '../files.ts';

export interface JsonLinesWriterOptions {
  /** Add to what is there, or begin anew. @defaultValue 'append' */
  readonly mode?: 'append' | 'replace';
  /** Lines that wait before they are written together. @defaultValue 64 (4,096 in a gzip file) */
  readonly groupLines?: number;
  /** Longest wait of a line, in milliseconds. `0` writes at the next turn of the event loop. @defaultValue 250 */
  readonly groupMs?: number;
  /** Ask the disk to hold each group before it counts as written. @defaultValue true */
  readonly sync?: boolean;
}

/**
 * Writes JSON Lines in groups: one write and one fsync for many lines (group commit).
 *
 * A line that was appended is lost by a kill only while it waits, at most `groupMs`. A group is written whole lines at
 * a time, so a kill leaves at most one torn line, at the end. In a file named `.gz` each group is a gzip member of its
 * own; members written one after the other are one valid gzip file.
 */
export interface JsonLinesWriter {
  /**
   * Takes a value. Resolves when there is room for the next one, which is at once unless the disk lags; rejects when
   * an earlier group could not be written, so that no work goes on that would be lost.
   */
  readonly append: (value: unknown) => Promise<void>;
  /** Resolves when everything appended so far is on the disk. */
  readonly flush: () => Promise<void>;
  /** Flushes and closes. */
  readonly close: () => Promise<void>;
}

const gzipAsync: (data: Buffer) => Promise<Buffer> = promisify(gzip);

/** Bytes that may wait for the disk before `append` holds its callers back. */
const highWaterBytes = 8 * 2 ** 20;

/**
 * Opens a JSON Lines file for writing. Makes missing folders.
 *
 * @throws CoreError `FILE_UNWRITABLE`, from here or from any later call
 */
export async function createJsonLinesWriter(
  path: string,
  options: JsonLinesWriterOptions = {},
): Promise<JsonLinesWriter> {
  const isGzip = path.endsWith('.gz');
  const { mode = 'append', groupLines = isGzip ? 4096 : 64, groupMs = 250, sync = true } = options;
  const file = await openFile(path, mode);

  let waiting: string[] = [];
  let waitingBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let lastCommit: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;

  const writeGroup = async (text: string): Promise<void> => {
    if (failure !== undefined) throw failure.error;
    try {
      const bytes = Buffer.from(text);
      await writeAll(file, isGzip ? await gzipAsync(bytes) : bytes);
      if (sync) await file.datasync();
    } catch (error) {
      failure = { error: asFileError(error, { path, action: 'written' }) };
      throw failure.error;
    }
  };

  const commit = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return lastCommit;
    const text = waiting.join('');
    waiting = [];
    waitingBytes = 0;
    lastCommit = lastCommit.then(() => writeGroup(text));
    // The error is kept in `failure` and reaches every later caller; this one may have no listener.
    lastCommit.catch(() => undefined);
    return lastCommit;
  };

  return {
    append: async (value) => {
      if (failure !== undefined) throw failure.error;
      const line = `${JSON.stringify(value)}\n`;
      waiting.push(line);
      waitingBytes += line.length;
      if (waitingBytes >= highWaterBytes) await commit();
      else if (waiting.length >= groupLines) void commit().catch(() => undefined);
      else timer ??= setTimeout(() => void commit().catch(() => undefined), groupMs);
    },
    flush: async () => {
      await commit();
      if (failure !== undefined) throw failure.error;
    },
    close: async () => {
      try {
        await commit();
      } finally {
        await file.close();
      }
    },
  };
}

async function openFile(path: string, mode: 'append' | 'replace'): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, mode === 'append' ? 'a' : 'w');
    await syncFolder(dirname(path));
    return file;
  } catch (error) {
    throw asFileError(error, { path, action: 'written' });
  }
}

/** `write` may write a part, as on a disk that fills up. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}
