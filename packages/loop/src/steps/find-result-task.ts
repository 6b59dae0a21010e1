import { findTask, findTaskOfResult, type Task } from '@scalequest/eval';

/**
 * A benchmark by the name that its results have, which is also that of a set: `mbpp-plus`.
 *
 * @throws EvaluationError `UNKNOWN_TASK`
 */
export function findResultTask(name: string): Task {
  return findTaskOfResult(name) ?? findTask(name);
}
