import { beginNanoConfig, countNanoRows, exportNano, type NanoFigures } from './nano-config.ts';
import { drawNanoProblems } from './nano-problems.ts';
import { instruction } from './nano-solver.ts';
import type { GeneratedRecipe } from './recipe.ts';

const figures: NanoFigures = { steps: 40, batchSize: 32, learningRate: 1e-4 };

/** Replies to one problem. */
const replies = 8;

/** `grpo` in minutes. Needs the verifier's server: `scalequest serve verifier`. */
export const nanoGrpo: GeneratedRecipe = {
  name: 'nano.grpo',
  kind: 'grpo',
  rows: 'generated',
  model: 'embedded',
  summary: 'A tiny solver, trained by its own replies: those that the verifier finds right are made more likely.',
  steps: figures.steps,
  // A step takes as many rows as it has problems.
  countRows: (steps) => countNanoRows({ ...figures, batchSize: figures.batchSize / replies }, steps),
  makeRows: (set) =>
    drawNanoProblems(set).map(({ id, problem, reference }) => ({
      id,
      prompt: `${problem}${instruction}`,
      answer: reference,
    })),
  makeConfig: (input) => ({
    ...beginNanoConfig(input, figures),
    kind: 'grpo',
    schedule: { kind: 'constant', warmupSteps: 2, finalShare: 1 },
    logEverySteps: 1,
    grpo: {
      replies,
      maxReplyTokens: 192,
      temperature: 1,
      topP: 1,
      klWeight: 0,
      clipRange: 0.2,
      loss: 'dr_grpo',
      scaleRewards: 'group',
      verifier: { deadlineSeconds: 30 },
    },
    ...exportNano({
      name: 'nano solver, rewarded',
      description: 'The embedded model, trained on against the verifier.',
    }),
  }),
  limits: [
    'It knows the kinds of problem that it was trained on and nothing else: about 0 % on the real MATH and GSM8K.',
  ],
};
