import type { Random } from '@scalequest/core';

/** Two things that a student can do, as the end of a sentence: `play chess`, `play football`. */
export function drawActivities(random: Random): readonly [one: string, other: string] {
  return random.pick([
    ['play chess', 'play football'],
    ['learn French', 'learn Spanish'],
    ['sing', 'dance'],
  ]);
}
