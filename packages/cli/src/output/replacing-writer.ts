import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { asFileError, createJsonLinesWriter, type JsonLinesWriter } from '@scalequest/core';

/** Writes a JSON Lines file that comes to stand in its place whole, or not at all. */
export interface ReplacingWriter {
  readonly append: JsonLinesWriter['append'];
  /** Puts the new file in the place of the old one. */
  readonly commit: () => Promise<void>;
  /** Leaves what stood there as it was. Does nothing after a commit. */
  readonly discard: () => Promise<void>;
}

/**
 * Opens a file that replaces the one at `path` when it is committed; until then it stands beside it under another name.
 * What is not a regular file, such as `/dev/stdout`, is written as it is.
 *
 * @throws CoreError `FILE_UNWRITABLE`, from here or from any later call
 */
export async function createReplacingWriter(path: string): Promise<ReplacingWriter> {
  const present = await statOrUndefined(path);
  const isInPlace = present !== undefined && !present.isFile();
  // A link stays a link: its target is what is replaced.
  const target = present?.isFile() === true ? await realpath(path) : path;
  const mark = `${randomBytes(6).toString('hex')}.tmp`;
  // The writer goes by the end of the name, so that of a gzip file stays at the end.
  const temporary = target.endsWith('.gz') || path.endsWith('.gz') ? `${target}.${mark}.gz` : `${target}.${mark}`;
  const writer = await createJsonLinesWriter(isInPlace ? path : temporary, { mode: 'replace', sync: false });
  let isOpen = true;
  const close = (): Promise<void> => {
    isOpen = false;
    return writer.close();
  };
  return {
    append: writer.append,
    commit: async () => {
      await close();
      if (isInPlace) return;
      try {
        await rename(temporary, target);
      } catch (error) {
        throw asFileError(error, { path, action: 'written' });
      }
    },
    discard: async () => {
      // What could not be written is thrown where it was appended; here it is given up in any case.
      if (isOpen) await close().catch(() => undefined);
      if (!isInPlace) await rm(temporary, { force: true });
    },
  };
}

async function statOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    // The writer meets the same trouble when it opens the file, and says it in words.
    return undefined;
  }
}
