import { createHash } from 'node:crypto';

/** A seeded source of randomness. Same seed, same numbers, on every machine and in every version. */
export interface Random {
  /** A float in [0, 1) with 32 random bits. */
  readonly next: () => number;
  /** An integer from `min` to `max`, both included. */
  readonly integer: (range: { readonly min: number; readonly max: number }) => number;
  readonly pick: <T>(values: readonly [T, ...T[]]) => T;
  /** A shuffled copy. */
  readonly shuffle: <T>(values: readonly T[]) => T[];
}

/**
 * Makes a random source from any text. The generator is sfc32 (Chris Doty-Humphrey, PractRand), its state the SHA-256
 * of the seed, so that similar seeds give unrelated numbers.
 *
 * @example
 * const random = createRandom('math-embedded/0/12');
 * random.integer({ min: 1, max: 6 });
 */
export function createRandom(seed: string): Random {
  const state = createHash('sha256').update(seed).digest();
  let a = state.readInt32LE(0);
  let b = state.readInt32LE(4);
  let c = state.readInt32LE(8);
  let counter = 1;

  const nextBits = (): number => {
    const mixed = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + mixed) | 0;
    return mixed >>> 0;
  };
  const integer = ({ min, max }: { readonly min: number; readonly max: number }): number =>
    min + Math.floor((nextBits() / 2 ** 32) * (max - min + 1));

  return {
    next: () => nextBits() / 2 ** 32,
    integer,
    pick: (values) => values[integer({ min: 0, max: values.length - 1 })] ?? values[0],
    shuffle: (values) => {
      const copy = [...values];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = integer({ min: 0, max: i });
        [copy[i], copy[j]] = [copy[j] as (typeof copy)[number], copy[i] as (typeof copy)[number]];
      }
      return copy;
    },
  };
}
