import { describeCloseNames } from '@scalequest/core';
import { EvaluationError } from '../errors.ts';
import { gsm8k5shot } from './gsm8k-5shot.ts';
import { math } from './math.ts';
import { math500 } from './math-500.ts';
import { mathEmbedded } from './math-embedded.ts';
import type { Task } from './task.ts';
import { wordProblems } from './word-problems.ts';

/** Every benchmark that can be run, by name. */
export const tasks: ReadonlyMap<string, Task> = new Map(
  [gsm8k5shot, math, math500, mathEmbedded, wordProblems].map((task) => [task.name, task]),
);

/** @throws EvaluationError `UNKNOWN_TASK`, with the close names */
export function findTask(name: string): Task {
  const task = tasks.get(name);
  if (task !== undefined) return task;
  throw new EvaluationError({
    code: 'UNKNOWN_TASK',
    kind: 'request',
    what: `Benchmark '${name}' is not known.`,
    why: describeCloseNames(name, tasks.keys()),
    next: 'Run `scalequest eval --list` for all.',
    fields: { name },
  });
}
