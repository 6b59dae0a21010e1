import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { asFileError } from '@scalequest/core';

/**
 * The SHA-256 of a file, in hexadecimal, read in pieces: what names a model file in a run, wherever it lies.
 *
 * @throws CoreError `FILE_UNREADABLE`
 */
export async function hashModelFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
  return hash.digest('hex');
}
