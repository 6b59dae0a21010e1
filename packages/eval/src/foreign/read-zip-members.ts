import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { Decompress } from 'fzstd';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { foreignLogError } from './foreign-log-error.ts';

/** Members of a zip, by name. */
export interface ZipMembers extends Disposable {
  readonly names: readonly string[];
  /** The text of a member, unpacked. */
  readonly readText: (name: string) => Promise<string>;
}

/** Zstandard, as PKWARE's APPNOTE numbers it. yauzl unpacks only 0 and 8. */
const zstdMethod = 93;

/** The most that one member may unpack to: a member is one sample, and a small file must not fill the memory. */
const maxMemberBytes = 512 * 2 ** 20;

/**
 * Opens a zip whose members are stored, deflated or packed with Zstandard, which Python's zipfile and inspect write. The
 * file is read member by member.
 *
 * @throws EvaluationError `FOREIGN_LOG_UNREADABLE`
 */
export async function openZip(path: string): Promise<ZipMembers> {
  const zip = await guard(path, () => openPromise(path, { lazyEntries: true, autoClose: false }));
  const entries = await guard(path, () => listEntries(zip)).catch((error: unknown) => {
    zip.close();
    throw error;
  });
  return {
    names: [...entries.keys()],
    readText: (name) => guard(path, () => readMember(zip, { name, entry: entries.get(name) })),
    [Symbol.dispose]: () => zip.close(),
  };
}

async function readMember(
  zip: ZipFile,
  { name, entry }: { readonly name: string; readonly entry: Entry | undefined },
): Promise<string> {
  if (entry === undefined) throw new Error(`It has no member ${name}.`);
  if (entry.isEncrypted()) throw new Error(`Member ${name} is encrypted.`);
  if (entry.uncompressedSize > maxMemberBytes) throw tooLargeError(name);
  const isZstd = entry.compressionMethod === zstdMethod;
  const stream = await zip.openReadStreamPromise(entry, isZstd ? { decodeFileData: false } : undefined);
  const bytes = Buffer.concat(await collect(isZstd ? unpackZstd(stream) : stream, name));
  // A flipped bit can turn one answer into another, and yauzl does not look.
  if (crc32(bytes) !== entry.crc32) throw new Error(`Member ${name} is damaged: its checksum is another.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error(`Member ${name} is not UTF-8.`, { cause });
  }
}

async function listEntries(zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  let packedBytes = 0;
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      // Of several members of one name the last counts, as it does for those who append to a zip.
      entries.set(entry.fileName, entry);
      packedBytes += entry.compressedSize;
      zip.readEntry();
    });
    zip.once('end', resolve);
    zip.once('error', reject);
    zip.readEntry();
  });
  // A small file may name the same bytes a million times.
  if (packedBytes > zip.fileSize) throw new Error('Its members overlap: they would unpack to far more than it holds.');
  return entries;
}

async function* unpackZstd(stream: Readable): AsyncGenerator<Uint8Array> {
  const parts: Uint8Array[] = [];
  const unpacker = new Decompress((part) => parts.push(part.slice()));
  for await (const chunk of stream) {
    unpacker.push(chunk as Uint8Array);
    yield* parts.splice(0);
  }
  unpacker.push(new Uint8Array(0), true);
  yield* parts.splice(0);
}

async function collect(chunks: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    // What the directory says of the size need not be true.
    if (size > maxMemberBytes) throw tooLargeError(name);
    parts.push(chunk);
  }
  return parts;
}

function tooLargeError(name: string): Error {
  return new Error(`Member ${name} unpacks to more than ${maxMemberBytes / 2 ** 20} MiB.`);
}

async function guard<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw foreignLogError(path, { why: error instanceof Error ? error.message : String(error), cause: error });
  }
}
