import { type FileHandle, open } from 'node:fs/promises';
import { getSystemErrorCode } from '../errors.ts';
import { asFileError } from '../files.ts';

const chunkBytes = 64 * 1024;

/** What the reader takes at most: a longer tail is none of our lines. */
const longestLineBytes = 256 * 2 ** 20;

/**
 * Repairs a last line that has no line end, which is what a killed writer leaves. Where it is whole JSON only its end is
 * missing and is added; anything else is cut off. Reads backwards from the end, so it costs the same for any size of
 * file. A missing file has nothing to cut.
 *
 * @returns how many bytes were cut
 */
export async function cutTornTail(path: string): Promise<number> {
  try {
    const file = await open(path, 'r+');
    try {
      const { size } = await file.stat();
      const keep = await findEndOfLastLine((buffer, position) => file.read(buffer, 0, buffer.length, position), size);
      if (keep === size) return 0;
      const isWhole = await isJson(file, { start: keep, end: size });
      if (isWhole) await file.write('\n', size);
      else await file.truncate(keep);
      await file.sync();
      return isWhole ? 0 : size - keep;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (getSystemErrorCode(error) === 'ENOENT') return 0;
    throw asFileError(error, { path, action: 'written' });
  }
}

async function isJson(
  file: FileHandle,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<boolean> {
  if (end - start > longestLineBytes) return false;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
  if (bytesRead < end - start) return false;
  try {
    JSON.parse(buffer.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

async function findEndOfLastLine(
  read: (buffer: Buffer, position: number) => Promise<{ readonly bytesRead: number }>,
  size: number,
): Promise<number> {
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunkBytes);
    const buffer = Buffer.alloc(end - start);
    await read(buffer, start);
    const at = buffer.lastIndexOf(0x0a);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}
