/** Where a line stands in a file. */
export interface LinePlace {
  readonly offset: number;
  readonly bytes: number;
}

/** Where the line of each key stands. Two numbers a key, beside the key itself. */
export interface LineIndex {
  readonly size: number;
  readonly find: (key: string) => LinePlace | undefined;
  /** A later line of the same key takes the place of the first. */
  readonly set: (key: string, place: LinePlace) => void;
  readonly delete: (key: string) => void;
}

export function createLineIndex(): LineIndex {
  const slots = new Map<string, number>();
  let offsets = new Float64Array(1024);
  let lengths = new Uint32Array(1024);
  let used = 0;

  const takeSlot = (): number => {
    if (used === offsets.length) {
      const [moreOffsets, moreLengths] = [new Float64Array(used * 2), new Uint32Array(used * 2)];
      moreOffsets.set(offsets);
      moreLengths.set(lengths);
      offsets = moreOffsets;
      lengths = moreLengths;
    }
    return used++;
  };

  return {
    get size() {
      return slots.size;
    },
    find: (key) => {
      const slot = slots.get(key);
      return slot === undefined ? undefined : { offset: offsets[slot] ?? 0, bytes: lengths[slot] ?? 0 };
    },
    set: (key, { offset, bytes }) => {
      const slot = slots.get(key) ?? takeSlot();
      slots.set(key, slot);
      offsets[slot] = offset;
      lengths[slot] = bytes;
    },
    delete: (key) => void slots.delete(key),
  };
}
