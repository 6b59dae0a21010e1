import { takeTurns } from '../engine/take-turns.ts';
import { BandIndex } from './band-index.ts';
import { compareQuestions, type Resemblance, splitTokens } from './compare-questions.ts';
import { type Fingerprints, keyWords } from './fingerprints.ts';
import { KeyTable, makeRoom } from './key-table.ts';
import { bandCount, compareShingles, makeShingleSet, type ShingleSet } from './min-hash.ts';
import type { TextStore } from './text-store.ts';

export interface DuplicateSearchOptions {
  /** Least Jaccard similarity of the shingles of a near-duplicate, 0 to 1. */
  readonly similarity: number;
  /** Texts with the same words and other numbers that stay. */
  readonly perTemplate: number;
}

/** What a text repeats: `of` is the number of an earlier text. */
export type Duplicate =
  | { readonly kind: 'exact-duplicate' | 'template-cap'; readonly of: number }
  | { readonly kind: 'near-duplicate'; readonly of: number; readonly similarity: number };

/** An edit of one place is an edit also of a text so short that it leaves fewer shingles in common. */
const leastSimilarity = 0.3;
/** Candidates that are looked at, the first ones: texts that have more are of a mass of look-alikes. */
const mostCandidates = 64;
/** Of long texts fewer are looked at: those that so many bytes hold, and one at least. */
const mostCandidateBytes = 2 ** 18;

/**
 * Finds texts that repeat an earlier one that stayed. What it knows of a text is about 280 bytes; the text is in the store.
 *
 * The same texts in the same order give the same answers, whether they were judged or are remembered from an earlier session.
 */
export class DuplicateSearch {
  readonly #options: DuplicateSearchOptions;
  readonly #store: TextStore;
  readonly #exact = new KeyTable();
  readonly #templates = new KeyTable();
  /** Of a template: how many texts of it stayed, and the first of them. */
  #stays = new Uint32Array(1024);
  #firsts = new Uint32Array(1024);
  readonly #bands = new BandIndex();
  /** Of a text: where it lies in the store, and how long it is. */
  #places = new Float64Array(1024);
  #lengths = new Uint32Array(1024);
  #templateOf = new Uint32Array(1024);
  #frames = new Uint32Array(1024);

  constructor(store: TextStore, options: DuplicateSearchOptions) {
    this.#store = store;
    this.#options = options;
  }

  /**
   * Judges the texts of a shard one by one, and lets the event loop have its turns between: look-alikes by the thousand take
   * seconds. No other shard may be judged meanwhile.
   *
   * @param onStay told of each text that stays, before the next one is judged: it has the next number, and `mask` says under
   * which bands it is found later
   * @returns for each what it repeats; undefined where it stays
   */
  async judge(
    fingerprints: Fingerprints,
    onStay: (at: number, mask: number) => void,
  ): Promise<readonly (Duplicate | undefined)[]> {
    const { ends } = fingerprints;
    const place = this.#store.append(fingerprints.texts);
    return await takeTurns([...ends.entries()], ([at, end]) => {
      const start = at === 0 ? 0 : (ends[at - 1] ?? 0);
      const found = this.#find(fingerprints, { at, start, end });
      if (typeof found !== 'number') return found;
      this.#keep(fingerprints, { at, mask: found, place: place + start, length: end - start });
      onStay(at, found);
      return undefined;
    });
  }

  /** Takes in the texts of a shard of an earlier session that stayed: only those are in the fingerprints. */
  remember(fingerprints: Omit<Fingerprints, 'packed'>, masks: Uint32Array): void {
    const { ends } = fingerprints;
    const place = this.#store.append(fingerprints.texts);
    ends.forEach((end, at) => {
      const start = at === 0 ? 0 : (ends[at - 1] ?? 0);
      this.#keep(fingerprints, { at, mask: masks[at] ?? 0, place: place + start, length: end - start });
    });
  }

