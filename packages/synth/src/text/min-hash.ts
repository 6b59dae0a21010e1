/** Signatures have 125 values in 25 bands of 5. A pair is a candidate where a band is the same. */
export const bandCount = 25;
const bandRows = 5;
const binCount = bandCount * bandRows;
export const shingleLength = 5;

const empty = 0xffffffff;
const bins = new Uint32Array(binCount);
const filled = new Uint8Array(binCount);

/**
 * One-permutation MinHash over shingles of five bytes: each shingle is hashed once, falls into one bin, and the least hash of a
 * bin is a value of the signature. A bin that none fell into takes the value of another one, which the bin's number decides.
 * Letters that stand alone are all one, so that texts with other names for their variables meet.
 *
 * @param bytes a normalised text lies in it from `start` to `end`
 * @param bands gets 25 hashes, from `offset` on
 */
export function hashBands(
  bytes: Uint8Array,
  { start, end, bands, offset }: { start: number; end: number; bands: Uint32Array; offset: number },
): void {
  bins.fill(empty);
  filled.fill(0);
  let before = 0;
  for (let at = start; at < end; at++) {
    const byte = isAlone(bytes, { at, start, end }) ? anyLetter : (bytes[at] ?? 0);
    // A text that is shorter than a shingle is one.
    if (at >= start + shingleLength - 1 || at === end - 1) {
      const hash = mix(Math.imul(before, 0x9e3779b1) ^ Math.imul(byte + 0x7f4a7c15, 0x85ebca6b));
      const bin = hash % binCount;
      filled[bin] = 1;
      if (hash < (bins[bin] ?? 0)) bins[bin] = hash;
    }
    before = (before << 8) | byte;
  }
  if (start === end) filled[0] = 1;
  for (let bin = 0; bin < binCount; bin++) {
    if (filled[bin] === 1) continue;
    let probe = bin;
    do probe = mix(probe + 0x3c6ef372 + Math.imul(bin, 0x27d4eb2f));
    while (filled[probe % binCount] === 0);
    bins[bin] = bins[probe % binCount] ?? 0;
  }
  for (let band = 0; band < bandCount; band++) {
    let hash = band + 1;
    for (let row = 0; row < bandRows; row++) {
      hash = mix(Math.imul(hash, 0x01000193) ^ (bins[band * bandRows + row] ?? 0));
    }
    bands[offset + band] = hash;
  }
}

const anyLetter = 0x76;

function isAlone(bytes: Uint8Array, { at, start, end }: { at: number; start: number; end: number }): boolean {
  const byte = bytes[at] ?? 0;
  if (byte < 97 || byte > 122) return false;
  return (at === start || (bytes[at - 1] ?? 0) <= 32) && (at + 1 === end || (bytes[at + 1] ?? 0) <= 32);
}

function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The distinct shingles of a text, by their hash. */
export interface ShingleSet {
  /** A table with open places, which are 0. */
  readonly slots: Int32Array;
  readonly size: number;
}

export function makeShingleSet(text: string): ShingleSet {
  let capacity = 64;
  while (capacity < 2 * text.length) capacity *= 2;
  const slots = new Int32Array(capacity);
  let size = 0;
  let before = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (at >= shingleLength - 1 || at === text.length - 1) {
      const hash = mix(Math.imul(before, 0x9e3779b1) ^ Math.imul(code + 0x7f4a7c15, 0x85ebca6b)) | 1;
      const slot = findSlot(slots, hash);
      if (slots[slot] === 0) {
        slots[slot] = hash;
        size += 1;
      }
    }
    before = (before << 8) ^ code;
  }
  return { slots, size };
}

/** The Jaccard similarity of two sets, 0 to 1. Two empty ones are the same. */
export function compareShingles(a: ShingleSet, b: ShingleSet): number {
  if (a.size === 0 || b.size === 0) return a.size === b.size ? 1 : 0;
  let shared = 0;
  for (const hash of a.slots) if (hash !== 0 && b.slots[findSlot(b.slots, hash)] === hash) shared += 1;
  return shared / (a.size + b.size - shared);
}

function findSlot(slots: Int32Array, hash: number): number {
  const last = slots.length - 1;
  let slot = (hash >>> 1) & last;
  while (slots[slot] !== 0 && slots[slot] !== hash) slot = (slot + 1) & last;
  return slot;
}
