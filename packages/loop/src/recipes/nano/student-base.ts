import { createRandom } from '@scalequest/core';
import { drawBareEquation, generateTrainingExercises } from '@scalequest/datasets/embedded';
import { nanoSolverInstruction, type TrainRow, type TrainSegment } from '@scalequest/train-bridge';
import type { Step } from '../../engine/step.ts';
import { rowsStep } from '../../steps/rows-step.ts';
import type { TrainAccess } from '../../steps/train-step.ts';
import { trainStep } from '../../steps/train-step.ts';

const batchSize = 16;
const equationsPerRow = 12;
/** Rows that are too long are dropped by the worker. */
const spareShare = 0.02;

/**
 * What every student begins with: a model from scratch that knows exercises and arithmetic, and has never seen a word problem. So
 * what it can solve after a fine-tuning comes from the rows of that fine-tuning.
 */
export function makeStudentBase(steps: number, access: TrainAccess): readonly Step[] {
  const count = Math.ceil(steps * batchSize * (1 + spareShare));
  return [
    rowsStep({
      name: 'base-rows',
      settings: { count },
      make: ({ seed }) => drawRows({ seed, count }),
    }),
    trainStep({ name: 'student-base', recipe: 'nano.solver', rows: 'base-rows', steps }, access),
  ];
}

function drawRows({ seed, count }: { readonly seed: number; readonly count: number }): readonly TrainRow[] {
  const random = createRandom(`nano-loop.base/${seed}`);
  const exercises = generateTrainingExercises({ seed, count: Math.round(count / 2) }).map(
    ({ id, problem, solution }): TrainRow => ({
      id,
      prompt: random.next() < 0.5 ? `${problem}${nanoSolverInstruction}` : problem,
      reply: solution,
    }),
  );
  const equations = Array.from(
    { length: count - exercises.length },
    (_, i): TrainRow => ({
      id: `equations/${i}`,
      segments: Array.from({ length: equationsPerRow }, (_one, k): readonly TrainSegment[] => {
        const { given, found } = drawBareEquation(random);
        // A digit is always a token of its own: cut there, no token lies over the border.
        const border = given.search(/\D*$/);
        const end = k < equationsPerRow - 1 ? '\n' : '';
        return [
          { text: given.slice(0, border), weight: 0 },
          { text: `${given.slice(border)}${found}${end}`, weight: 1 },
        ];
      }).flat(),
    }),
  );
  return random.shuffle([...exercises, ...equations]);
}
