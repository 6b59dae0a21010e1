import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { asFileError } from './files.ts';

/**
 * The SHA-256 of a file's bytes, as 64 lower-case hex digits, read in pieces.
 *
 * @throws CoreError `FILE_UNREADABLE`
 */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
  return hash.digest('hex');
}
