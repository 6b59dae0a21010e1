import type { Random } from '@scalequest/core';

type Pair = readonly [first: string, second: string];

const pairs: readonly [Pair, ...Pair[]] = [
  ['Anna', 'Ben'],
  ['Tom', 'Lisa'],
  ['Maria', 'Paul'],
  ['Sam', 'Emma'],
];

/** Two names, in either order. */
export function drawNames(random: Random): Pair {
  const [first, second] = random.pick(pairs);
  return random.pick<Pair>([
    [first, second],
    [second, first],
  ]);
}
