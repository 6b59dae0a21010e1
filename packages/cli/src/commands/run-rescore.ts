import {
  findTaskOfResult,
  openTask,
  type RecordedRun,
  readRecordedRun,
  rescoreRun,
  type Task,
  tasks,
} from '@scalequest/eval';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { formatCount, formatDuration } from '../output/format.ts';
import { formatSummary } from '../output/format-summary.ts';
import { createProgressLine } from '../output/progress-line.ts';
import { listProtocolFlags } from '../setup/choose-protocol.ts';
import { type OpenedGraders, openGraders } from '../setup/grader-options.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';
import { listenForShutdown } from '../setup/shutdown.ts';
import { loadForScore, type RunScoreOptions } from './run-score.ts';

/** Judges the replies of a run once more. */
export async function runRescore(folder: string, options: RunScoreOptions): Promise<ExitCode> {
  refuseReplyOptions(options);
  const startedAt = performance.now();
  const run = await readRecordedRun(folder);
  const task = await openRunTask(run, options);
  const benchmark = await loadForScore(task, { ...options, goldFixes: run.hasGoldFixes });
  const graders = openRunGraders(run, options, task);
  limitHeapGrowth();
  const progress = createProgressLine();
  using shutdown = listenForShutdown(progress.say);
  try {
    await graders.start();
    progress.say(`${task.name}: judging ${folder} again by ${graders.graders.map(({ label }) => label).join(', ')}`);
    const { status, summary, judged, leftOut } = await rescoreRun({
      run,
      task,
      benchmark,
      ...graders,
      stop: shutdown.stop,
      onProgress: progress.update,
    });
    progress.end();
    if (status === 'interrupted') {
      progress.say('Stopped before the end. The run is as it was.');
      return 1;
    }
    if (options.json === true) console.log(JSON.stringify({ folder, summary, leftOut }));
    else console.log(`\n${formatSummary(summary)}\n`);
    if (leftOut.length > 0) {
      progress.say(`Left out, for want of scores of all these replies: ${leftOut.join(', ')}.`);
      if (options.graders !== undefined) progress.say('Without --graders everyone who judged the run judges again.');
    }
    progress.say(`${formatCount(judged)} replies judged in ${formatDuration(performance.now() - startedAt)}.`);
    return 0;
  } finally {
    await graders.close();
  }
}

/**
 * The run's task: named by the flag where it is a definition of your own, else by the run.
 *
 * @throws CliError `NO_BENCHMARK`
 */
export async function openRunTask(
  { task: name }: Pick<RecordedRun, 'task'>,
  { benchmark }: { readonly benchmark?: string },
): Promise<Task> {
  if (benchmark !== undefined) return await openTask(benchmark);
  const task = findTaskOfResult(name);
  if (task !== undefined) return task;
  // One of recorded replies may be of a training split, which nothing is measured on.
  const base = tasks.get(name.replace(/-train$/, ''));
  if (base === undefined) throw ownBenchmarkError(name);
  return { ...base, name, benchmark: name };
}

function ownBenchmarkError(name: string): CliError {
  return new CliError({
    code: 'NO_BENCHMARK',
    kind: 'request',
    what: `The run is of the benchmark '${name}', which does not ship.`,
    why: 'Where it is one of your own, its definition says how its answers are read.',
    next: `Give the definition: --benchmark ./${name}.mjs, or wherever it lies.`,
    fields: { name },
  });
}

/** The graders of the flags; else those that have judged the run, in the versions of today. */
function openRunGraders(run: RecordedRun, options: RunScoreOptions, { tests }: Task): OpenedGraders {
  const names = run.graders.map(nameOf);
  const graders = openGraders(options, {
    protocol: run.protocolGrader ?? nameOwnGrader({ tests }),
    tests,
    ...(names.length === 0 ? {} : { names }),
  });
  const before = run.summary.grader;
  if (options.grader !== undefined || before === undefined) return graders;
  // The headline stays with who made it, be it among those that judge now or not.
  const now = graders.graders.find(({ label }) => nameOf(label) === nameOf(before));
  return { ...graders, headline: now?.label ?? before };
}

/** Who judges where the run does not say. */
export function nameOwnGrader({ tests }: Pick<Task, 'tests'>): string {
  return tests === undefined ? 'ours' : 'tests';
}

/** `dart` of `dart@1`. */
function nameOf(label: string): string {
  return label.replace(/@\d+$/, '');
}

function refuseReplyOptions(options: RunScoreOptions): void {
  const given = [
    ...(['set', 'format', 'model', 'out'] as const).filter((name) => options[name] !== undefined),
    ...(options.goldFixes === true ? ['gold-fixes'] : []),
    ...(options.skipUnknown === true ? ['skip-unknown'] : []),
    ...listProtocolFlags(options).map((flag) => flag.slice(2)),
  ];
  if (given.length === 0) return;
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `${given.map((name) => `--${name}`).join(', ')} cannot act on a run that is there.`,
    why: 'Its folder says which problems, which references, which model and which protocol.',
    next: `Leave ${given.length === 1 ? 'it' : 'them'} out, or give a reply file: --replies FILE.`,
    fields: { options: given },
  });
}
