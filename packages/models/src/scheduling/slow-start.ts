/** Holds a server back that has just come, or come back: it loads, compiles and caches with its first requests. */
export interface SlowStart {
  /** Requests that it may have at once; Infinity when it is over. */
  readonly value: number;
  readonly begin: () => void;
  readonly onAnswered: () => void;
}

/** Requests that a start begins with, and their share of the most where that is more. */
const fewest = 4;
const shareAtFirst = 1 / 16;

/** One more for each answer: the number doubles with each round trip. */
export function createSlowStart(max: number): SlowStart {
  let value = Infinity;
  return {
    get value() {
      return value;
    },
    begin: () => {
      value = Math.max(fewest, Math.floor(max * shareAtFirst));
    },
    onAnswered: () => {
      value = value >= max ? Infinity : value + 1;
    },
  };
}
