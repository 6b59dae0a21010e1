import { generateTrainingWordProblems, readWordProblem } from '@scalequest/datasets/embedded';
import { beginNanoConfig, countNanoRows, type NanoFigures } from './nano-config.ts';
import type { GeneratedRecipe } from './recipe.ts';

const figures: NanoFigures = { steps: 150, batchSize: 16, learningRate: 5e-4, heldRows: 64 };

const mostSteps = 4;

/** From 0 for one step to 1 for four. The oracle counts them, which solves the problem and knows nothing of how it was made. */
function measureDifficulty(problem: string): number {
  const reading = readWordProblem(problem);
  if (reading.kind === 'unsolvable') throw new Error(`The oracle cannot solve '${problem}'.`);
  return (reading.steps - 1) / (mostSteps - 1);
}

/** `difficulty-regressor` in a minute: how many steps a word problem takes, in place of how often a solver fails at it. */
export const nanoDifficultyRegressor: GeneratedRecipe = {
  name: 'nano.difficulty-regressor',
  kind: 'regression',
  rows: 'generated',
  model: 'embedded',
  summary: 'A tiny difficulty scorer: 0 for a word problem of one step to 1 for one of four.',
  steps: figures.steps,
  countRows: (steps) => countNanoRows(figures, steps),
  makeRows: (set) =>
    generateTrainingWordProblems(set).map(({ id, problem }) => ({
      id,
      prompt: problem,
      target: measureDifficulty(problem),
    })),
  makeConfig: (input) => ({
    ...beginNanoConfig(input, figures),
    kind: 'regression',
    regression: { loss: 'mse' },
  }),
  limits: ['It counts the steps of the word problems of ScaleQuest; of other texts its number means nothing.'],
};
