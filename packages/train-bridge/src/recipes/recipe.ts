import type { CommonTrainConfig, TrainConfig, TrainKind } from '../config/train-config.ts';
import type { TrainRow } from '../config/train-row.ts';

/**
 * A training by name: what it learns from, and how.
 *
 * @example
 * export const qft: FileRecipe = { name: 'qft', kind: 'sft', rows: 'file', model: 'given', makeConfig, ... };
 */
export type Recipe = GeneratedRecipe | FileRecipe;

/** A recipe that makes its own rows. The user's file takes their place where one is given. */
export interface GeneratedRecipe extends RecipeBase {
  readonly rows: 'generated';
  /** Of the whole training, where none are asked for. */
  readonly steps: number;
  /** Rows to make for a training of so many steps. */
  readonly countRows: (steps: number) => number;
  /** The same rows for the same seed. A pass makes them one after the other: they need not fit in memory. */
  readonly makeRows: (input: { readonly seed: number; readonly count: number }) => Iterable<TrainRow>;
}

/** A recipe for the rows of the user's file. It trains as many steps as its epochs make of them. */
export interface FileRecipe extends RecipeBase {
  readonly rows: 'file';
}

interface RecipeBase {
  /** Such as `nano.solver`, or `student-sft.dart-math` for a recipe with other settings. */
  readonly name: string;
  /** What comes out, in a sentence: it opens the model card. */
  readonly summary: string;
  readonly kind: TrainKind;
  /**
   * What the training begins with.
   *
   * - `new`: a model of its own, from scratch
   * - `embedded`: the model that ScaleQuest ships, or the one that is given
   * - `given`: a model must be given
   */
  readonly model: 'new' | 'embedded' | 'given';
  /** Where the figures come from, such as a table of a paper; undefined where they are the project's own. */
  readonly source?: string | undefined;
  /** The configuration with every default in place. What a user sets besides is put over it. */
  readonly makeConfig: (input: RecipeInput) => TrainConfig;
  /** What the model cannot do, as sentences for its card. */
  readonly limits: readonly string[];
}

export interface RecipeInput {
  readonly run: string;
  readonly seed: number;
  /** Undefined where the rows decide: the training ends with its epochs. */
  readonly steps: number | undefined;
  readonly data: TrainConfig['data'];
  /** Of the model to begin with: a folder, or a GGUF file, as the worker names it. Undefined for a new one. */
  readonly modelPath: string | undefined;
}

/** What of a configuration is the run's and not the recipe's. */
export function beginConfig({
  run,
  seed,
  steps,
  data,
}: RecipeInput): Pick<CommonTrainConfig, 'version' | 'run' | 'seed' | 'data' | 'maxSteps'> {
  return { version: 1, run, seed, data, ...(steps === undefined ? {} : { maxSteps: steps }) };
}

/** Model and tokenizer of the model that the training begins with. */
export function loadGiven({ modelPath }: RecipeInput): Pick<CommonTrainConfig, 'model' | 'tokenizer'> {
  if (modelPath === undefined) throw new Error('A recipe that loads a model was given none.');
  return { tokenizer: { kind: 'load', path: modelPath }, model: { kind: 'load', path: modelPath } };
}
