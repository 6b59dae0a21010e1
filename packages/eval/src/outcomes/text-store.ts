/** Texts by number, outside of the heap of objects: a million short answers take about as many bytes as they have. */
export interface TextStore {
  readonly set: (index: number, text: string) => void;
  readonly delete: (index: number) => void;
  readonly get: (index: number) => string | undefined;
}

/** Bytes that are asked for at once; a longer text gets a block of its own. */
const blockBytes = 2 ** 18;
/** Places are numbers of 32 bits. */
const maxBlocks = 2 ** 14 - 1;
const lengthBytes = 4;

/**
 * Makes an empty store for the numbers from 0 to `size - 1`. Its memory grows with what is set, and what is replaced or
 * deleted is not given back: a run sets an answer once, and seldom again.
 */
export function createTextStore(size: number): TextStore {
  const blocks: Buffer[] = [];
  /** Where a text begins, its length first: the number of its block and the place in it; 0 is none. */
  const places = new Uint32Array(size);
  let used = blockBytes;

  const allocate = (bytes: number): number => {
    if (used + bytes > blockBytes) {
      if (blocks.length === maxBlocks) throw new RangeError('A text store holds at most 16,383 blocks.');
      blocks.push(Buffer.allocUnsafeSlow(Math.max(blockBytes, 1 + bytes)));
      // No text begins at 0 of a block, so that no place is 0.
      used = 1;
    }
    const place = (blocks.length - 1) * blockBytes + used;
    used += bytes;
    return place;
  };

  return {
    set: (index, text) => {
      const bytes = Buffer.byteLength(text);
      const place = allocate(lengthBytes + bytes);
      const block = blocks.at(-1) as Buffer;
      const begin = place % blockBytes;
      block.writeUInt32LE(bytes, begin);
      block.write(text, begin + lengthBytes);
      places[index] = place;
    },
    delete: (index) => {
      places[index] = 0;
    },
    get: (index) => {
      const place = places[index] ?? 0;
      if (place === 0) return undefined;
      const block = blocks[Math.floor(place / blockBytes)] as Buffer;
      const begin = (place % blockBytes) + lengthBytes;
      return block.toString('utf8', begin, begin + block.readUInt32LE(begin - lengthBytes));
    },
  };
}
