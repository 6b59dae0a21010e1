import { beginNanoConfig, countNanoRows, exportNano, type NanoFigures } from './nano-config.ts';
import { drawNanoProblems } from './nano-problems.ts';
import { instruction } from './nano-solver.ts';
import type { GeneratedRecipe } from './recipe.ts';

const figures: NanoFigures = { steps: 200, batchSize: 16, learningRate: 1e-3, heldRows: 32 };

/** `student-sft` in a minute: problems with worked solutions, asked as eval asks them. */
export const nanoStudentSft: GeneratedRecipe = {
  name: 'nano.student-sft',
  kind: 'sft',
  rows: 'generated',
  model: 'embedded',
  summary: "A tiny student, fine-tuned on problems with worked solutions that ScaleQuest's own generators wrote.",
  steps: figures.steps,
  countRows: (steps) => countNanoRows(figures, steps),
  makeRows: (set) =>
    drawNanoProblems(set).map(({ id, problem, solution }) => ({
      id,
      prompt: `${problem}${instruction}`,
      reply: solution,
    })),
  makeConfig: (input) => ({
    ...beginNanoConfig(input, figures),
    kind: 'sft',
    promptWeight: 0,
    ...exportNano({ name: 'nano student', description: 'A tiny student of the embedded problems of ScaleQuest.' }),
  }),
  limits: [
    'It knows the kinds of problem that it was trained on and nothing else: about 0 % on the real MATH and GSM8K.',
  ],
};
