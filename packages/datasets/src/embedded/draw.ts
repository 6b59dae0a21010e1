import type { Random } from '@scalequest/core';

/** An integer from the first to the second number, both included. */
export function between(random: Random, [min, max]: readonly [min: number, max: number]): number {
  return random.integer({ min, max });
}

/** An integer from `-size` to `size`, but never 0. */
export function nonZero(random: Random, size: number): number {
  return random.pick([-1, 1]) * random.integer({ min: 1, max: size });
}

const mostTries = 1000;

/** Draws until the value is accepted. */
export function drawWhere<T>(draw: () => T, accept: (value: T) => boolean): T {
  for (let i = 0; i < mostTries; i++) {
    const value = draw();
    if (accept(value)) return value;
  }
  throw new Error(`No draw of ${mostTries} was accepted: the conditions are too narrow.`);
}
