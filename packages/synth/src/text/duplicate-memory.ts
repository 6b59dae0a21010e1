import { inflateRawSync } from 'node:zlib';
import { type Fingerprints, keyWords } from './fingerprints.ts';
import { bandCount } from './min-hash.ts';

/** Of a shard: what a later session must know of the rows that stayed. */
export interface DuplicateMemory {
  readonly generator: string;
  readonly indices: Uint32Array;
  /** Bands under which each is found, as bits. */
  readonly masks: Uint32Array;
  /** Of the rows that stayed only. */
  readonly fingerprints: Omit<Fingerprints, 'packed'>;
}

const headerWords = 4;
/** Of a row: index, mask, where its text begins and ends, its frame, its keys and its bands. */
const rowWords = 5 + keyWords + bandCount;

/**
 * Numbers as they lie in memory (little-endian), then the generator's name, then the packed texts: 134 bytes a row and
 * its text packed, which is read back forty times as fast as it was made.
 */
export function writeDuplicateMemory({
  generator,
  indices,
  stays,
  fingerprints: { keys, frames, bands, ends, packed },
}: {
  readonly generator: string;
  readonly indices: readonly number[];
  readonly stays: readonly { readonly at: number; readonly mask: number }[];
  readonly fingerprints: Fingerprints;
}): Uint8Array {
  const name = Buffer.from(generator);
  const words = new Uint32Array(headerWords + stays.length * rowWords);
  words.set([2, stays.length, name.length, packed.length]);
  stays.forEach(({ at, mask }, place) => {
    const offset = headerWords + place * rowWords;
    words.set([indices[place] ?? 0, mask, at === 0 ? 0 : (ends[at - 1] ?? 0), ends[at] ?? 0, frames[at] ?? 0], offset);
    words.set(keys.subarray(keyWords * at, keyWords * (at + 1)), offset + 5);
    words.set(bands.subarray(bandCount * at, bandCount * (at + 1)), offset + 5 + keyWords);
  });
  return Buffer.concat([Buffer.from(words.buffer), name, packed]);
}

/** @throws RangeError, or an error of zlib, where the bytes are not what `writeDuplicateMemory` gave */
export function readDuplicateMemory(memory: Uint8Array): DuplicateMemory {
  const bytes = Uint8Array.from(memory);
  const [, count = 0, nameLength = 0] = new Uint32Array(bytes.buffer, 0, headerWords);
  const words = new Uint32Array(bytes.buffer, 4 * headerWords, count * rowWords);
  const nameAt = 4 * (headerWords + words.length);
  const all = inflateRawSync(bytes.subarray(nameAt + nameLength));
  const indices = new Uint32Array(count);
  const masks = new Uint32Array(count);
  const keys = new Uint32Array(count * keyWords);
  const frames = new Uint32Array(count);
  const bands = new Uint32Array(count * bandCount);
  const ends = new Uint32Array(count);
  const texts = new Uint8Array(all.length);
  let length = 0;
  for (let row = 0; row < count; row++) {
    const offset = row * rowWords;
    const [index = 0, mask = 0, start = 0, end = 0, frame = 0] = words.subarray(offset, offset + 5);
    indices[row] = index;
    masks[row] = mask;
    frames[row] = frame;
    keys.set(words.subarray(offset + 5, offset + 5 + keyWords), row * keyWords);
    bands.set(words.subarray(offset + 5 + keyWords, offset + rowWords), row * bandCount);
    texts.set(all.subarray(start, end), length);
    length += end - start;
    ends[row] = length;
  }
  const generator = Buffer.from(bytes.subarray(nameAt, nameAt + nameLength)).toString();
  return { generator, indices, masks, fingerprints: { keys, frames, bands, ends, texts: texts.subarray(0, length) } };
}
