import { describeCloseNames } from '@scalequest/core';
import { EvaluationError } from '../errors.ts';
import { aime24 } from './aime24.ts';
import { amc23 } from './amc23.ts';
import { collegeMath } from './college-math.ts';
import { gsmHard } from './gsm-hard.ts';
import { gsm8k } from './gsm8k.ts';
import { gsm8k5shot } from './gsm8k-5shot.ts';
import { humaneval } from './humaneval.ts';
import { math } from './math.ts';
import { math500 } from './math-500.ts';
import { mathEmbedded } from './math-embedded.ts';
import { mbpp } from './mbpp.ts';
import { olympiadbench } from './olympiadbench.ts';
import type { Task } from './task.ts';
import { wordProblems } from './word-problems.ts';

/** Every benchmark that can be run, by name. */
export const tasks: ReadonlyMap<string, Task> = new Map(
  [
    math,
    math500,
    gsm8k,
    gsm8k5shot,
    gsmHard,
    collegeMath,
    olympiadbench,
    aime24,
    amc23,
    humaneval,
    mbpp,
    mathEmbedded,
    wordProblems,
  ].map((task) => [task.name, task]),
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
