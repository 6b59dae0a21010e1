import { join } from 'node:path';
import { digest, type Environment, pathExists, readEnvironment } from '@scalequest/core';
import { type LoadedBenchmark, loadBenchmark } from '@scalequest/datasets';
import {
  type EvaluateResult,
  evaluate,
  findProtocol,
  findTask,
  openEmbeddedReplies,
  type ResolvedProtocol,
  resolveProtocol,
  type Task,
  tasks,
} from '@scalequest/eval';
import type { ModelClient } from '@scalequest/models';
import { createVerifierPool } from '@scalequest/verifier/pool';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { formatCount } from '../output/format.ts';
import { formatSummary } from '../output/format-summary.ts';
import { createProgressLine } from '../output/progress-line.ts';
import { chooseModel, type ModelOptions, openModel, slugify } from '../setup/choose-model.ts';
import { type ConfigurationFile, readConfigurationFile } from '../setup/configuration-file.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';
import { listenForShutdown } from '../setup/shutdown.ts';
import { describeVersions } from '../setup/versions.ts';
import { getHubOptions } from './run-data.ts';

export interface RunEvalOptions extends ModelOptions {
  /** False for `--no-cas`. */
  readonly cas: boolean;
  readonly limit?: number;
  readonly epochs: number;
  readonly seed: number;
  readonly protocol?: string;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  readonly retryErrors?: boolean;
  readonly dataDir?: string;
  readonly goldFixes?: boolean;
  readonly out?: string;
  readonly config?: string;
  readonly json?: boolean;
}

export function listTasks({ json }: Pick<RunEvalOptions, 'json'>): ExitCode {
  const names = [...tasks.keys()];
  console.log(json === true ? JSON.stringify({ benchmarks: names }) : names.join('\n'));
  return 0;
}

/**
 * The benchmark of the command line.
 *
 * @throws CliError `NO_BENCHMARK`
 */
export function requireBenchmark(name: string | undefined, baseUrls: readonly string[] = []): string {
  if (name !== undefined) return name;
  // --base-url takes every word that follows it.
  const swallowed = baseUrls.find((url) => tasks.has(url));
  throw new CliError({
    code: 'NO_BENCHMARK',
    kind: 'request',
    what: 'Benchmark missing.',
    ...(swallowed === undefined ? {} : { why: `'${swallowed}' was read as one more --base-url.` }),
    next: `Put the benchmark first: \`scalequest eval ${swallowed ?? 'BENCHMARK'} ...\`. Run \`scalequest eval --list\` for all.`,
  });
}

/** What a command line comes to: which problems, which model, and what to say about them first and last. */
interface Plan {
  readonly task: Task;
  readonly benchmark: LoadedBenchmark;
  readonly client: ModelClient;
  readonly modelIdentity: Readonly<Record<string, unknown>>;
  /** Said in the first line and in the last, where the run is not what its command seems to say. */
  readonly notice?: string;
}

export async function runEval(name: string, options: RunEvalOptions): Promise<ExitCode> {
  // Begun here, so that git answers while the data is read.
  const versions = describeVersions();
  const environment = readEnvironment();
  const file = await readConfigurationFile(options.config);
  const task = findTask(name);
  const protocol = resolveProtocol(findProtocol(options.protocol ?? task.protocol), {
    ...(options.temperature === undefined ? {} : { temperature: options.temperature }),
    ...(options.topP === undefined ? {} : { topP: options.topP }),
    ...(options.maxTokens === undefined ? {} : { maxTokens: options.maxTokens }),
  });
  const plan = await makePlan({ task, options, environment, file });
  const progress = createProgressLine();
  // From here on there is something to finish; until now a signal ends the process, as it does by default.
  using shutdown = listenForShutdown(progress.say);
  const folder = options.out ?? nameFolder(plan, protocol, options);
  limitHeapGrowth();
  const verifier = createVerifierPool({ cas: options.cas });
  try {
    if (plan.notice !== undefined) progress.say(plan.notice);
    progress.say(`${plan.task.name}, protocol ${protocol.label} (${protocol.sha256.slice(0, 8)}), into ${folder}`);
    const result = await evaluate({
      task: plan.task,
      benchmark: plan.benchmark,
      protocol,
      client: plan.client,
      modelIdentity: plan.modelIdentity,
      verifier,
      folder,
      seed: options.seed,
      epochs: options.epochs,
      retryErrors: options.retryErrors ?? false,
      details: { versions: await versions },
      stop: shutdown.stop,
      abort: shutdown.abort,
      onProgress: progress.update,
      ...(options.limit === undefined ? {} : { limit: options.limit }),
      ...pickConcurrency(options, file),
    });
    progress.end();
    return report({ result, folder, plan, isJson: options.json === true, say: progress.say });
  } catch (error) {
    progress.end();
    if (await canGoOn(error, folder)) {
      progress.say(`What is finished is kept in ${folder}; the same command goes on from there.`);
    }
    throw error;
  } finally {
    await Promise.all([plan.client.close(), verifier.close()]);
  }
}

