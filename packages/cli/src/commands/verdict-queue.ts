/** A line of the input, in its place: a question to the pool, or a line that cannot be one. */
type Entry =
  | { readonly kind: 'question'; readonly id: string | number }
  | { readonly kind: 'bad'; readonly id: string | number | null; readonly line: number; readonly error: string };

type BadEntry = Extract<Entry, { readonly kind: 'bad' }>;

/** What is let go of before the array is cut: often enough to stay small, seldom enough to cost nothing. */
const cutAfter = 4096;

/** The lines that are read and not yet written, first in, first out, at the same cost whatever its length. */
export class VerdictQueue {
  #entries: Entry[] = [];
  #head = 0;

  push(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** Takes the bad line at the head; undefined where a question stands there, or nothing. */
  takeBad(): BadEntry | undefined {
    const entry = this.#entries[this.#head];
    if (entry?.kind !== 'bad') return undefined;
    this.#advance();
    return entry;
  }

  /** Takes the id of the question at the head. The pool answers in order, so the head is what was answered. */
  takeQuestion(): string | number {
    const entry = this.#entries[this.#head];
    if (entry?.kind !== 'question') throw new Error('The pool answered a question that nobody asked.');
    this.#advance();
    return entry.id;
  }

  #advance(): void {
    this.#head++;
    if (this.#head === this.#entries.length || this.#head >= cutAfter) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }
}
