import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asFileError } from '@scalequest/core';
import { CliError } from '../errors.ts';
import { metricsLineStart } from './metrics-line.ts';

export interface MetricsFileOptions {
  /** Makes the line of this moment, with its end. */
  readonly makeLine: () => string;
  /** Told once where the file cannot be written any more; then nothing is. */
  readonly say: (text: string) => void;
  /** @defaultValue 1000 */
  readonly everyMs?: number;
  /**
   * A file that has grown to this becomes `PATH.1`, in the place of an earlier one, and a new one begins: no more than
   * twice as much is kept. @defaultValue 268_435_456
   */
  readonly mostBytes?: number;
}

/** A stream of lines that goes on by itself. */
export interface MetricsFile {
  /** Writes the last line. */
  readonly close: () => Promise<void>;
}

/**
 * Appends a line to a file now and then. A line is with the operating system before the next is made, so nothing waits
 * in memory; a disk that is slower than that gets fewer lines.
 *
 * @throws CoreError `FILE_UNWRITABLE`; CliError `BAD_OPTION` where something else is in the file, or it is no file
 */
export async function openMetricsFile(path: string, options: MetricsFileOptions): Promise<MetricsFile> {
  const { makeLine, say, everyMs = 1000, mostBytes = 256 * 1024 * 1024 } = options;
  let { handle, bytes } = await openFile(path);
  let writing: Promise<void> | undefined;
  let isBroken = false;

  const append = async (): Promise<void> => {
    if (bytes >= mostBytes) {
      await handle.close();
      await rename(path, `${path}.1`);
      ({ handle, bytes } = await openFile(path));
    }
    const line = makeLine();
    await handle.appendFile(line);
    bytes += Buffer.byteLength(line);
  };
  const write = async (): Promise<void> => {
    if (writing !== undefined || isBroken) return await writing;
    writing = append().catch((error: unknown) => {
      isBroken = true;
      const known = asFileError(error, { path, action: 'written' });
      say(`${known instanceof Error ? known.message : String(known)}\nThe run goes on, and its figures are lost.`);
    });
    await writing;
    writing = undefined;
  };
  const timer = setInterval(() => void write(), everyMs);
  timer.unref();
  await write();
  return {
    close: async () => {
      clearInterval(timer);
      await writing;
      await write();
      await handle.close().catch(() => undefined);
    },
  };
}

/** Also where a kill has left half a line, which is ended. */
async function openFile(path: string): Promise<{ readonly handle: FileHandle; readonly bytes: number }> {
  if (path === '-') throw badPath(path, 'Standard output has the result of the command.');
  let handle: FileHandle;
  try {
    await mkdir(dirname(path), { recursive: true });
    // A pipe that nobody reads would wait for ever.
    handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK, 0o666);
  } catch (error) {
    throw asFileError(error, { path, action: 'written' });
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw badPath(path, 'It is no regular file.');
    if (stats.size === 0) return { handle, bytes: 0 };
    const start = Buffer.alloc(metricsLineStart.length);
    await handle.read(start, 0, start.length, 0);
    if (start.toString() !== metricsLineStart) throw badPath(path, 'It holds something else.');
    const last = Buffer.alloc(1);
    await handle.read(last, 0, 1, stats.size - 1);
    if (last.toString() !== '\n') await handle.write('\n');
    return { handle, bytes: stats.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function badPath(path: string, why: string): CliError {
  return new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `Option '--metrics' is '${path}', and the figures cannot go there.`,
    why,
    next: 'Name a new file, and follow it with `tail -F FILE`.',
    fields: { path },
  });
}