/** Whether the same command would get further. Trouble with the folder itself stays until somebody mends it. */
async function canGoOn(error: unknown, folder: string): Promise<boolean> {
  const isAboutFolder = error instanceof Error && error.name === 'RunsError';
  return !isAboutFolder && (await pathExists(join(folder, 'journal.jsonl')));
}

async function makePlan({
  task,
  options,
  environment,
  file,
}: {
  readonly task: Task;
  readonly options: RunEvalOptions;
  readonly environment: Environment;
  readonly file: ConfigurationFile;
}): Promise<Plan> {
  const model = chooseModel(options, environment, file);
  if (model === undefined) return await planEmbedded(task, options, environment);
  // The client checks its options when it is made, and asks nobody yet: a wrong address should not wait for the data.
  const client = await openModel(model, { ...options, ...pickConcurrency(options, file) }, environment);
  const dataDir = options.dataDir ?? environment.dataDir ?? file.dataDir;
  const benchmark = await loadBenchmark(task.benchmark, {
    dataDir,
    cacheDir: environment.cacheDir,
    hub: getHubOptions(environment),
    goldFixes: options.goldFixes ?? false,
  });
  return { task, benchmark, client, modelIdentity: { name: model.name } };
}

/**
 * No model is named: the embedded default, which needs no key, no data and no network. `eval math` and
 * `eval math-embedded` both run it, and the result is always named `math-embedded`.
 */
async function planEmbedded(asked: Task, options: RunEvalOptions, environment: Environment): Promise<Plan> {
  if ((asked.name !== 'math' && asked.name !== 'math-embedded') || options.dataDir !== undefined) {
    throw new CliError({
      code: 'NO_MODEL',
      kind: 'request',
      what: `No model is named to ask the problems of '${asked.name}'.`,
      why: 'The recorded replies that ship with the project answer its own embedded problems only.',
      next: 'Give --model NAME [--base-url URL], or run `scalequest eval math` without --data-dir for the embedded run.',
      fields: { benchmark: asked.name },
    });
  }
  refuseIdleOptions(options);
  const task = findTask('math-embedded');
  const [benchmark, embedded] = await Promise.all([
    loadBenchmark(task.benchmark, { cacheDir: environment.cacheDir }),
    openEmbeddedReplies(),
  ]);
  const notice =
    `math-embedded: no model is named, so replies that the project recorded in advance answer ` +
    `${formatCount(benchmark.count)} problems that it wrote itself. This is not MATH.`;
  return { task, benchmark, ...embedded, notice };
}

/** Options that steer a model, or that correct references which the embedded problems do not have wrong. */
function refuseIdleOptions(options: RunEvalOptions): void {
  const given = {
    '--epochs': options.epochs !== 1,
    '--seed': options.seed !== 0,
    '--protocol': options.protocol !== undefined,
    '--temperature': options.temperature !== undefined,
    '--top-p': options.topP !== undefined,
    '--max-tokens': options.maxTokens !== undefined,
    '--timeout': options.timeoutSeconds !== undefined,
    '--gold-fixes': options.goldFixes === true,
  };
  const idle = Object.entries(given).flatMap(([flag, isGiven]) => (isGiven ? [flag] : []));
  if (idle.length === 0) return;
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `${idle.join(', ')} cannot act on recorded replies.`,
    why: 'No model is named, so replies that ship with the project answer its embedded problems.',
    next: `Give --model NAME [--base-url URL], or leave ${idle.length === 1 ? 'it' : 'them'} out.`,
    fields: { options: idle },
  });
}

/**
 * The same command finds its own run again: the folder is named by what the run's identity is made of. A part of the
 * problems has a folder of its own, so that a quick look does not write over the summary of the whole.
 */
function nameFolder(plan: Plan, protocol: ResolvedProtocol, options: RunEvalOptions): string {
  const identity = digest([
    plan.benchmark.rowsSha256,
    plan.benchmark.appliedFixes,
    plan.modelIdentity,
    protocol.sha256,
  ]);
  const part = options.limit === undefined ? '' : `-first-${options.limit}`;
  return join('runs', plan.task.name, slugify(plan.client.model), `${identity.slice(0, 8)}-${options.seed}${part}`);
}

function pickConcurrency(options: RunEvalOptions, file: ConfigurationFile): { readonly concurrency?: number } {
  const concurrency = options.concurrency ?? file.concurrency;
  return concurrency === undefined ? {} : { concurrency };
}

function report({
  result,
  folder,
  plan,
  isJson,
  say,
}: {
  readonly result: EvaluateResult;
  readonly folder: string;
  readonly plan: Plan;
  readonly isJson: boolean;
  readonly say: (text: string) => void;
}): ExitCode {
  const { status, summary, resumed } = result;
  if (isJson) console.log(JSON.stringify({ status, folder, resumed, summary }));
  else console.log(`\n${formatSummary(summary)}\n`);
  if (resumed > 0) say(`${formatCount(resumed)} samples were finished before and were not asked again.`);
  say(`Run folder: ${folder}`);
  if (plan.notice !== undefined) say(plan.notice);
  if (summary.outcomes.error > 0) say('Some samples ended in an error: --retry-errors asks them again.');
  if (status === 'finished') return 0;
  say('Stopped before the end. Run the same command again to go on.');
  return 1;
}
