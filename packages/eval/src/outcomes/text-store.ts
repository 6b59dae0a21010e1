/** Texts by number, outside of the heap of objects: a million short answers take about as many bytes as they have. */
export interface TextStore {
  readonly set: (index: number, text: string) => void;
  readonly delete: (index: number) => void;
  readonly get: (index: number) => string | undefined;
}

/** Bytes that are asked for at once; a longer text gets a block of its own. */
const blockBytes = 2 ** 18;

/**
 * Makes an empty store for the numbers from 0 to `size - 1`. Its memory grows with what is set, and what is replaced or
 * deleted is not given back: a run sets an answer once, and seldom again.
 */
export function createTextStore(size: number): TextStore {
  const blocks: Uint8Array[] = [];
  // Where a text begins, counted over all blocks; 0 is none, so the first byte of the first block stays empty.
  const places = new Float64Array(size);
  const lengths = new Uint32Array(size);
  let begin = 0;
  let used = 1;
  const starts: number[] = [];

  const allocate = (bytes: number): Buffer => {
    const last = blocks.at(-1);
    if (last === undefined || used + bytes > last.length) {
      begin += last?.length ?? 0;
      used = last === undefined ? 1 : 0;
      starts.push(begin);
      blocks.push(Buffer.allocUnsafeSlow(Math.max(blockBytes, used + bytes)));
    }
    return blocks.at(-1) as Buffer;
  };

  return {
    set: (index, text) => {
      const bytes = Buffer.byteLength(text);
      allocate(bytes).write(text, used);
      places[index] = begin + used;
      lengths[index] = bytes;
      used += bytes;
    },
    delete: (index) => {
      places[index] = 0;
    },
    get: (index) => {
      const place = places[index] as number;
      if (place === 0) return undefined;
      const block = findLast(starts, place);
      const offset = place - (starts[block] as number);
      return (blocks[block] as Buffer).toString('utf8', offset, offset + (lengths[index] as number));
    },
  };
}

/** The last of the ascending numbers that is not above `value`. */
function findLast(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] as number) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
