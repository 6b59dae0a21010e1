import { createReplacingWriter } from './replacing-writer.ts';

/** Writes the parts of a file one after the other; see {@link createReplacingWriter} for when it stands in its place. */
export async function writeParts(path: string, parts: Iterable<string | Uint8Array>): Promise<void> {
  const writer = await createReplacingWriter(path);
  try {
    for (const part of parts) await writer.write(part);
    await writer.commit();
  } finally {
    await writer.discard();
  }
}
