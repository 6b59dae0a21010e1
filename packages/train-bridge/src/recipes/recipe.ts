import type { TrainConfig, TrainKind } from '../config/train-config.ts';
import type { TrainRow } from '../config/train-row.ts';

/** A training by name: what it learns from, and how. */
export interface Recipe {
  /** Such as `nano.solver`. */
  readonly name: string;
  /** What comes out, in a sentence: it opens the model card. */
  readonly summary: string;
  readonly kind: TrainKind;
  /** Of the whole training, where none are asked for. */
  readonly steps: number;
  /** Rows to make for a training of so many steps. */
  readonly countRows: (steps: number) => number;
  /** The same rows for the same seed. A pass makes them one after the other: they need not fit in memory. */
  readonly makeRows: (input: { readonly seed: number; readonly count: number }) => Iterable<TrainRow>;
  readonly makeConfig: (input: RecipeInput) => TrainConfig;
  /** What the model cannot do, as sentences for its card. */
  readonly limits: readonly string[];
}

export interface RecipeInput {
  readonly run: string;
  readonly seed: number;
  readonly steps: number;
  readonly data: TrainConfig['data'];
}