  /** @returns the bands under which it is to be found, as bits, where it repeats none */
  #find(
    { keys, frames, bands, texts }: Fingerprints,
    { at, start, end }: { readonly at: number; readonly start: number; readonly end: number },
  ): Duplicate | number {
    const [low = 0, high = 0, maskedLow = 0, maskedHigh = 0] = keys.subarray(keyWords * at, keyWords * (at + 1));
    const exact = this.#exact.find(low, high);
    if (exact >= 0) return { kind: 'exact-duplicate', of: exact };
    const template = this.#templates.find(maskedLow, maskedHigh);
    if (template >= 0 && (this.#stays[template] ?? 0) >= this.#options.perTemplate) {
      return this.#repeatTemplate(
        this.#firsts[template] ?? 0,
        Buffer.from(texts.buffer, texts.byteOffset + start, end - start).toString(),
      );
    }
    const { texts: candidates, mask } = this.#bands.find(bands, bandCount * at);
    const frame = frames[at] ?? 0;
    // One of the same template is there where its numbers do not make a copy of it.
    const others = candidates.filter(
      (of) => this.#frames[of] === frame && (template < 0 || this.#templateOf[of] !== template),
    );
    if (others.length > 0) {
      const text = new ComparedText(
        Buffer.from(texts.buffer, texts.byteOffset + start, end - start).toString(),
        this.#merges,
      );
      const most = Math.min(mostCandidates, Math.max(1, Math.floor(mostCandidateBytes / (end - start))));
      for (const of of others.slice(0, most)) {
        const similarity = text.compare(this.#read(of), this.#options.similarity);
        if (similarity !== undefined) return { kind: 'near-duplicate', of, similarity };
      }
    }
    return mask;
  }

  #repeatTemplate(of: number, text: string): Duplicate {
    if (this.#options.perTemplate > 1) return { kind: 'template-cap', of };
    const similarity = compareShingles(makeShingleSet(text), makeShingleSet(this.#read(of)));
    return { kind: 'near-duplicate', of, similarity };
  }

  get #merges(): 'renumbered too' | 'reworded' {
    return this.#options.perTemplate === 1 ? 'renumbered too' : 'reworded';
  }

  #keep(
    { keys, frames, bands }: Pick<Fingerprints, 'keys' | 'frames' | 'bands'>,
    {
      at,
      mask,
      place,
      length,
    }: { readonly at: number; readonly mask: number; readonly place: number; readonly length: number },
  ): void {
    const [low = 0, high = 0, maskedLow = 0, maskedHigh = 0] = keys.subarray(keyWords * at, keyWords * (at + 1));
    const number = this.#exact.add(low, high);
    let template = this.#templates.find(maskedLow, maskedHigh);
    if (template < 0) {
      template = this.#templates.add(maskedLow, maskedHigh);
      this.#stays = makeRoom(this.#stays, template + 1);
      this.#firsts = makeRoom(this.#firsts, template + 1);
      this.#firsts[template] = number;
    }
    this.#stays[template] = (this.#stays[template] ?? 0) + 1;
    this.#bands.add(bands, bandCount * at, mask);
    this.#places = makeRoom(this.#places, number + 1);
    this.#lengths = makeRoom(this.#lengths, number + 1);
    this.#places[number] = place;
    this.#lengths[number] = length;
    this.#templateOf = makeRoom(this.#templateOf, number + 1);
    this.#templateOf[number] = template;
    this.#frames = makeRoom(this.#frames, number + 1);
    this.#frames[number] = frames[at] ?? 0;
  }

  #read(number: number): string {
    return this.#store.read(this.#places[number] ?? 0, this.#lengths[number] ?? 0);
  }
}

/** A normalised text that is compared with others. */
class ComparedText {
  readonly #shingles: ShingleSet;
  readonly #tokens: readonly string[];
  readonly #merged: ReadonlySet<Resemblance>;

  constructor(text: string, merges: 'renumbered too' | 'reworded') {
    this.#shingles = makeShingleSet(text);
    this.#tokens = splitTokens(text);
    this.#merged = new Set(merges === 'reworded' ? ['reworded'] : ['reworded', 'renumbered']);
  }

  /** @returns their similarity where one is a copy of the other */
  compare(other: string, leastOfMany: number): number | undefined {
    const similarity = compareShingles(this.#shingles, makeShingleSet(other));
    if (similarity < Math.min(leastSimilarity, leastOfMany)) return undefined;
    const { resemblance, edits } = compareQuestions(this.#tokens, splitTokens(other));
    if (!this.#merged.has(resemblance)) return undefined;
    return similarity >= leastOfMany || edits <= 1 ? similarity : undefined;
  }
}
