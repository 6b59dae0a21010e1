import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { asFileError, makeMissing, syncFolder } from '../files.ts';

export interface JsonLinesWriterOptions {
  /** Add to what is there, or begin anew. @defaultValue 'append' */
  readonly mode?: 'append' | 'replace';
  /** Lines that are synced together; in a gzip file, packed together. @defaultValue 64 (4,096 in a gzip file) */
  readonly groupLines?: number;
  /** Longest wait of a line for its group, in milliseconds. `0` waits for one turn of the event loop. @defaultValue 250 */
  readonly groupMs?: number;
  /**
   * Least time between the beginnings of two writes to a plain file, in milliseconds: lines that come meanwhile travel
   * together, and a kill loses those of this time. `0` waits for one turn of the event loop. @defaultValue 0
   */
  readonly writeMs?: number;
  /** Ask the disk to hold each group (fdatasync). @defaultValue true */
  readonly sync?: boolean;
}

/**
 * Writes JSON Lines: each line goes to the operating system at once, and the disk is asked to hold many of them with one
 * fdatasync (group commit).
 *
 * A kill of the process loses only the lines of the last turn of the event loop and of a write in flight; a power cut
 * loses at most one group more. Whole lines are written one after the other, so either leaves at most one torn line, at
 * the end. A file named `.gz` is written in groups, each a gzip member of its own, so there a kill loses the group that
 * waits; members written one after the other are one valid gzip file.
 */
export interface JsonLinesWriter {
  /**
   * Takes a value. Resolves when there is room for the next one, which is at once unless the disk lags; rejects when
   * an earlier line could not be written, so that no work goes on that would be lost.
   */
  readonly append: (value: unknown) => Promise<void>;
  /** Resolves when everything appended so far is written and, unless `sync` is off, held by the disk. */
  readonly flush: () => Promise<void>;
  /** Flushes and closes. */
  readonly close: () => Promise<void>;
}

const gzipAsync: (data: Buffer) => Promise<Buffer> = promisify(gzip);

/** Bytes that may wait in memory before `append` holds its callers back. */
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
  const { mode = 'append', groupLines = isGzip ? 4096 : 64, groupMs = 250, writeMs = 0, sync = true } = options;
  const file = await openFile(path, mode);

  let waiting: string[] = [];
  let waitingBytes = 0;
  let isWriteDue = false;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let flushes = 0;
  let writeNow = (): void => undefined;
  let unsyncedLines = 0;
  let groupTimer: NodeJS.Timeout | undefined;
  let lastWrite: Promise<void> = Promise.resolve();
  let lastSync: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;

  /** Nothing is written after a failure: the lines of a file have no gap. */
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    if (failure !== undefined) throw failure.error;
    try {
      await work();
    } catch (error) {
      failure ??= { error: asFileError(error, { path, action: 'written' }) };
      throw failure.error;
    }
  };

  const whenGroupIsFull = (lines: number, act: () => Promise<void>): void => {
    if (lines >= groupLines) void act().catch(() => undefined);
    else groupTimer ??= setTimeout(() => void act().catch(() => undefined), groupMs);
  };

  const endGroup = (): void => {
    clearTimeout(groupTimer);
    groupTimer = undefined;
  };

  /** Runs beside the writes: lines that come while the disk syncs do not wait in memory for it. */
  const startSync = (): Promise<void> => {
    endGroup();
    const syncWritten = async (): Promise<void> => {
      if (unsyncedLines === 0) return;
      unsyncedLines = 0;
      await file.datasync();
    };
    lastSync = lastSync.then(() => attempt(syncWritten));
    // The error is kept in `failure` and reaches every later caller; this one may have no listener.
    lastSync.catch(() => undefined);
    return lastSync;
  };

  /** One turn of the event loop, or until a write is due again. Nobody who waits for a flush waits for that. */
  const untilDue = (): Promise<void> => {
    const delayMs = flushes > 0 ? 0 : writtenAt + writeMs - performance.now();
    if (delayMs <= 0) return nextTurn();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      writeNow = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };

  const takeWaiting = (): string[] => {
    const lines = waiting;
    waiting = [];
    waitingBytes = 0;
    isWriteDue = false;
    return lines;
  };

  const writeLines = async (lines: readonly string[]): Promise<void> => {
    writtenAt = performance.now();
    const bytes = Buffer.from(lines.join(''));
    await writeAll(file, isGzip ? await gzipAsync(bytes) : bytes);
    if (!sync) return;
    unsyncedLines += lines.length;
    if (isGzip) void startSync().catch(() => undefined);
    else whenGroupIsFull(unsyncedLines, startSync);
  };

  /** One write at a time. In a plain file it takes what one turn, or the write before it, let gather. */
  const startWrite = (): Promise<void> => {
    if (isWriteDue || waiting.length === 0) return lastWrite;
    if (isGzip) {
      endGroup();
      const member = takeWaiting();
      lastWrite = lastWrite.then(() => attempt(() => writeLines(member)));
    } else {
      isWriteDue = true;
      lastWrite = lastWrite.then(untilDue).then(() => attempt(() => writeLines(takeWaiting())));
    }
    lastWrite.catch(() => undefined);
    return lastWrite;
  };

  const flush = async (): Promise<void> => {
    flushes++;
    writeNow();
    try {
      await startWrite();
      await startSync();
    } finally {
      flushes--;
    }
  };

  return {
    append: async (value) => {
      if (failure !== undefined) throw failure.error;
      const line = `${JSON.stringify(value)}\n`;
      waiting.push(line);
      waitingBytes += line.length;
      if (waitingBytes >= highWaterBytes) await startWrite();
      else if (isGzip) whenGroupIsFull(waiting.length, startWrite);
      else void startWrite().catch(() => undefined);
    },
    flush,
    close: async () => {
      try {
        await flush();
      } finally {
        endGroup();
        await file.close();
      }
    },
  };
}

async function openFile(path: string, mode: 'append' | 'replace'): Promise<FileHandle> {
  try {
    await makeMissing(dirname(path));
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
