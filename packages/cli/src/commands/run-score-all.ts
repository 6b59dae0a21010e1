import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  asFileError,
  isScaleQuestError,
  makeFolder,
  pathExists,
  readJsonLines,
  writeFileAtomic,
} from '@scalequest/core';
import { DatasetsError, type LoadedBenchmark, listBenchmarks } from '@scalequest/datasets';
import {
  chooseSet,
  findDisagreements,
  getScoresPath,
  type Score,
  scoreSchema,
  sourceLabelGrader,
  type Task,
} from '@scalequest/eval';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { formatReplies, formatRepliesMarkdown, type RepliesRow } from '../output/format-replies.ts';
import { createProgressLine, type ProgressLine } from '../output/progress-line.ts';
import { chooseProtocol, pickProtocolOptions, requireProtocolName } from '../setup/choose-protocol.ts';
import { readConfigurationFile } from '../setup/configuration-file.ts';
import { openGraders } from '../setup/grader-options.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';
import { listenForShutdown, type Shutdown } from '../setup/shutdown.ts';
import { type FindReview, readLabelReviews } from './label-reviews.ts';
import { nameModel } from './open-reply-source.ts';
import type { RunEvalAllOptions } from './run-eval-all.ts';
import { nameOwnGrader } from './run-rescore.ts';
import { loadForScore, scoreFile } from './run-score.ts';

export interface RunScoreAllOptions extends RunEvalAllOptions {
  readonly tasks: readonly Task[];
}

interface ReplyFile {
  readonly task: Task;
  readonly path: string;
}

/**
 * Judges every reply file DIR/BENCHMARK/MODEL.jsonl[.gz] and sets our score beside the source's own label, with every
 * sample that they disagree on. A file that cannot be judged is named, and the others go on.
 */
export async function runScoreAll(replies: string, options: RunScoreAllOptions): Promise<ExitCode> {
  requireProtocolName(options);
  refuseModelOptions(options);
  const files = await listReplyFiles(replies, options.tasks);
  await checkRequest(options, new Set(files.map(({ task }) => task)));
  const review = await readLabelReviews({ replies, reviews: options.reviews });
  const root = options.out ?? join('runs', 'all-replies');
  const benchmarks = new Map<Task['benchmark'], LoadedBenchmark>();
  const rows: RepliesRow[] = [];
  limitHeapGrowth();
  const progress = createProgressLine();
  using shutdown = listenForShutdown(progress.say);
  for (const file of files) {
    if (shutdown.stop.aborted) break;
    const judge = (task: Task): Promise<RepliesRow> =>
      judgeFile({ ...file, task }, { options, review, benchmarks, progress, shutdown, root });
    try {
      rows.push(await judgeEitherSplit(file, judge));
    } catch (error) {
      progress.end();
      if (!isScaleQuestError(error)) throw error;
      rows.push({ benchmark: file.task.name, model: nameModel(file.path), path: file.path, why: error.message });
      progress.say(`${file.path}: ${error.message}`);
    }
    await writeTable(root, rows);
  }
  const isWhole = rows.length === files.length && rows.every(({ result }) => result?.isComplete === true);
  if (options.json === true) console.log(JSON.stringify({ status: isWhole ? 'finished' : 'unfinished', root, rows }));
  else console.log(`\n${formatReplies(rows)}\n`);
  console.error(`Table: ${join(root, 'replies.md')} and ${join(root, 'replies.json')}`);
  if (rows.length < files.length) console.error('Stopped before the end. Run the same command again.');
  return isWhole ? 0 : 1;
}

/** What a wrong request would spoil for every file is found before the first. */
async function checkRequest(options: RunScoreAllOptions, tasks: ReadonlySet<Task>): Promise<void> {
  await readConfigurationFile(options.config);
  if (options.protocol !== undefined) for (const task of tasks) await chooseProtocol(task, options);
  for (const task of tasks) await openGraders(options, { protocol: nameOwnGrader(task), tests: task.tests }).close();
}

/** The flags that say which model is asked, and which problems. Those of the protocol say how the replies were made. */
const modelFlags = {
  model: '--model',
  baseUrl: '--base-url',
  endpoints: '--endpoints',
  requestsPerSecond: '--requests-per-second',
  tokensPerMinute: '--tokens-per-minute',
  hedge: '--hedge',
  metrics: '--metrics',
  live: '--live',
  limit: '--limit',
  epochs: '--epochs',
  dryRun: '--dry-run',
  sample: '--sample',
  concurrency: '--concurrency',
  timeoutSeconds: '--timeout',
  threads: '--threads',
  retryErrors: '--retry-errors',
  maxTotalTokens: '--max-total-tokens',
  maxCost: '--max-cost',
  priceIn: '--price-in',
  priceOut: '--price-out',
} as const satisfies Partial<Record<keyof RunScoreAllOptions, string>>;

/** @throws CliError `BAD_OPTION` */
function refuseModelOptions(options: RunScoreAllOptions): void {
  const given = [
    ...Object.entries(modelFlags).flatMap(([name, flag]) =>
      options[name as keyof typeof modelFlags] === undefined ? [] : [flag],
    ),
    // It has a default.
    ...(options.seed === 0 ? [] : ['--seed']),
  ];
  if (given.length === 0) return;
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `${given.join(', ')} cannot act on recorded replies.`,
    why: 'Nobody is asked, and every reply of a file is judged.',
    next: `Leave ${given.length === 1 ? 'it' : 'them'} out, or ask a model: leave out --replies.`,
    fields: { options: given },
  });
}

