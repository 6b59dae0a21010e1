import { generateSeedQuestions } from '@scalequest/datasets/embedded';
import { beginNanoConfig, exportNano, type NanoFigures } from './nano-config.ts';
import type { GeneratedRecipe } from './recipe.ts';

const figures: NanoFigures = { steps: 1000, batchSize: 8, learningRate: 0.004 };

/** A miniature of the paper's 15,000. They are gone over about three times, and none comes back by heart. */
const seedQuestions = 3000;

/**
 * `qft` in minutes: the embedded model, which was trained to solve and not to ask, learns to ask from 3,000 seed questions of
 * one and two steps. Under one in ten of what it asks before has an answer, and over three in four afterwards
 * (docs/question-training.md).
 */
export const nanoQft: GeneratedRecipe = {
  name: 'nano.qft',
  kind: 'sft',
  rows: 'generated',
  model: 'embedded',
  summary:
    "A tiny generator of questions: ScaleQuest's embedded solver, fine-tuned on word problems without their answers, so that it asks one behind the beginning of a user message.",
  steps: figures.steps,
  countRows: () => seedQuestions,
  makeRows: generateSeedQuestions,
  makeConfig: (input) => ({
    ...beginNanoConfig(input, figures),
    kind: 'sft',
    template: { kind: 'question' },
    promptWeight: 0,
    maxTokens: 192,
    // The steps end it, and a row that is too long may be missing from each pass.
    epochs: Math.ceil(((input.steps ?? figures.steps) * figures.batchSize) / input.data.rows) + 1,
    // Small batches and many steps: of the same rows in 500 batches of 16 two in three questions are valid, in 1,000 of 8 four in five.
    optimizer: {
      kind: 'muon',
      learningRate: figures.learningRate,
      muonLearningRate: 0.006,
      weightDecay: 0.01,
      beta2: 0.98,
    },
    ...exportNano({ name: 'nano QFT', description: 'A tiny generator of the word problems of ScaleQuest.' }),
  }),
  limits: [
    'It asks the word problems of its own grammar and nothing else.',
    'About one in five of its questions has no answer: numbers run below zero or do not come out even.',
  ],
};
