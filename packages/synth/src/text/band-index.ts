import { bandCount } from './min-hash.ts';

const segmentBits = 20;
const segmentSize = 1 << segmentBits;
/** Of an entry: the lower and the upper half of the next one of its chain, and the tag. Side by side, so that one look into memory finds all. */
const entryParts = 3;
/** Entries of a chain on average, before there are twice as many chains. */
const mostPerChain = 3;

/** Texts with one and the same band of which the index takes in no more: what is so common tells little. */
const mostPerBand = 32;

/**
 * Finds texts by their bands. A band of a text is six bytes in a chain and a share of a table of chains: about 200 bytes a text.
 *
 * Of a band's hash the low bits are the chain that it is in and the upper sixteen stand in the chain: together they are all of
 * it, so that the table can grow without the hashes.
 */
export class BandIndex {
  #bits = 16;
  #heads = new Int32Array(1 << 16).fill(-1);
  readonly #segments: Uint16Array[] = [];
  #count = 0;
  /** Texts that are in chains, the first ones. Of the others the hashes stand where the next entry will. */
  #linkedCount = 0;
  #pendingMasks: number[] = [];

  /**
   * Texts that share a band with one, from the first to the last.
   *
   * @returns with them, the bands under which the text itself is to be taken in, as bits
   */
  find(bands: Uint32Array, offset: number): { readonly texts: readonly number[]; readonly mask: number } {
    this.#link();
    let texts: Set<number> | undefined;
    const heads = this.#heads;
    const lastHead = heads.length - 1;
    let mask = 0;
    for (let band = 0; band < bandCount; band++) {
      const hash = bands[offset + band] ?? 0;
      let same = 0;
      for (let entry = heads[hash & lastHead] ?? -1; entry >= 0; ) {
        const segment = this.#segmentOf(entry);
        const place = placeOf(entry);
        if (segment[place + 2] === hash >>> 16 && entry % bandCount === band) {
          texts ??= new Set();
          texts.add((entry - band) / bandCount);
          same += 1;
        }
        entry = nextAt(segment, place);
      }
      if (same < mostPerBand) mask |= 1 << band;
    }
    return { texts: texts === undefined ? [] : [...texts].sort((a, b) => a - b), mask };
  }

  /** Takes in the next text. It comes into its chains when the next search begins: many at once need no table that grows. */
  add(bands: Uint32Array, offset: number, mask: number): void {
    const first = this.#count * bandCount;
    this.#count += 1;
    this.#pendingMasks.push(mask);
    while (this.#segments.length * segmentSize < first + bandCount) {
      this.#segments.push(new Uint16Array(entryParts * segmentSize));
    }
    for (let band = 0; band < bandCount; band++) {
      const segment = this.#segmentOf(first + band);
      setNext(segment, placeOf(first + band), bands[offset + band] ?? 0);
    }
  }

  #link(): void {
    if (this.#linkedCount === this.#count) return;
    if (this.#linkedCount === 0) {
      while (this.#isTooFull()) this.#bits += 1;
      this.#heads = new Int32Array(1 << this.#bits).fill(-1);
    }
    while (this.#isTooFull()) this.#grow();
    const heads = this.#heads;
    for (const mask of this.#pendingMasks) {
      const first = this.#linkedCount * bandCount;
      this.#linkedCount += 1;
      for (let band = 0; band < bandCount; band++) {
        if ((mask & (1 << band)) === 0) continue;
        const segment = this.#segmentOf(first + band);
        const place = placeOf(first + band);
        const hash = nextAt(segment, place);
        const head = hash & (heads.length - 1);
        setNext(segment, place, heads[head] ?? -1);
        segment[place + 2] = hash >>> 16;
        heads[head] = first + band;
      }
    }
    this.#pendingMasks = [];
  }

  #isTooFull(): boolean {
    return this.#bits < 30 && this.#count * bandCount > mostPerChain * 2 ** this.#bits;
  }

  /** Parts each chain into two, in which the entries keep their order. */
  #grow(): void {
    const old = this.#heads;
    const bit = 1 << (this.#bits - 16);
    this.#bits += 1;
    const heads = new Int32Array(2 * old.length).fill(-1);
    for (let head = 0; head < old.length; head++) {
      let lastLow = -1;
      let lastHigh = -1;
      for (let entry = old[head] ?? -1; entry >= 0; ) {
        const segment = this.#segmentOf(entry);
        const place = placeOf(entry);
        const next = nextAt(segment, place);
        const isHigh = ((segment[place + 2] ?? 0) & bit) !== 0;
        const last = isHigh ? lastHigh : lastLow;
        if (last < 0) heads[isHigh ? head + old.length : head] = entry;
        else setNext(this.#segmentOf(last), placeOf(last), entry);
        if (isHigh) lastHigh = entry;
        else lastLow = entry;
        entry = next;
      }
      if (lastLow >= 0) setNext(this.#segmentOf(lastLow), placeOf(lastLow), -1);
      if (lastHigh >= 0) setNext(this.#segmentOf(lastHigh), placeOf(lastHigh), -1);
    }
    this.#heads = heads;
  }

  #segmentOf(entry: number): Uint16Array {
    return this.#segments[entry >>> segmentBits] ?? none;
  }
}

const none = new Uint16Array(0);

function placeOf(entry: number): number {
  return entryParts * (entry & (segmentSize - 1));
}

function nextAt(segment: Uint16Array, place: number): number {
  return (segment[place] ?? 0) | ((segment[place + 1] ?? 0) << 16);
}

function setNext(segment: Uint16Array, place: number, next: number): void {
  segment[place] = next & 0xffff;
  segment[place + 1] = next >>> 16;
}
