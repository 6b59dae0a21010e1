import type { RowPlace } from '../engine/row.ts';
import { makeRoom } from './key-table.ts';

/** Places of rows by the numbers under which they were taken in, in six bytes each. */
export class RowNumbers {
  readonly #generators: string[] = [];
  #ofRow = new Uint16Array(1024);
  #indices = new Uint32Array(1024);
  #count = 0;

  add(generator: string, index: number): void {
    let number = this.#generators.indexOf(generator);
    if (number < 0) number = this.#generators.push(generator) - 1;
    this.#ofRow = makeRoom(this.#ofRow, this.#count + 1);
    this.#indices = makeRoom(this.#indices, this.#count + 1);
    this.#ofRow[this.#count] = number;
    this.#indices[this.#count] = index;
    this.#count += 1;
  }

  get(number: number): RowPlace {
    return { generator: this.#generators[this.#ofRow[number] ?? 0] ?? '', index: this.#indices[number] ?? 0 };
  }
}
