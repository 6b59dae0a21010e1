import { splitTokens } from './compare-questions.ts';
import { type NormalText, normaliseText } from './normalise-text.ts';

/** By what a row and a test question were found to be the same, the surest first. */
export const contaminationKinds = ['exact', 'renumbered', '13-gram', '10-gram', '8-gram', 'containment'] as const;
export type ContaminationKind = (typeof contaminationKinds)[number];

/**
 * The test questions, as threads share them without a copy: a table from hashes of stretches of words to the questions that
 * have them. All arrays lie in shared memory.
 */
export interface SharedBenchmarkIndex {
  /** Two numbers a place: the upper half of a key, and 1 + the place of its first entry; 0 where the place is free. */
  readonly slots: Uint32Array;
  /** Two numbers an entry: the question with the kind (`question * 8 + kind`), and 1 + the place of the next entry of the key. */
  readonly entries: Uint32Array;
  /** Bits by the lower half of a key: whether any is there. */
  readonly filter: Uint32Array;
  /** The same of the first three words of each stretch. Most places of a row end here. */
  readonly starts: Uint32Array;
  /** Lengths of whole questions that are looked for in rows, as bits. */
  readonly containedLengths: number;
  readonly renumbered: boolean;
}

const exactSalt = 0x51ed270b;
const maskedSalt = 0x2545f491;
const maskedGramSalt = 0x1b873593;
const filterBits = 23;
const startWords = 3;
const startSalt = 0x7b1d3c25;

/** Questions with fewer words than this are looked for whole. */
const leastGram = 8;
/** What is shorter is equal to a row, or not found: two words stand in many texts. */
const leastContainedWords = 3;
const leastContainedParts = 12;

/**
 * @param questions texts of test questions
 * @param renumbered whether the same question with other numbers is found too
 */
export function buildBenchmarkIndex(
  questions: readonly string[],
  { renumbered }: { readonly renumbered: boolean },
): SharedBenchmarkIndex {
  const table = new TableBuilder();
  let containedLengths = 0;
  questions.forEach((question, number) => {
    const normal = normaliseText(question);
    const words = new WordHashes(normal.text);
    if (words.count === 0) return;
    const add = (kind: ContaminationKind, low: number, high: number): void =>
      table.add(low, high, number * 8 + contaminationKinds.indexOf(kind));
    const addAll = (kind: ContaminationKind, from: WordHashes, length: number, salt: number): void => {
      for (let at = 0; at + length <= from.count; at++) {
        from.hash(at, length, salt);
        add(kind, from.low, from.high);
        if (length < startWords) continue;
        from.hash(at, startWords, startSalt);
        table.addStart(from.low);
      }
    };
    words.hash(0, words.count, exactSalt);
    add('exact', words.low, words.high);
    const masked = renumbered ? new WordHashes(normal.masked) : words;
    if (renumbered) {
      masked.hash(0, masked.count, maskedSalt);
      add('renumbered', masked.low, masked.high);
    }
    if (words.count >= 13) addAll('13-gram', masked, 13, renumbered ? maskedGramSalt : 13);
    else if (words.count >= 10) addAll('10-gram', words, 10, 10);
    else if (words.count >= leastGram) addAll('8-gram', words, leastGram, leastGram);
    else if (words.count >= leastContainedWords || countParts(normal) >= leastContainedParts) {
      containedLengths |= 1 << words.count;
      addAll('containment', words, words.count, words.count);
    }
  });
  return { ...table.build(), containedLengths, renumbered };
}

/**
 * Looks for test questions in rows.
 *
 * @returns three numbers a find: the row, the question, and the kind's place in {@link contaminationKinds}
 */
export function findContamination(rows: readonly string[], index: SharedBenchmarkIndex): Uint32Array<ArrayBuffer> {
  const finds: number[] = [];
  const { renumbered } = index;
  const stretches = listStretches(index);
  const ofMasked = renumbered ? [{ length: 13, salt: maskedGramSalt }] : [];
  rows.forEach((row, number) => {
    const normal = normaliseText(row);
    const words = new WordHashes(normal.text);
    if (words.count === 0) return;
    const found = new Map<number, number>();
    words.hash(0, words.count, exactSalt);
    collect(index, words, found);
    if (renumbered) {
      const masked = new WordHashes(normal.masked);
      masked.hash(0, masked.count, maskedSalt);
      collect(index, masked, found);
      collectStretches(index, { words: masked, stretches: ofMasked, found });
    }
    collectStretches(index, { words, stretches, found });
    for (const [question, kind] of found) finds.push(number, question, kind);
  });
  return Uint32Array.from(finds);
}

interface Stretch {
  readonly length: number;
  readonly salt: number;
}

/** What is looked for at each word of a row. */
function listStretches({ containedLengths, renumbered }: SharedBenchmarkIndex): readonly Stretch[] {
  const contained = [1, 2, 3, 4, 5, 6, 7].filter((length) => (containedLengths & (1 << length)) !== 0);
  return [...(renumbered ? [] : [13]), 10, leastGram, ...contained].map((length) => ({ length, salt: length }));
}

/** Question by the surest kind in which it was found. */
type Found = Map<number, number>;

