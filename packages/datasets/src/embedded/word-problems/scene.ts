import type { Cast } from './cast.ts';

/** One equation of a solution. */
export interface Step {
  readonly order: number;
  /** `6+7=13`. Called only where the value is in range: the arithmetic refuses others. */
  readonly equation: () => string;
  /** The same in a sentence. */
  readonly tell: (cast: Cast) => string;
}

/** A number of things, and all that it follows from. */
export interface Amount {
  readonly value: number;
  readonly steps: readonly Step[];
  /** The positions of the sentences that it follows from. */
  readonly sentences: readonly number[];
}

/** Who has how many at one point of the story. People are numbered in the order in which they come up. */
export interface Scene {
  readonly amounts: readonly Amount[];
  /** The sentence in which each of them came up. */
  readonly introductions: readonly number[];
  /** The people of the last sentence. */
  readonly touched: readonly number[];
  /** Sentences so far. */
  readonly length: number;
  /** Steps so far. */
  readonly steps: number;
}

export const emptyScene: Scene = { amounts: [], introductions: [], touched: [], length: 0, steps: 0 };

/** Results are kept to what a small model can learn to compute, and to numbers that take a plural. */
export const valueRange = { min: 2, max: 100 } as const;

/** `13`, or where it was computed `6+7=13`. */
export function writeEquation({ value, steps }: Amount): string {
  return steps.at(-1)?.equation() ?? String(value);
}

/** The amount that a step gives, or undefined where its value is out of range. */
export function follow({
  value,
  from,
  sentences = [],
  step,
}: {
  readonly value: number;
  readonly from: readonly Amount[];
  readonly sentences?: readonly number[];
  readonly step: Step;
}): Amount | undefined {
  if (value < valueRange.min || value > valueRange.max || !Number.isInteger(value)) return undefined;
  const steps = [...new Set([...from.flatMap((amount) => amount.steps), step])];
  return {
    value,
    steps: steps.sort((a, b) => a.order - b.order),
    sentences: [...new Set([...from.flatMap((amount) => amount.sentences), ...sentences])],
  };
}
