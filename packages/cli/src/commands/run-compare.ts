import {
  compareModels,
  compareRuns,
  type Grader,
  type LoadComparedProblems,
  openTask,
  type Unfairness,
  unfairnesses,
} from '@scalequest/eval';
import { CliError } from '../errors.ts';
import { checkExportOptions, type ExportComparisonOptions, exportComparison } from '../output/export-comparison.ts';
import { formatComparison, formatModelComparison } from '../output/format-comparison.ts';
import { createProgressLine } from '../output/progress-line.ts';
import { type OpenedGraders, openGraders, splitList } from '../setup/grader-options.ts';
import { nameOwnGrader, openRunTask } from './run-rescore.ts';
import { loadForScore } from './run-score.ts';

export interface RunCompareOptions extends ExportComparisonOptions {
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
}

export async function runCompare(
  runs: { readonly a: string | undefined; readonly b: string | undefined },
  options: RunCompareOptions,
): Promise<void> {
  const names = options.benchmark === undefined ? undefined : splitList(options.benchmark);
  await using problems = createProblemLoader(options, names);
  const how = {
    allow: listAllowed(options),
    ...(options.grader === undefined ? {} : { grader: options.grader }),
  };
  checkExportOptions(options);
  if (options.a === undefined && options.b === undefined) {
    if (runs.a === undefined || runs.b === undefined) throw notTwoRunsError();
    if (names !== undefined && names.length !== 1) throw severalBenchmarksError(names);
    const [benchmark] = names ?? [];
    const comparison = await compareRuns({
      a: runs.a,
      b: runs.b,
      ...how,
      benchmark,
      loadProblems: problems.load,
    });
    if (options.out !== '-')
      console.log(options.json === true ? JSON.stringify(comparison) : formatComparison(comparison, options));
    await exportComparison(comparison, options);
    return;
  }
  if (options.a === undefined || options.b === undefined || runs.a !== undefined) throw notTwoRunsError();
  const comparison = await compareModels({
    a: options.a,
    b: options.b,
    ...how,
    logsOf: names,
    loadProblems: problems.load,
  });
  if (options.out !== '-')
    console.log(options.json === true ? JSON.stringify(comparison) : formatModelComparison(comparison, options));
  await exportComparison(comparison, options);
}

interface ProblemLoader extends AsyncDisposable {
  readonly load: LoadComparedProblems;
}

/** Loads what logs of other systems are paired by, and opens the graders that judge them. */
function createProblemLoader(
  options: Pick<RunCompareOptions, 'dataDir'>,
  named: readonly string[] | undefined,
): ProblemLoader {
  const opened: OpenedGraders[] = [];
  const progress = createProgressLine();
  return {
    load: async ({ benchmark: name, goldFixes }) => {
      // What a run says may be a set or a split; what the user names is a benchmark.
      const task = named?.includes(name) === true ? await openTask(name) : await openRunTask({ task: name }, {});
      const benchmark = await loadForScore(task, { ...options, goldFixes: goldFixes.length > 0 });
      return {
        ...benchmark,
        name: task.name,
        task,
        openGrader: async (grader = nameOwnGrader(task)) => {
          const flags = { graders: grader, grader, cas: true };
          const graders = openGraders(flags, { protocol: nameOwnGrader(task), tests: task.tests });
          opened.push(graders);
          await graders.start();
          progress.say(`${task.name}: judging the replies of a log by ${graders.headline}`);
          return graders.graders.find(({ label }) => label === graders.headline) as Grader;
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      for (const graders of opened) await graders.close();
    },
  };
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
    next: 'Give two run folders or logs, `scalequest compare RUN_A RUN_B`, or both --a PATH... and --b PATH....',
  });
}

function severalBenchmarksError(names: readonly string[]): CliError {
  return new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `Two runs are of one benchmark, and --benchmark names ${names.length}.`,
    next: 'Name one, or compare many with --a PATH... and --b PATH....',
    fields: { names },
  });
}
