import { createRandom, type Random } from '@scalequest/core';
import { generateTrainingWordProblems } from '@scalequest/datasets/embedded';
import { beginNanoConfig, countNanoRows, type NanoFigures } from './nano-config.ts';
import type { GeneratedRecipe } from './recipe.ts';

const figures: NanoFigures = { steps: 150, batchSize: 16, learningRate: 5e-4, heldRows: 64 };

/** How far off a slip is. */
const slips = [-3, -2, -1, 1, 2, 3] as const;

/**
 * The same reply with one equation whose result is wrong, as it happens to a small model. Where it is the last one, the
 * answer is wrong with it.
 */
function slipOnce(reply: string, random: Random): string {
  const results = [...reply.matchAll(/=(\d+)(?=\$)/g)];
  const { 0: whole, 1: result = '', index = 0 } = random.pick(results as [RegExpExecArray, ...RegExpExecArray[]]);
  const wrong = String(Number(result) + random.pick(Number(result) > 3 ? slips : ([1, 2, 3] as const)));
  const [before, after] = [reply.slice(0, index), reply.slice(index + whole.length)];
  const isLast = index === results.at(-1)?.index;
  return `${before}=${wrong}${isLast ? after.replace(/\\boxed\{\d+\}/, `\\boxed{${wrong}}`) : after}`;
}

/** `reward-model` in a minute: of two solutions to a word problem one has a slip in an equation. */
export const nanoRewardModel: GeneratedRecipe = {
  name: 'nano.reward-model',
  kind: 'reward',
  rows: 'generated',
  model: 'embedded',
  summary: 'A tiny reward model that learns to tell a right solution of a word problem from one with a slip in it.',
  steps: figures.steps,
  countRows: (steps) => countNanoRows(figures, steps),
  makeRows: ({ seed, count }) =>
    generateTrainingWordProblems({ seed, count }).map(({ id, problem, reply }) => ({
      id,
      prompt: problem,
      chosen: reply,
      rejected: slipOnce(reply, createRandom(`nano.reward-model/${id}`)),
    })),
  makeConfig: (input) => ({
    ...beginNanoConfig(input, figures),
    kind: 'reward',
    reward: { centerWeight: 0.01 },
  }),
  limits: ['It knows slips of arithmetic in the word problems of ScaleQuest and no other errors.'],
};
