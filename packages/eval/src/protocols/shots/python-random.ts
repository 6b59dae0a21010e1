/** The part of Python's `random.Random` that harnesses draw shots with. */
export interface PythonRandom {
  /** `getrandbits(count)`, for 1 to 32 bits. */
  readonly getRandomBits: (count: number) => number;
  /** `_randbelow(limit)`: a whole number from 0 to `limit` - 1. */
  readonly drawBelow: (limit: number) => number;
  /** The positions that `sample(range(size), count)` gives. */
  readonly sample: (size: number, count: number) => number[];
}

const length = 624;
const shift = 397;

/**
 * Python's generator, bit for bit: the Mersenne Twister MT19937 of Matsumoto and Nishimura (1998), seeded as CPython
 * seeds it from a whole number, and CPython's ways to draw from it. The same since Python 3.2.
 *
 * @example
 * createPythonRandom(1234).sample(7473, 5); // [6374, 3610, 957, 61, 742], as in Python
 */
export function createPythonRandom(seed: number): PythonRandom {
  const state = seedState(seed);
  let position = length;

  const nextWord = (): number => {
    if (position === length) {
      refill(state);
      position = 0;
    }
    let word = state[position++] as number;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    word ^= word >>> 18;
    return word >>> 0;
  };
  const getRandomBits = (count: number): number => nextWord() >>> (32 - count);
  const drawBelow = (limit: number): number => {
    const bits = 32 - Math.clz32(limit);
    let drawn = getRandomBits(bits);
    while (drawn >= limit) drawn = getRandomBits(bits);
    return drawn;
  };
  const sample = (size: number, count: number): number[] => {
    if (count > size) throw new RangeError(`a sample of ${count} from ${size}`);
    // CPython: a list where it takes less memory than a set of the chosen ones would.
    const setSize = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
    return size <= setSize ? drawFromPool(size, count, drawBelow) : drawFresh(size, count, drawBelow);
  };
  return { getRandomBits, drawBelow, sample };
}

function drawFromPool(size: number, count: number, drawBelow: (limit: number) => number): number[] {
  const pool = Array.from({ length: size }, (_, index) => index);
  return Array.from({ length: count }, (_, index) => {
    const drawn = drawBelow(size - index);
    const value = pool[drawn] as number;
    pool[drawn] = pool[size - index - 1] as number;
    return value;
  });
}

function drawFresh(size: number, count: number, drawBelow: (limit: number) => number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(drawBelow(size));
  return [...chosen];
}

/** `init_by_array` of the reference implementation, with the 32-bit words of the seed as its key. */
function seedState(seed: number): Uint32Array {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`a seed of ${seed}`);
  const high = Math.floor(seed / 2 ** 32);
  const key = high === 0 ? [seed >>> 0] : [seed >>> 0, high];
  const state = new Uint32Array(length);
  state[0] = 19650218;
  const mix = (index: number, factor: number): number => {
    const before = state[index - 1] as number;
    return Math.imul(before ^ (before >>> 30), factor);
  };
  for (let index = 1; index < length; index++) state[index] = mix(index, 1812433253) + index;
  let index = 1;
  const advance = (): void => {
    index++;
    if (index < length) return;
    state[0] = state[length - 1] as number;
    index = 1;
  };
  for (let step = 0; step < length; step++) {
    const place = step % key.length;
    state[index] = ((state[index] as number) ^ mix(index, 1664525)) + (key[place] as number) + place;
    advance();
  }
  for (let step = 1; step < length; step++) {
    state[index] = ((state[index] as number) ^ mix(index, 1566083941)) - index;
    advance();
  }
  state[0] = 0x80000000;
  return state;
}

function refill(state: Uint32Array): void {
  for (let index = 0; index < length; index++) {
    const joined = ((state[index] as number) & 0x80000000) | ((state[(index + 1) % length] as number) & 0x7fffffff);
    state[index] = (state[(index + shift) % length] as number) ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
  }
}
