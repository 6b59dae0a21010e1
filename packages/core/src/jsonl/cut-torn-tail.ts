import { open } from 'node:fs/promises';
import { asFileError } from '../files.ts';

const chunkBytes = 64 * 1024;

/**
 * Cuts off a last line that has no line end, which is what a killed writer leaves. Reads backwards from the end, so it
 * costs the same for any size of file. A missing file has nothing to cut.
 *
 * @returns how many bytes were cut
 */
export async function cutTornTail(path: string): Promise<number> {
  try {
    const file = await open(path, 'r+');
    try {
      const { size } = await file.stat();
      const keep = await findEndOfLastLine((buffer, position) => file.read(buffer, 0, buffer.length, position), size);
      if (keep < size) {
        await file.truncate(keep);
        await file.sync();
      }
      return size - keep;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw asFileError(error, { path, action: 'written' });
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
