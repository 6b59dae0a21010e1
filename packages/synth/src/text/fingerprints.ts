/** What the search for duplicates knows of the texts of a shard, in arrays that pass between threads without a copy. */
export interface Fingerprints {
  /** Of each text: 64 bits of the text itself, then 64 of the one with its numbers masked. */
  readonly keys: Uint32Array<ArrayBuffer>;
  /** Of each text, what every edit of it has in common with it: `hashFrame`. */
  readonly frames: Uint32Array<ArrayBuffer>;
  readonly bands: Uint32Array<ArrayBuffer>;
  /** The normalised texts as UTF-8, one behind the other, and where each ends. */
  readonly texts: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
  /** `texts`, packed (raw deflate). */
  readonly packed: Uint8Array<ArrayBuffer>;
}

export const keyWords = 4;
