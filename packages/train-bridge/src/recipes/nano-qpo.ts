import { beginNanoConfig, exportNano, type NanoFigures } from './nano-config.ts';
import type { FileRecipe } from './recipe.ts';

const figures: NanoFigures = { steps: 50, batchSize: 16, learningRate: 5e-5 };

/**
 * `qpo` in a minute, on pairs of your own: questions that a model of `nano.qft` generated (rejected), each rewritten (chosen).
 * `pairQuestions` of `@scalequest/datasets/embedded` makes them by rule. What it does to validity and steps stands in
 * docs/question-training.md; at a learning rate of 2e-4 steps rise further, and validity falls.
 *
 * The loss of supervised training on the chosen questions is part of it, beside the preference loss. `--set dpo.sftWeight=0`
 * takes it away.
 */
export const nanoQpo: FileRecipe = {
  name: 'nano.qpo',
  kind: 'dpo',
  rows: 'file',
  model: 'given',
  summary: 'A tiny generator of questions that prefers rewritten questions to those that it asked before.',
  makeConfig: (input) => ({
    ...beginNanoConfig({ ...input, steps: input.steps ?? Math.ceil(input.data.rows / figures.batchSize) }, figures),
    kind: 'dpo',
    template: { kind: 'question' },
    dpo: { beta: 0.1, loss: 'sigmoid', sftWeight: 1 },
    maxTokens: 192,
    ...exportNano({ name: 'nano QPO', description: 'A tiny generator of the word problems of ScaleQuest.' }),
  }),
  limits: [
    'It asks the word problems of its own grammar and nothing else.',
    'A rising reward accuracy says nothing about the questions: look at what it generates.',
  ],
};
