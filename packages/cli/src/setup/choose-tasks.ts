import { listBenchmarks } from '@scalequest/datasets';
import { findTask, type Task, tasks } from '@scalequest/eval';
import { CliError } from '../errors.ts';
import { splitList } from './grader-options.ts';

/**
 * The benchmarks of `eval all`, in the order of the list: all but those that the project generates itself, which stand
 * for no published number. `--only` may name those too.
 *
 * @throws EvaluationError `UNKNOWN_TASK`; CliError `BAD_OPTION` where nothing is left
 */
export function chooseTasks({ only, skip }: { readonly only?: string; readonly skip?: string }): readonly Task[] {
  const left = new Set((skip === undefined ? [] : splitList(skip)).map((name) => findTask(name)));
  const wanted = only === undefined ? undefined : new Set(splitList(only).map((name) => findTask(name)));
  const chosen = [...tasks.values()].filter(
    (task) => (wanted === undefined ? !isGenerated(task) : wanted.has(task)) && !left.has(task),
  );
  if (chosen.length > 0) return chosen;
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: '--only and --skip leave no benchmark.',
    next: 'Run `scalequest eval --list` for all.',
  });
}

/** Whether the project makes the problems itself. */
export function isGenerated(task: Task): boolean {
  if (typeof task.benchmark !== 'string') return false;
  const known = listBenchmarks().find(({ name }) => name === task.benchmark);
  return known?.origins.some(({ kind }) => kind === 'generated') === true;
}
