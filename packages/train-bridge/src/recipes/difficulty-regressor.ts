import { beginFullSizeConfig, holdOut, paperAdamW } from './full-size-config.ts';
import type { FileRecipe } from './recipe.ts';

/**
 * The difficulty scorer (paper 2.4): a base model with one output, trained with the squared error on the fail rate of a
 * problem, which is 1 - correct / n over n sampled answers. Input is the text of the problem alone.
 *
 * The paper's is DeepSeekMath-7B-Base on the training sets of GSM8K and MATH (15,000 rows); its trainer, its figures and n are
 * not published. These are the project's: the learning rate of the paper's other fine-tunings of that size (1e-5), two epochs
 * of 64 rows a step (about 470 steps), and rows held out, for the paper never says how good its scorer is.
 */
export const difficultyRegressor: FileRecipe = {
  name: 'difficulty-regressor',
  kind: 'regression',
  rows: 'file',
  model: 'given',
  summary:
    'A difficulty scorer: gives a problem the share of attempts at it that a reference solver is expected to fail.',
  source: 'ScaleQuest (arXiv 2410.18693v2) 2.4; its figures are not published, these are ours',
  makeConfig: (input) => ({
    ...beginFullSizeConfig(input),
    kind: 'regression',
    regression: { loss: 'mse' },
    activationCheckpointing: true,
    maxTokens: 1024,
    batchSize: 64,
    microBatchSize: 8,
    gradientAccumulation: 1,
    epochs: 2,
    optimizer: paperAdamW(1e-5),
    schedule: { kind: 'cosine', warmupShare: 0.03, finalShare: 0 },
    checkpointEverySteps: 100,
    logEverySteps: 5,
    ...holdOut(input, { rows: 500, everySteps: 50 }),
  }),
  limits: [
    'Difficult means difficult for the solver whose failures it was trained on.',
    'A problem without an answer looks difficult to it: filter those first.',
  ],
};
