import { beginFullSizeConfig, holdOut } from './full-size-config.ts';
import type { FileRecipe } from './recipe.ts';

/**
 * A model with one output that scores responses, trained on pairs (Bradley-Terry).
 *
 * The paper trains none: it picks the best of five responses with InternLM2-7B-Reward (2.4). These are the figures of Llama 2's
 * reward models (arXiv 2307.09288, 3.2.2): one epoch, since more overfits; learning rate 1e-5, cosine down to a tenth, 3 %
 * warm-up, weight decay 0.1, beta2 0.95.
 *
 * Two differ: 128 pairs a step and not 512, since a set of pairs that is made from one's own problems is smaller than Meta's
 * million; and TRL's term of weight 0.01 keeps the rewards of a pair around 0, so that scores of several models compare.
 */
export const rewardModel: FileRecipe = {
  name: 'reward-model',
  kind: 'reward',
  rows: 'file',
  model: 'given',
  summary: 'A reward model: gives a response a number, the higher the better it is thought to be.',
  source: 'Llama 2 (arXiv 2307.09288) 3.2.2; the paper takes a model of others',
  makeConfig: (input) => ({
    ...beginFullSizeConfig(input),
    kind: 'reward',
    reward: { centerWeight: 0.01 },
    activationCheckpointing: true,
    maxTokens: 2048,
    batchSize: 128,
    microBatchSize: 4,
    gradientAccumulation: 1,
    epochs: 1,
    optimizer: { kind: 'adamw', learningRate: 1e-5, weightDecay: 0.1, beta2: 0.95 },
    schedule: { kind: 'cosine', warmupShare: 0.03, finalShare: 0.1 },
    checkpointEverySteps: 100,
    logEverySteps: 5,
    ...holdOut(input, { rows: 500, everySteps: 50 }),
  }),
  limits: [
    'Its numbers order responses to one problem; between problems they do not compare.',
    'What is trained against it for long learns to please it and not to be right.',
  ],
};
