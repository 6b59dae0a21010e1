import { beginFullSizeConfig, holdOut, paperAdamW } from './full-size-config.ts';
import type { FileRecipe } from './recipe.ts';

/**
 * Question preference optimisation: DPO on pairs of an improved question and the generator's own (paper 2.3; the code's
 * qpo_train).
 *
 * - rows: chosen = the rewritten question (more solvable or more difficult), rejected = the question as it was generated;
 *   10,000 pairs a generator. No prompt: both stand behind the generator's bare prefix
 * - sigmoid loss, beta 0.1, the reference is the model as the training begins (the QFT checkpoint)
 * - learning rate 5e-7, cosine, 20 steps of warm-up (about a quarter of the 77 steps), one epoch
 * - 128 pairs a step (8 x 2 accumulation x 8 GPUs), at most 1024 tokens, 100 pairs held out, activations computed again
 *
 * The code loads the model in float16 and trains it in bfloat16; here the weights that are updated stay in float32. The held
 * out pairs are measured every 25 steps, not every 100: the training has about 77.
 *
 * `--set dpo.sftWeight=1` adds the loss of supervised training on the chosen questions. The paper has no such term. In the
 * project's miniature it keeps validity up where the pairs mostly ask for more difficulty (reference 4.2: 73 % against 63 %).
 */
export const qpo: FileRecipe = {
  name: 'qpo',
  kind: 'dpo',
  rows: 'file',
  model: 'given',
  summary: 'A generator of questions that prefers those that can be solved and that take more to solve.',
  source: "ScaleQuest (arXiv 2410.18693v2) 2.3 and its code's qpo_train",
  makeConfig: (input) => ({
    ...beginFullSizeConfig(input),
    kind: 'dpo',
    template: { kind: 'question' },
    dpo: { beta: 0.1, loss: 'sigmoid' },
    activationCheckpointing: true,
    maxTokens: 1024,
    batchSize: 128,
    microBatchSize: 8,
    gradientAccumulation: 1,
    epochs: 1,
    optimizer: paperAdamW(5e-7),
    schedule: { kind: 'cosine', warmupSteps: 20, finalShare: 0 },
    checkpointEverySteps: 25,
    logEverySteps: 1,
    ...holdOut(input, { rows: 100, everySteps: 25 }),
  }),
  limits: [
    'A rising reward accuracy says nothing about the questions: look at what it generates. A generator can break while the accuracy of its pairs looks well.',
  ],
};
