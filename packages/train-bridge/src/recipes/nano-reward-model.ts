import { generateTrainingWordProblems } from '@scalequest/datasets/embedded';
import type { TrainRow } from '../config/train-row.ts';
import { beginNanoConfig, countNanoRows, type NanoFigures } from './nano-config.ts';
import type { GeneratedRecipe } from './recipe.ts';

const figures: NanoFigures = { steps: 150, batchSize: 16, learningRate: 5e-4, heldRows: 64 };

/** The generator goes through so many shapes by turns: so far on stands a problem with as many steps and people. */
const shapeCount = 16;

function* makeRows({ seed, count }: { readonly seed: number; readonly count: number }): Generator<TrainRow> {
  const problems = generateTrainingWordProblems({ seed, count: count + 8 * shapeCount });
  for (let i = 0; i < count; i++) {
    const { id, problem, reply } = problems[i] as (typeof problems)[number];
    const other = problems.slice(i + 1).find((one, k) => (k + 1) % shapeCount === 0 && one.reply !== reply);
    if (other === undefined) throw new Error(`No other problem is like ${id}.`);
    yield { id, prompt: problem, chosen: reply, rejected: other.reply };
  }
}

/**
 * `reward-model` in a minute: of two solutions one is that of another problem, with as many steps and people. Slips in an
 * equation were tried first: 150 steps are too few for a model of this size to see them (52 % of the held out pairs).
 */
export const nanoRewardModel: GeneratedRecipe = {
  name: 'nano.reward-model',
  kind: 'reward',
  rows: 'generated',
  model: 'embedded',
  summary: 'A tiny reward model that learns to tell the solution of a word problem from that of another one.',
  steps: figures.steps,
  countRows: (steps) => countNanoRows(figures, steps),
  makeRows,
  makeConfig: (input) => ({
    ...beginNanoConfig(input, figures),
    kind: 'reward',
    reward: { centerWeight: 0.01 },
  }),
  limits: [
    'It sees whether a solution belongs to a word problem of ScaleQuest, and not whether its arithmetic is right.',
  ],
};
