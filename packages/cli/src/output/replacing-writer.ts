import { randomBytes } from 'node:crypto';
import { createWriteStream, type Stats } from 'node:fs';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { asFileError, getSystemErrorCode } from '@scalequest/core';
import { CliError } from '../errors.ts';
import { TextStream } from './text-stream.ts';

/** Writes a file that comes to stand in its place whole, or not at all. */
export interface ReplacingWriter {
  /** Resolves when there is room for more. */
  readonly write: (part: string | Uint8Array) => Promise<void>;
  /** Puts the new file in the place of the old one. */
  readonly commit: () => Promise<void>;
  /** Leaves what stood there as it was. Does nothing after a commit. */
  readonly discard: () => Promise<void>;
}

/**
 * Opens a file that replaces the one at `path` when it is committed; until then it stands beside it under another name.
 * A name that ends in `.gz` makes it gzip. Standard output (`-`), and what is not a regular file, such as a pipe, is
 * written as it is, line by line. Makes missing folders.
 *
 * @throws CoreError `FILE_UNWRITABLE`, CliError `DISK_FULL` or `OUTPUT_CLOSED`, from here or from any later call
 */
export async function createReplacingWriter(path: string): Promise<ReplacingWriter> {
  return path === '-' ? createStandardWriter() : createFileWriter(path);
}

function createStandardWriter(): ReplacingWriter {
  const text = new TextStream(process.stdout);
  const guard = guardWrites('standard output');
  return {
    write: (part) => guard(() => text.write(part)),
    commit: () => guard(() => text.flush()),
    // What is written cannot be taken back; what waits belongs to it.
    discard: () => text.flush().catch(() => undefined),
  };
}

async function createFileWriter(path: string): Promise<ReplacingWriter> {
  const guard = guardWrites(path);
  const present = await statOrUndefined(path);
  const isInPlace = present !== undefined && !present.isFile();
  // A link stays a link: its target is what is replaced.
  const target = present?.isFile() === true ? await realpath(path) : path;
  const temporary = isInPlace ? path : `${target}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await guard(async () => {
    await mkdir(dirname(path), { recursive: true });
    const opened = await open(temporary, 'w');
    // Who may read the old file may read the new one, and nobody else.
    if (!isInPlace && present !== undefined) await opened.chmod(present.mode);
    return opened;
  });
  // A regular file is held by the disk before it takes the place of another.
  const file = createWriteStream(temporary, { fd: handle, flush: !isInPlace });
  const first = path.endsWith('.gz') || target.endsWith('.gz') ? createGzip() : file;
  if (first !== file) first.pipe(file);
  file.on('error', (error) => first.destroy(error));
  const text = new TextStream(first);
  const done = finished(file);
  done.catch(() => undefined);
  let isOpen = true;
  return {
    write: (part) => guard(() => text.write(part)),
    commit: () =>
      guard(async () => {
        await text.flush();
        first.end();
        await done;
        isOpen = false;
        if (!isInPlace) await rename(temporary, target);
      }),
    discard: async () => {
      if (!isOpen) return;
      isOpen = false;
      first.destroy();
      file.destroy();
      await done.catch(() => undefined);
      if (!isInPlace) await rm(temporary, { force: true });
    },
  };
}

/** Says what a system error means for the output of that name. */
function guardWrites(name: string): <T>(work: () => Promise<T>) => Promise<T> {
  return async (work) => {
    try {
      return await work();
    } catch (error) {
      throw asWriteError(error, name);
    }
  };
}

function asWriteError(cause: unknown, name: string): unknown {
  const code = getSystemErrorCode(cause);
  if (code === 'EPIPE') {
    return new CliError({
      code: 'OUTPUT_CLOSED',
      what: `Whoever reads '${name}' closed it before the end.`,
      fields: { name },
      cause,
    });
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new CliError({
      code: 'DISK_FULL',
      what: `'${name}' cannot be written: the disk is full.`,
      next: 'Free some space and run the command again; it begins anew.',
      fields: { name },
      cause,
    });
  }
  return asFileError(cause, { path: name, action: 'written' });
}

async function statOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    // Opening the file meets the same trouble, and says it in words.
    return undefined;
  }
}
