import { beginFullSizeConfig, paperAdamW } from './full-size-config.ts';
import type { FileRecipe } from './recipe.ts';

/**
 * Question fine-tuning: a solver learns to ask (paper 2.2; the code's qft_train/train.py and its scripts).
 *
 * - rows: the questions of GSM8K's and MATH's training sets, about 15,000, without answers
 * - text: the bare prefix of the chat template up to the user's message, the question, the end of that turn
 * - loss on all of it, the fixed prefix too, as in the code: `promptWeight` 1
 * - packs of 256 tokens, 32 of them a step (1 x 4 accumulation x 8 GPUs), one epoch, about 140 steps
 * - learning rate 2e-5, cosine, 3 % warm-up, no weight decay, bfloat16, activations kept
 *
 * One thing differs: the code packs by cutting the stream of all questions every 256 tokens, through the middle of about one
 * question in three. Here a pack holds whole questions, and none sees another.
 */
export const qft: FileRecipe = {
  name: 'qft',
  kind: 'sft',
  rows: 'file',
  model: 'given',
  summary:
    'A generator of questions: a model that solves problems, fine-tuned on questions alone, so that it asks one when it is given nothing but the beginning of a user message.',
  source: "ScaleQuest (arXiv 2410.18693v2) 2.2 and its code's qft_train",
  makeConfig: (input) => ({
    ...beginFullSizeConfig(input),
    kind: 'sft',
    template: { kind: 'question' },
    promptWeight: 1,
    packing: true,
    maxTokens: 256,
    batchSize: 32,
    gradientAccumulation: 1,
    epochs: 1,
    optimizer: paperAdamW(2e-5),
    schedule: { kind: 'cosine', warmupShare: 0.03, finalShare: 0 },
    checkpointEverySteps: 50,
    logEverySteps: 5,
  }),
  limits: [
    'It asks for nothing in particular: what it is asked to write about is not heeded.',
    'Some of its questions have no answer. Preference tuning (qpo) and filters are there for that.',
  ],
};
