import type { RandomBits } from './draw-prime.ts';

const LOW_32 = 0xffff_ffffn;

/**
 * Turns a key (a name and a few whole numbers) into numbers that look random, the same for the same key. Atoms must obey
 * no algebraic law of their own, so this mixes bits and is no polynomial; the seeds are drawn, so nobody can choose keys
 * that meet.
 */
export class KeyedHash {
  readonly #seeds: readonly number[];

  constructor(random: RandomBits) {
    this.#seeds = Array.from({ length: 5 }, () => Number(random() & LOW_32));
  }

  /** About 160 bits from the name and the numbers (each from 0). */
  hash(name: string, numbers: readonly bigint[] = []): bigint {
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = this.#seeds;
    const take = (word: number): void => {
      a = mix(a ^ word, 0x9e3779b1);
      b = mix(b + word + a, 0x85ebca77);
      c = mix(c ^ b, 0xc2b2ae3d);
      d = mix(d + c, 0x27d4eb2f);
      e = mix(e ^ d, 0x165667b1);
      a ^= e;
    };
    for (let at = 0; at < name.length; at++) take(name.charCodeAt(at));
    for (const number of numbers) {
      // A separator, so that two numbers are never read as one.
      take(-1);
      for (let rest = number; rest > 0n; rest >>= 32n) take(Number(rest & LOW_32));
    }
    for (let turn = 0; turn < 6; turn++) take(turn);
    return [a, b, c, d, e].reduce((total, word) => (total << 32n) | BigInt(word >>> 0), 0n);
  }
}

function mix(value: number, factor: number): number {
  let x = Math.imul(value ^ (value >>> 15), factor);
  x ^= x >>> 13;
  x = Math.imul(x, 0x2c1b3c6d);
  return x ^ (x >>> 16);
}
