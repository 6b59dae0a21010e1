import type { Random } from '@scalequest/core';
import { between } from '../../draw.ts';
import { countCases } from './count-cases.ts';

/** A spinner with equal parts, some of them red. */
interface Spinner {
  readonly parts: number;
  readonly red: number;
}

export function drawSpinner(random: Random): Spinner {
  const parts = between(random, [2, 10]);
  return { parts, red: between(random, [1, parts - 1]) };
}

/** Two spinners, spun once each. */
export function describeSpinners([first, second]: readonly [Spinner, Spinner]): string {
  return (
    `One spinner has $${first.parts}$ equal parts, $${first.red}$ of them red. ` +
    `Another has $${second.parts}$ equal parts, $${second.red}$ of them red. Both are spun.`
  );
}

/** Counts the pairs of parts where as many spinners as wanted show red. */
export function countRed(
  [first, second]: readonly [Spinner, Spinner],
  isWanted: (showingRed: number) => boolean,
): number {
  return countCases([first.parts, second.parts], ([one = 0, other = 0]) =>
    isWanted(Number(one < first.red) + Number(other < second.red)),
  );
}
