import type { CommonTrainConfig } from '../config/train-config.ts';
import { beginConfig, loadGiven, type RecipeInput } from './recipe.ts';

type Shared = Pick<
  CommonTrainConfig,
  | 'version'
  | 'run'
  | 'seed'
  | 'data'
  | 'maxSteps'
  | 'model'
  | 'tokenizer'
  | 'threads'
  | 'device'
  | 'precision'
  | 'gradientClip'
  | 'keepCheckpoints'
>;

/**
 * What the recipes for models of billions of weights share: bfloat16 on a GPU (ScaleQuest, reference 1.1), gradients cut at
 * norm 1 (the default of the trainers that it used).
 */
export function beginFullSizeConfig(input: RecipeInput): Shared {
  return {
    ...beginConfig(input),
    ...loadGiven(input),
    threads: 1,
    device: 'auto',
    precision: 'bfloat16',
    gradientClip: 1,
    keepCheckpoints: 2,
  };
}

/**
 * AdamW as ScaleQuest and DART-Math run it: no weight decay, beta2 of the trainers' default. QFT's paged 32-bit variant computes
 * the same and differs in where the state lies.
 */
export function paperAdamW(learningRate: number): CommonTrainConfig['optimizer'] {
  return { kind: 'adamw', learningRate, weightDecay: 0, beta2: 0.999 };
}

/** As many rows as were asked for, and at most one in twenty: a small file is for training. */
export function holdOut(
  { data }: RecipeInput,
  { rows, everySteps }: { readonly rows: number; readonly everySteps: number },
): Pick<CommonTrainConfig, 'evaluation'> {
  const held = Math.min(rows, Math.floor(data.rows / 20));
  return held === 0 ? {} : { evaluation: { rows: held, everySteps } };
}