/**
 * Some recorded replies are to another set of a benchmark, or to its training split, which is no benchmark of its own:
 * the first that has all their problems is it.
 */
async function judgeEitherSplit({ task }: ReplyFile, judge: (task: Task) => Promise<RepliesRow>): Promise<RepliesRow> {
  let failure: { readonly error: unknown } | undefined;
  for (const one of [task, ...listOtherSplits(task)]) {
    try {
      return await judge(one);
    } catch (error) {
      failure ??= { error };
      if (!(error instanceof DatasetsError) || !otherSplitCodes.has(error.code)) break;
    }
  }
  throw failure?.error;
}

/** The problems are others, or the data of a set is not there. */
const otherSplitCodes: ReadonlySet<string> = new Set(['UNKNOWN_REPLY_IDS', 'REPLY_OF_OTHER_PROBLEM', 'DATA_NOT_FOUND']);

function listOtherSplits(task: Task): readonly Task[] {
  const train = `${task.name}-train`;
  const hasTrain = listBenchmarks().some(({ name }) => name === train);
  return [
    ...(hasTrain ? [{ ...task, name: train, benchmark: train }] : []),
    ...(task.sets ?? []).map(({ set }) => chooseSet(task, set)),
  ];
}

interface JudgeFileInput {
  readonly options: RunScoreAllOptions;
  readonly review: FindReview;
  readonly benchmarks: Map<Task['benchmark'], LoadedBenchmark>;
  readonly progress: ProgressLine;
  readonly shutdown: Shutdown;
  readonly root: string;
}

async function judgeFile({ task, path }: ReplyFile, input: JudgeFileInput): Promise<RepliesRow> {
  const { options, review, benchmarks, progress, shutdown, root } = input;
  const benchmark = benchmarks.get(task.benchmark) ?? (await loadForScore(task, options));
  benchmarks.set(task.benchmark, benchmark);
  const { cas, graders, grader, sandbox, goldFixes, dataDir, config } = options;
  const { folder, summary } = await scoreFile({
    task,
    benchmark,
    replies: path,
    options: {
      cas,
      ...(graders === undefined ? {} : { graders }),
      ...(grader === undefined ? {} : { grader }),
      ...(sandbox === undefined ? {} : { sandbox }),
      ...(goldFixes === undefined ? {} : { goldFixes }),
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(config === undefined ? {} : { config }),
      ...pickProtocolOptions(options),
    },
    progress,
    shutdown,
    root,
  });
  const model = nameModel(path);
  const disagreements = findDisagreements({
    scores: await readAll(getScoresPath(folder, summary.grader)),
    labels: await readAll(getScoresPath(folder, sourceLabelGrader)),
    review: (sample) => review({ benchmark: task.name, model, ...sample }),
  });
  const { accuracy, samples, problems, benchmarkProblems, epochs, isComplete, spread, labels, outcomes } = summary;
  return {
    benchmark: task.name,
    model,
    path,
    folder,
    result: {
      ...{ grader: summary.grader, accuracy, samples, problems, benchmarkProblems, epochs },
      ...{ isComplete, spread, outcomes },
    },
    ...(labels === undefined ? {} : { labels }),
    disagreements,
  };
}

async function readAll(path: string): Promise<Score[]> {
  const scores: Score[] = [];
  if (!(await pathExists(path))) return scores;
  for await (const { value } of readJsonLines(path)) scores.push(scoreSchema.parse(value));
  return scores;
}

async function listReplyFiles(folder: string, tasks: readonly Task[]): Promise<readonly ReplyFile[]> {
  const files: ReplyFile[] = [];
  for (const task of tasks) {
    for (const name of await listNames(join(folder, task.name))) {
      if (/\.jsonl(\.gz)?$/.test(name)) files.push({ task, path: join(folder, task.name, name) });
    }
  }
  if (files.length > 0) return files;
  throw new CliError({
    code: 'NO_REPLY_FILES',
    kind: 'request',
    what: `Folder '${folder}' holds no recorded replies.`,
    why: `There is no BENCHMARK/MODEL.jsonl or .jsonl.gz in it for ${tasks.map(({ name }) => name).join(', ')}.`,
    next: 'Give a folder with one folder for each benchmark, named as `scalequest eval --list` names it.',
    fields: { folder },
  });
}

async function listNames(folder: string): Promise<string[]> {
  if (!(await pathExists(folder))) return [];
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw asFileError(error, { path: folder, action: 'read' });
  }
}

/** For programs and for people, after each file, so that what is judged is not lost. */
async function writeTable(root: string, rows: readonly RepliesRow[]): Promise<void> {
  await makeFolder(root);
  await writeFileAtomic(join(root, 'replies.json'), `${JSON.stringify({ format: 1, rows }, null, 2)}\n`);
  await writeFileAtomic(join(root, 'replies.md'), formatRepliesMarkdown(rows));
}
