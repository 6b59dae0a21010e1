import type { Random } from '@scalequest/core';
import { formatInterval } from '../../latex.ts';

/** A way in which two numbers can stand to each other. */
export interface Relation {
  /** LaTeX. */
  readonly symbol: string;
  readonly holds: (left: number, right: number) => boolean;
  /** The numbers that stand so to a bound, as an interval. */
  readonly formatSolutions: (bound: number) => string;
}

const less: Relation = {
  symbol: '<',
  holds: (left, right) => left < right,
  formatSolutions: (at) => formatInterval({ from: {}, to: { at, isOpen: true } }),
};

const lessOrEqual: Relation = {
  symbol: '\\le',
  holds: (left, right) => left <= right,
  formatSolutions: (at) => formatInterval({ from: {}, to: { at } }),
};

const greater: Relation = {
  symbol: '>',
  holds: (left, right) => left > right,
  formatSolutions: (at) => formatInterval({ from: { at, isOpen: true }, to: {} }),
};

const greaterOrEqual: Relation = {
  symbol: '\\ge',
  holds: (left, right) => left >= right,
  formatSolutions: (at) => formatInterval({ from: { at }, to: {} }),
};

/** Less or greater, with or without equality. */
export function drawRelation(random: Random): Relation {
  return random.pick([less, lessOrEqual, greater, greaterOrEqual]);
}

/** Less, with or without equality. */
export function drawLess(random: Random): Relation {
  return random.pick([less, lessOrEqual]);
}

/** Greater, with or without equality. */
export function drawGreater(random: Random): Relation {
  return random.pick([greater, greaterOrEqual]);
}
