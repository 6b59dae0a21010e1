import {
  compareModels,
  compareRuns,
  type LoadComparedProblems,
  openTask,
  type Unfairness,
  unfairnesses,
} from '@scalequest/eval';
import { CliError } from '../errors.ts';
import { formatComparison, formatModelComparison } from '../output/format-comparison.ts';
import { openRunTask } from './run-rescore.ts';
import { loadForScore } from './run-score.ts';

export interface RunCompareOptions {
  readonly a?: readonly string[];
  readonly b?: readonly string[];
  readonly grader?: string;
  /** With logs of other systems: what their samples are of, where no run says it. */
  readonly benchmark?: string;
  readonly dataDir?: string;
  readonly allowOtherProblems?: boolean;
  readonly allowOtherReferences?: boolean;
  readonly allowOtherProtocols?: boolean;
  readonly allowOtherGraders?: boolean;
  readonly allowUnfinished?: boolean;
  readonly flips: number;
  readonly json?: boolean;
}

export async function runCompare(
  runs: { readonly a: string | undefined; readonly b: string | undefined },
  options: RunCompareOptions,
): Promise<void> {
  const how = {
    allow: listAllowed(options),
    ...(options.grader === undefined ? {} : { grader: options.grader }),
  };
  if (options.a === undefined && options.b === undefined) {
    if (runs.a === undefined || runs.b === undefined) throw notTwoRunsError();
    const comparison = await compareRuns({
      a: runs.a,
      b: runs.b,
      ...how,
      loadProblems: (result) => loadProblems(result, options),
    });
    console.log(options.json === true ? JSON.stringify(comparison) : formatComparison(comparison, options));
    return;
  }
  if (options.a === undefined || options.b === undefined || runs.a !== undefined) throw notTwoRunsError();
  const comparison = await compareModels({ a: options.a, b: options.b, ...how });
  console.log(options.json === true ? JSON.stringify(comparison) : formatModelComparison(comparison, options));
}

/** The problems that a log of another system is of: those of the run on the other side, or of the flag. */
async function loadProblems(
  result: string | undefined,
  options: Pick<RunCompareOptions, 'benchmark' | 'dataDir'>,
): ReturnType<LoadComparedProblems> {
  const name = options.benchmark ?? result;
  if (name === undefined) {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: 'Which benchmark the two logs are of is not said.',
      next: 'Name it: --benchmark math-500.',
    });
  }
  const task = options.benchmark === undefined ? await openRunTask({ task: name }, {}) : await openTask(name);
  return { ...(await loadForScore(task, options)), name: task.name };
}

function listAllowed(options: RunCompareOptions): readonly Unfairness[] {
  const flags: Readonly<Record<Unfairness, boolean | undefined>> = {
    'other-problems': options.allowOtherProblems,
    'other-references': options.allowOtherReferences,
    'other-protocols': options.allowOtherProtocols,
    'other-graders': options.allowOtherGraders,
    unfinished: options.allowUnfinished,
  };
  return unfairnesses.filter((unfairness) => flags[unfairness] === true);
}

function notTwoRunsError(): CliError {
  return new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: 'Two sides are needed to compare.',
    next: 'Give two run folders, `scalequest compare RUN_A RUN_B`, or both --a DIR... and --b DIR....',
  });
}
