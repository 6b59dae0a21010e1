import { join } from 'node:path';
import { digest, pathExists, readEnvironment } from '@scalequest/core';
import { type LoadedBenchmark, type LoadOptions, loadBenchmark } from '@scalequest/datasets';
import {
  findProtocolVariant,
  type ResolvedProtocol,
  resolveProtocol,
  type Summary,
  scoreReplies,
  type Task,
  tasks,
} from '@scalequest/eval';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { formatSummary } from '../output/format-summary.ts';
import { createProgressLine, type ProgressLine } from '../output/progress-line.ts';
import { slugify } from '../setup/choose-model.ts';
import { chooseDeclaredProtocol, type ProtocolOptions } from '../setup/choose-protocol.ts';
import { readConfigurationFile } from '../setup/configuration-file.ts';
import { type GraderFlags, openGraders } from '../setup/grader-options.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';
import { locateData } from '../setup/locate-data.ts';
import { listenForShutdown, type Shutdown } from '../setup/shutdown.ts';
import { describeVersions } from '../setup/versions.ts';
import { openReplySource } from './open-reply-source.ts';
import { openTaskOnSet } from './run-eval.ts';
import { runRescore } from './run-rescore.ts';

export interface RunScoreOptions extends GraderFlags, ProtocolOptions {
  /** Left out, the replies are those of a run folder. */
  readonly replies?: string;
  /** With `replies`: another set of the benchmark's problems. */
  readonly set?: string;
  readonly format?: string;
  readonly model?: string;
  /** With a run folder: the definition of a benchmark of your own. */
  readonly benchmark?: string;
  readonly dataDir?: string;
  readonly goldFixes?: boolean;
  readonly skipUnknown?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

export async function runScore(name: string, options: RunScoreOptions): Promise<ExitCode> {
  const { replies } = options;
  if (replies === undefined) {
    if (await pathExists(join(name, 'run.json'))) return await runRescore(name, options);
    throw missingRepliesError(name);
  }
  if (options.benchmark !== undefined) throw benchmarkTwiceError(name);
  const task = await openTaskOnSet(name, options);
  const benchmark = await loadForScore(task, options);
  limitHeapGrowth();
  const progress = createProgressLine();
  using shutdown = listenForShutdown(progress.say);
  const { folder, summary } = await scoreFile({ task, benchmark, replies, options, progress, shutdown });
  if (options.json === true) console.log(JSON.stringify({ folder, summary }));
  else console.log(`\n${formatSummary(summary)}\n`);
  progress.say(`Run folder: ${folder}`);
  if (summary.isComplete) return 0;
  progress.say('Stopped before the end. Run the same command again to go on.');
  return 1;
}

export async function loadForScore(
  task: Pick<Task, 'benchmark'>,
  options: Pick<RunScoreOptions, 'dataDir' | 'goldFixes'> & { readonly config?: string },
): Promise<LoadedBenchmark> {
  return await loadBenchmark(task.benchmark, {
    ...(await makeLoadOptions(options)),
    goldFixes: options.goldFixes ?? false,
  });
}

async function makeLoadOptions({
  dataDir,
  config,
}: Pick<RunScoreOptions, 'dataDir'> & { readonly config?: string }): Promise<
  Pick<LoadOptions, 'dataDir' | 'cacheDir' | 'hub'>
> {
  return locateData({ dataDir }, { environment: readEnvironment(), file: await readConfigurationFile(config) });
}

export interface ScoreFileInput {
  readonly task: Task;
  readonly benchmark: LoadedBenchmark;
  readonly replies: string;
  readonly options: Omit<RunScoreOptions, 'replies'> & { readonly config?: string };
  readonly progress: ProgressLine;
  readonly shutdown: Shutdown;
  /** Where the run folders lie. @defaultValue 'runs' */
  readonly root?: string;
}

/** Judges one file of recorded replies into its run folder. */
export async function scoreFile(
  input: ScoreFileInput,
): Promise<{ readonly folder: string; readonly summary: Summary }> {
  const { task, benchmark, replies, options, progress, shutdown, root = 'runs' } = input;
  const source = await openReplySource(input);
  const { format, repliesSha256 } = source;
  const model = options.model ?? source.model;
  const identity = digest([benchmark.rowsSha256, benchmark.appliedFixes, repliesSha256, format]);
  const folder = options.out ?? join(root, task.name, slugify(model), `score-${identity.slice(0, 8)}`);
  const declared = await chooseDeclaredProtocol(task, options, await makeLoadOptions(options));
  const { grader } = (declared ?? resolveOwn(task, benchmark)).protocol;
  const graders = openGraders(options, { protocol: grader, tests: task.tests });
  try {
    const opened = await graders.start();
    progress.say(`${task.name}: scoring ${replies} (format ${format}), into ${folder}`);
    const summary = await scoreReplies({
      task,
      benchmark,
      ...((declared ?? source.protocol) === undefined ? {} : { protocol: declared ?? source.protocol }),
      model,
      openReplies: source.open,
      answered: source.answered,
      repliesSha256,
      format,
      verifier: graders.verifier,
      graders: graders.graders,
      headline: graders.headline,
      folder,
      details: {
        replies: { path: replies, format },
        ...source.details,
        versions: await describeVersions(),
        ...opened,
      },
      stop: shutdown.stop,
      abort: shutdown.abort,
      onProgress: progress.update,
    });
    progress.end();
    return { folder, summary };
  } finally {
    await graders.close();
  }
}

/** The benchmark's own protocol: replies of which nothing is known are read as it would read them. */
function resolveOwn(task: Task, { name }: LoadedBenchmark): ResolvedProtocol {
  const { protocol, variant } = findProtocolVariant(task.protocol);
  return resolveProtocol(protocol, { benchmark: name, ...(variant === undefined ? {} : { variant }) });
}

function benchmarkTwiceError(name: string): CliError {
  return new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: '--benchmark goes with a run folder only.',
    why: `The replies are to the benchmark that stands first: '${name}'.`,
    next: 'Leave it out, or give the definition in that place: `scalequest score ./my-benchmark.mjs --replies FILE`.',
    fields: { name },
  });
}

function missingRepliesError(name: string): CliError {
  const isBenchmark = tasks.has(name);
  return new CliError({
    code: isBenchmark ? 'BAD_OPTION' : 'NO_RUN',
    kind: 'request',
    what: isBenchmark ? `Which replies to '${name}' to judge is not said.` : `'${name}' is no run folder.`,
    ...(isBenchmark ? {} : { why: 'It has no run.json, and it is no benchmark either.' }),
    next: 'Give `scalequest score BENCHMARK --replies FILE`, or the folder that a run named at its end.',
    fields: { name },
  });
}
