import type { Random } from '@scalequest/core';

/**
 * Puts a random choice of k things at the front of the list, in place (the first k steps of a Fisher-Yates shuffle):
 * each choice is equally likely, whatever order an earlier call left behind.
 */
export function drawSubset(things: Uint32Array, k: number, random: Random): void {
  for (let i = 0; i < k; i++) {
    const j = random.integer({ min: i, max: things.length - 1 });
    const drawn = things[j] as number;
    things[j] = things[i] as number;
    things[i] = drawn;
  }
}
