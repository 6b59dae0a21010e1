import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';

export const parquetCodecs = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'] as const;

/** Records with the same fields each, as a Parquet file. */
export function writeParquet(records: readonly object[], codec: (typeof parquetCodecs)[number] = 'SNAPPY'): Uint8Array {
  const names = Object.keys(records[0] ?? {});
  const columnData = names.map((name) => ({ name, data: records.map((record) => Reflect.get(record, name)) }));
  const compressors = { GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)), ZSTD: storeAsZstd };
  return new Uint8Array(parquetWriteBuffer({ columnData, codec, compressors }));
}

/** A Zstandard frame (RFC 8878) of uncompressed blocks: Node 20 has no Zstandard, and the reader cannot tell. */
function storeAsZstd(bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(9);
  header.writeUInt32LE(0xfd2fb528, 0);
  header.writeUInt8(0xa0, 4); // One segment; the size of the content follows in four bytes.
  header.writeUInt32LE(bytes.length, 5);
  const parts: Uint8Array[] = [header];
  const blockBytes = 100_000;
  for (let start = 0; start === 0 || start < bytes.length; start += blockBytes) {
    const block = bytes.subarray(start, start + blockBytes);
    const isLast = start + blockBytes >= bytes.length;
    const blockHeader = Buffer.alloc(3);
    blockHeader.writeUIntLE(block.length * 8 + (isLast ? 1 : 0), 0, 3);
    parts.push(blockHeader, block);
  }
  return new Uint8Array(Buffer.concat(parts));
}
