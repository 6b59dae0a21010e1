import { createRandom } from '@scalequest/core';
import { generateTrainingExercises, generateTrainingWordProblems } from '@scalequest/datasets/embedded';

/** A problem of the project's own generators, with what is known of it. */
export interface NanoProblem {
  readonly id: string;
  readonly problem: string;
  readonly solution: string;
  readonly reference: string;
}

/** Word problems and exercises by turns, shuffled: half of each. The same for the same seed. */
export function drawNanoProblems({ seed, count }: { readonly seed: number; readonly count: number }): NanoProblem[] {
  const wordProblems = generateTrainingWordProblems({ seed, count: Math.ceil(count / 2) });
  const exercises = generateTrainingExercises({ seed, count: Math.floor(count / 2) });
  return createRandom(`nano.problems/${seed}`).shuffle([
    ...wordProblems.map(({ id, problem, reply, reference }) => ({ id, problem, solution: reply, reference })),
    ...exercises.map(({ id, problem, solution, reference }) => ({ id, problem, solution, reference })),
  ]);
}