function collectStretches(
  index: SharedBenchmarkIndex,
  {
    words,
    stretches,
    found,
  }: { readonly words: WordHashes; readonly stretches: readonly Stretch[]; readonly found: Found },
): void {
  for (let at = 0; at < words.count; at++) {
    const left = words.count - at;
    let isStart = false;
    if (left >= startWords) {
      words.hash(at, startWords, startSalt);
      isStart = hasBit(index.starts, words.low);
    }
    for (const { length, salt } of stretches) {
      if (length > left || (length >= startWords && !isStart)) continue;
      words.hash(at, length, salt);
      collect(index, words, found);
    }
  }
}

function hasBit(filter: Uint32Array, hash: number): boolean {
  const bit = hash >>> (32 - filterBits);
  return ((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
}

function setBit(filter: Uint32Array, hash: number): void {
  const bit = hash >>> (32 - filterBits);
  filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31));
}

function collect({ filter, slots, entries }: SharedBenchmarkIndex, { low, high }: WordHashes, found: Found): void {
  if (!hasBit(filter, low)) return;
  const last = slots.length / 2 - 1;
  for (let slot = low & last; slots[2 * slot + 1] !== 0; slot = (slot + 1) & last) {
    if (slots[2 * slot] !== high) continue;
    for (let entry = slots[2 * slot + 1] ?? 0; entry !== 0; entry = entries[2 * entry - 1] ?? 0) {
      const value = entries[2 * entry - 2] ?? 0;
      const question = Math.floor(value / 8);
      found.set(question, Math.min(found.get(question) ?? 7, value % 8));
    }
    return;
  }
}

function countParts({ text }: NormalText): number {
  return splitTokens(text).length;
}

/** Hashes of the words of a text, and of any stretch of them in one step. A formula is one word. */
class WordHashes {
  readonly count: number;
  /** Of the stretch that `hash` was asked for last. */
  low = 0;
  high = 0;
  /** Two polynomials of the words before each place. */
  readonly #a: Int32Array;
  readonly #b: Int32Array;

  constructor(normal: string) {
    let count = normal === '' ? 0 : 1;
    for (let at = normal.indexOf(' '); at >= 0; at = normal.indexOf(' ', at + 1)) count += 1;
    this.count = count;
    this.#a = new Int32Array(count + 1);
    this.#b = new Int32Array(count + 1);
    for (let word = 0, at = 0; word < count; word++, at++) {
      let one = 0x2f0b4c47;
      let other = 0x5bd1e995;
      for (; at < normal.length; at++) {
        const code = normal.charCodeAt(at);
        if (code === 32) break;
        one = Math.imul(one ^ code, 0x01000193);
        other = Math.imul(other + code, 0x6c078965) ^ (other >>> 15);
      }
      this.#a[word + 1] = Math.imul(this.#a[word] ?? 0, baseA) + scramble(one);
      this.#b[word + 1] = Math.imul(this.#b[word] ?? 0, baseB) + scramble(other);
    }
  }

  hash(from: number, length: number, salt: number): void {
    const a = (this.#a[from + length] ?? 0) - Math.imul(this.#a[from] ?? 0, raise(powersA, baseA, length));
    const b = (this.#b[from + length] ?? 0) - Math.imul(this.#b[from] ?? 0, raise(powersB, baseB, length));
    this.low = scramble(a ^ Math.imul(salt, 0x9e3779b1)) >>> 0;
    this.high = scramble(b + Math.imul(salt, 0x85ebca6b)) >>> 0;
  }
}

const baseA = 0x1e35a7bd;
const baseB = 0x0d2b79f5;
const powersA = [1];
const powersB = [1];

/** Whole rows have any length: their powers are remembered too, up to the longest row. */
function raise(powers: number[], base: number, exponent: number): number {
  while (powers.length <= exponent) powers.push(Math.imul(powers.at(-1) ?? 1, base));
  return powers[exponent] ?? 1;
}

function scramble(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return hash ^ (hash >>> 16);
}

class TableBuilder {
  readonly #added: number[] = [];
  readonly #starts = makeShared(1 << (filterBits - 5));

  add(low: number, high: number, value: number): void {
    this.#added.push(low, high, value);
  }

  addStart(low: number): void {
    setBit(this.#starts, low);
  }

  build(): Pick<SharedBenchmarkIndex, 'slots' | 'entries' | 'filter' | 'starts'> {
    const count = this.#added.length / 3;
    let capacity = 1024;
    while (capacity < 2 * count) capacity *= 2;
    const slots = makeShared(2 * capacity);
    const entries = makeShared(2 * count + 2);
    const filter = makeShared(1 << (filterBits - 5));
    // From the last to the first, so that the first entry of a key is that of the first question.
    for (let entry = count; entry >= 1; entry--) {
      const [low = 0, high = 0, value = 0] = this.#added.slice(3 * entry - 3, 3 * entry);
      setBit(filter, low);
      let slot = low & (capacity - 1);
      while (slots[2 * slot + 1] !== 0 && slots[2 * slot] !== high) slot = (slot + 1) & (capacity - 1);
      slots[2 * slot] = high;
      entries[2 * entry - 2] = value;
      entries[2 * entry - 1] = slots[2 * slot + 1] ?? 0;
      slots[2 * slot + 1] = entry;
    }
    return { slots, entries, filter, starts: this.#starts };
  }
}

function makeShared(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(4 * length));
}
