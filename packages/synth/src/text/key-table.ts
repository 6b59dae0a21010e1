/** Keys of 64 bits, each with the number under which it was taken in: 0, 1, 2, ... Twenty bytes a key at most. */
export class KeyTable {
  #slots = new Int32Array(1024).fill(-1);
  #keys = new Uint32Array(2048);
  #count = 0;

  /** @returns the key's number; -1 where it is not there */
  find(low: number, high: number): number {
    return this.#slots[this.#findSlot(low, high)] ?? -1;
  }

  /** Takes in a key that is not there. */
  add(low: number, high: number): number {
    if (2 * this.#count >= this.#slots.length) this.#grow();
    const number = this.#count;
    this.#count += 1;
    this.#keys = makeRoom(this.#keys, 2 * this.#count);
    this.#keys[2 * number] = low;
    this.#keys[2 * number + 1] = high;
    this.#slots[this.#findSlot(low, high)] = number;
    return number;
  }

  #findSlot(low: number, high: number): number {
    const last = this.#slots.length - 1;
    for (let slot = low & last; ; slot = (slot + 1) & last) {
      const number = this.#slots[slot] ?? -1;
      if (number < 0 || (this.#keys[2 * number] === low && this.#keys[2 * number + 1] === high)) return slot;
    }
  }

  #grow(): void {
    this.#slots = new Int32Array(2 * this.#slots.length).fill(-1);
    for (let number = 0; number < this.#count; number++) {
      this.#slots[this.#findSlot(this.#keys[2 * number] ?? 0, this.#keys[2 * number + 1] ?? 0)] = number;
    }
  }
}

/** The array itself where it is long enough, else a longer copy. */
export function makeRoom<Numbers extends Uint16Array | Uint32Array | Float64Array>(
  array: Numbers,
  length: number,
): Numbers {
  if (array.length >= length) return array;
  const Longer = array.constructor as new (length: number) => Numbers;
  const longer = new Longer(Math.max(length, Math.ceil(1.25 * array.length)));
  longer.set(array);
  return longer;
}
