import { describeCloseNames } from '@scalequest/core';
import { EvaluationError } from '../errors.ts';
import { tasks } from './find-task.ts';
import type { Task } from './task.ts';

/** What `--set` calls the problems that a benchmark has by default. */
const defaultSet = 'test';

/**
 * The task on another set of its problems. Its results bear the set's own name.
 *
 * @throws EvaluationError `UNKNOWN_SET`
 */
export function chooseSet(task: Task, set: string): Task {
  if (set === defaultSet) return task;
  const found = task.sets?.find((one) => one.set === set);
  if (found !== undefined) return { ...task, name: found.benchmark, benchmark: found.benchmark, tests: found.tests };
  const sets = [defaultSet, ...(task.sets ?? []).map((one) => one.set)];
  throw new EvaluationError({
    code: 'UNKNOWN_SET',
    kind: 'request',
    what: `Benchmark '${task.name}' has no set '${set}'.`,
    why: describeCloseNames(set, sets),
    next: `Its sets are ${sets.join(', ')}; ${defaultSet} is the one without --set.`,
    fields: { name: task.name, set },
  });
}

/** The task whose results bear this name: a task of its own, or one on another set. */
export function findTaskOfResult(name: string): Task | undefined {
  for (const task of tasks.values()) {
    if (task.name === name) return task;
    const found = task.sets?.find(({ benchmark }) => benchmark === name);
    if (found !== undefined) return chooseSet(task, found.set);
  }
  return undefined;
}
