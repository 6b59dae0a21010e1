import { bandCount } from './min-hash.ts';

const segmentBits = 20;
const segmentSize = 1 << segmentBits;

/** Texts with one and the same band of which the index takes in no more: what is so common tells little. */
const mostPerBand = 32;

/**
 * Finds texts by their bands. A band of a text is six bytes in a chain and a share of a table of chains: about 220 bytes a text.
 *
 * Of a band's hash the low bits are the chain that it is in and the upper sixteen stand in the chain: together they are all of
 * it, so that the table can grow without the hashes.
 */
export class BandIndex {
  #bits = 16;
  #heads = new Int32Array(1 << 16).fill(-1);
  readonly #next: Int32Array[] = [];
  readonly #tags: Uint16Array[] = [];
  #count = 0;

  /**
   * Texts that share a band with one, from the first to the last.
   *
   * @returns with them, the bands under which the text itself is to be taken in, as bits
   */
  find(bands: Uint32Array, offset: number): { readonly texts: readonly number[]; readonly mask: number } {
    let texts: Set<number> | undefined;
    const heads = this.#heads;
    const lastHead = heads.length - 1;
    let mask = 0;
    for (let band = 0; band < bandCount; band++) {
      const hash = bands[offset + band] ?? 0;
      let same = 0;
      for (let entry = heads[hash & lastHead] ?? -1; entry >= 0; entry = this.#nextOf(entry)) {
        if (this.#tagOf(entry) !== hash >>> 16 || entry % bandCount !== band) continue;
        texts ??= new Set();
        texts.add((entry - band) / bandCount);
        same += 1;
      }
      if (same < mostPerBand) mask |= 1 << band;
    }
    return { texts: texts === undefined ? [] : [...texts].sort((a, b) => a - b), mask };
  }

  /** Takes in the next text. */
  add(bands: Uint32Array, offset: number, mask: number): void {
    const first = this.#count * bandCount;
    this.#count += 1;
    while (this.#next.length * segmentSize < first + bandCount) {
      this.#next.push(new Int32Array(segmentSize));
      this.#tags.push(new Uint16Array(segmentSize));
    }
    for (let band = 0; band < bandCount; band++) {
      if ((mask & (1 << band)) === 0) continue;
      const hash = bands[offset + band] ?? 0;
      const entry = first + band;
      const tags = this.#tags[entry >>> segmentBits];
      if (tags !== undefined) tags[entry % segmentSize] = hash >>> 16;
      this.#push(this.#heads, hash & (this.#heads.length - 1), entry);
    }
    if (this.#bits < 30 && this.#count * bandCount > 1.5 * this.#heads.length) this.#grow();
  }

  #grow(): void {
    const old = this.#heads;
    this.#bits += 1;
    const heads = new Int32Array(1 << this.#bits).fill(-1);
    const chain: number[] = [];
    for (let head = 0; head < old.length; head++) {
      chain.length = 0;
      for (let entry = old[head] ?? -1; entry >= 0; entry = this.#nextOf(entry)) chain.push(entry);
      for (let place = chain.length - 1; place >= 0; place--) {
        const entry = chain[place] ?? 0;
        const hash = ((this.#tagOf(entry) << 16) | (head & 0xffff)) >>> 0;
        this.#push(heads, hash & (heads.length - 1), entry);
      }
    }
    this.#heads = heads;
  }

  #push(heads: Int32Array, head: number, entry: number): void {
    const segment = this.#next[entry >>> segmentBits];
    if (segment !== undefined) segment[entry % segmentSize] = heads[head] ?? -1;
    heads[head] = entry;
  }

  #nextOf(entry: number): number {
    return this.#next[entry >>> segmentBits]?.[entry % segmentSize] ?? -1;
  }

  #tagOf(entry: number): number {
    return this.#tags[entry >>> segmentBits]?.[entry % segmentSize] ?? 0;
  }
}
