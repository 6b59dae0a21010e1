import { join } from 'node:path';
import { digest, type Environment, pathExists, readEnvironment } from '@scalequest/core';
import { type LoadedBenchmark, loadBenchmark } from '@scalequest/datasets';
import {
  chooseSet,
  type EvaluateResult,
  evalDefaults,
  evaluate,
  findTask,
  openTask,
  type ResolvedProtocol,
  type Task,
  tasks,
} from '@scalequest/eval';
import type { ModelClient } from '@scalequest/models';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { formatCount } from '../output/format.ts';
import { formatSummary } from '../output/format-summary.ts';
import { createProgressLine } from '../output/progress-line.ts';
import { type BudgetFlags, chooseBudget } from '../setup/budget-options.ts';
import { type CallFlags, chooseCalls } from '../setup/call-options.ts';
import {
  type ChosenModel,
  chooseModel,
  identifyEmbeddedModel,
  identifyModel,
  type ModelOptions,
  nameChosenModel,
  openEmbeddedModel,
  openModel,
  slugify,
} from '../setup/choose-model.ts';
import { chooseProtocol, type ProtocolOptions } from '../setup/choose-protocol.ts';
import { isGenerated } from '../setup/choose-tasks.ts';
import { parseClaims } from '../setup/claims-option.ts';
import { type ConfigurationFile, readConfigurationFile } from '../setup/configuration-file.ts';
import { type GraderFlags, openGraders } from '../setup/grader-options.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';
import type { LiveFlags } from '../setup/live-options.ts';
import { getHubOptions, locateData } from '../setup/locate-data.ts';
import { runPreflight } from '../setup/preflight.ts';
import { listenForShutdown } from '../setup/shutdown.ts';
import { describeVersions } from '../setup/versions.ts';
import { type Live, openLive } from '../telemetry/open-live.ts';
import { openTelemetry, type Telemetry } from '../telemetry/open-telemetry.ts';
import { runDryRun } from './run-dry-run.ts';

export interface RunEvalOptions extends ModelOptions, ProtocolOptions, GraderFlags, BudgetFlags, CallFlags, LiveFlags {
  /** Another set of the benchmark's problems. */
  readonly set?: string;
  readonly limit?: number;
  readonly epochs?: number;
  readonly seed: number;
  readonly dryRun?: boolean;
  /** Ids of the problems that a dry run shows. */
  readonly sample?: readonly string[];
  readonly retryErrors?: boolean;
  /** False for `--no-doctor`, true for `--doctor`. @defaultValue what its length makes worth while */
  readonly doctor?: boolean;
  /** What the endpoint is said to honour, separated by commas. */
  readonly claims?: string;
  readonly dataDir?: string;
  readonly goldFixes?: boolean;
  readonly out?: string;
  readonly config?: string;
  readonly json?: boolean;
}

export function listTasks({ json }: Pick<RunEvalOptions, 'json'>): ExitCode {
  const names = [...tasks.keys()];
  if (json === true) console.log(JSON.stringify({ benchmarks: names, sets: Object.fromEntries(listSets()) }));
  else {
    const sets = new Map(listSets());
    const lines = names.map((name) => [name, ...(sets.get(name) ?? []).map((set) => `--set ${set}`)].join('  '));
    console.log(lines.join('\n'));
  }
  return 0;
}

function listSets(): readonly (readonly [string, readonly string[]])[] {
  return [...tasks.values()].flatMap(({ name, sets }) =>
    sets === undefined ? [] : [[name, sets.map(({ set }) => set)] as const],
  );
}

/** The benchmark of a command line, on the set that `--set` names. */
export async function openTaskOnSet(name: string, { set }: { readonly set?: string }): Promise<Task> {
  const task = await openTask(name);
  return set === undefined ? task : chooseSet(task, set);
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

/**
 * Flags that say something about all benchmarks say nothing about one.
 *
 * @throws CliError `BAD_OPTION`
 */
export function refuseAllOptions(options: {
  readonly only?: string;
  readonly skip?: string;
  readonly replies?: string;
  readonly reviews?: string;
}): void {
  const given = (['only', 'skip', 'replies', 'reviews'] as const).filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `${given.map((name) => `--${name}`).join(', ')} goes with \`scalequest eval all\` only.`,
    next: 'To judge recorded replies to one benchmark, run `scalequest score BENCHMARK --replies FILE`.',
    fields: { options: given },
  });
}

/** What a command line comes to: which problems, which model, and what to say about them first and last. */
interface Plan {
  readonly task: Task;
  readonly benchmark: LoadedBenchmark;
  readonly client: ModelClient;
  /** Undefined for the model that ships with the project. */
  readonly model?: ChosenModel;
  readonly modelIdentity: Readonly<Record<string, unknown>>;
  /** Undefined for the default. */
  readonly concurrency?: number;
  /** Said in the first line and in the last, where the run is not what its command seems to say. */
  readonly notice?: string;
}

export async function runEval(name: string, options: RunEvalOptions): Promise<ExitCode> {
  if (options.dryRun === true) return await showPrompts({ name, options, mayStandIn: true });
  return report(await evaluateTask(name, options), options.json === true);
}

export interface ShowPromptsInput {
  readonly name: string;
  readonly options: RunEvalOptions;
  /** Whether the embedded run stands in for `math` where no model is named, as it does when the command runs. */
  readonly mayStandIn: boolean;
}

/**
 * Shows what a model would be asked, and asks none. Where the command would run the project's own model, its problems
 * and its seeds are shown; where it would want a model, the seeds stay open.
 */
export async function showPrompts({ name, options, mayStandIn }: ShowPromptsInput): Promise<ExitCode> {
  const environment = readEnvironment();
  const file = await readConfigurationFile(options.config);
  const model = chooseModel(options, environment, file);
  const asked = await openTaskOnSet(name, options);
  const embedded = model === undefined && mayStandIn ? findEmbeddedTask(asked, options) : undefined;
  const task = embedded ?? asked;
  if (task !== asked) {
    console.error(`${asked.name}: no model is named, so this is ${task.name}, which the project's own model answers.`);
  }
  const loadOptions = locateData(options, { environment, file });
  const protocol = await chooseProtocol(task, options, loadOptions);
  const benchmark = await load(task, { dataDir: loadOptions.dataDir, options, environment });
  const modelIdentity =
    model !== undefined
      ? await identifyModel(model)
      : embedded !== undefined
        ? await identifyEmbeddedModel()
        : undefined;
  return await runDryRun({ benchmark, protocol, modelIdentity, options });
}

/**
 * Refuses a wrong protocol, grader, budget or address, before anything is loaded, written or asked.
 *
 * @throws the error that `evaluateTask` would
 */
export async function checkEvaluation(task: Task, options: RunEvalOptions): Promise<void> {
  const environment = readEnvironment();
  const file = await readConfigurationFile(options.config);
  if (options.sample !== undefined) throw needsDryRun();
  const { protocol } = await chooseProtocol(task, options);
  const graders = openGraders(options, { protocol: protocol.grader, tests: task.tests });
  await graders.start().finally(graders.close);
  const model = chooseModel(options, environment, file);
  chooseBudget(options, { model: await nameChosenModel(model), file });
  const calls = chooseCalls(options, model);
  // A file would be read whole; whether it is there is seen elsewhere.
  if (model?.kind === 'server')
    await (await openModel(model, { ...options, calls, say: () => undefined }, environment)).client.close();
}

/** How an evaluation ended. */
export interface Evaluated {
  readonly result: EvaluateResult;
  readonly folder: string;
  /** Said last, where the run is not what its command seems to say. */
  readonly notice?: string;
  readonly say: (text: string) => void;
}

/** One evaluation, with its progress on standard error and nothing on standard output. */
export async function evaluateTask(name: string, options: RunEvalOptions): Promise<Evaluated> {
  // Begun here, so that git answers while the data is read.
  const versions = describeVersions();
  const environment = readEnvironment();
  const file = await readConfigurationFile(options.config);
  const task = await openTaskOnSet(name, options);
  const loadOptions = locateData(options, { environment, file });
  const choose = (chosen: Task): Promise<ResolvedProtocol> => chooseProtocol(chosen, options, loadOptions);
  // Before the model: a wrong protocol or grader should not wait for it.
  const asked = await choose(task);
  const graders = openGraders(options, { protocol: asked.protocol.grader, tests: task.tests });
  if (options.sample !== undefined) throw needsDryRun();
  const progress = createProgressLine();
  const plan = await makePlan({ task, options, environment, file, say: progress.say });
  const protocol = plan.task === task ? asked : await closeOnError(plan.client, () => choose(plan.task));
  // From here on there is something to finish; until now a signal ends the process, as it does by default.
  using shutdown = listenForShutdown(progress.say);
  const folder = options.out ?? nameFolder(plan, protocol, options);
  limitHeapGrowth();
  let live: Live | undefined;
  try {
    const { budget, prices } = chooseBudget(options, { model: plan.client.model, file });
    live = await openLive({ plan, folder, options, progress });
    const opened = await graders.start();
    if (plan.notice !== undefined) progress.say(plan.notice);
    progress.say(`${plan.task.name}, protocol ${protocol.label} (${protocol.sha256.slice(0, 8)}), into ${folder}`);
    if (options.doctor === false) parseClaims(options.claims, { isLookedAt: false });
    else {
      await runPreflight({
        ...plan,
        model: plan.model,
        protocol,
        graders,
        folder,
        options,
        hasBudget: options.maxCost !== undefined || options.maxTotalTokens !== undefined,
        environment,
        signal: shutdown.stop,
        say: progress.say,
      });
    }
    const result = await evaluate({
      task: plan.task,
      benchmark: plan.benchmark,
      protocol,
      client: plan.client,
      modelIdentity: plan.modelIdentity,
      verifier: graders.verifier,
      graders: graders.graders,
      headline: graders.headline,
      folder,
      seed: options.seed,
      retryErrors: options.retryErrors ?? false,
      budget,
      ...(prices === undefined ? {} : { prices }),
      details: { versions: await versions, ...opened },
      stop: shutdown.stop,
      abort: shutdown.abort,
      onProgress: live.update,
      ...(options.epochs === undefined ? {} : { epochs: options.epochs }),
      ...(options.limit === undefined ? {} : { limit: options.limit }),
      ...(plan.concurrency === undefined ? {} : { concurrency: plan.concurrency }),
    });
    progress.end();
    return { result, folder, say: progress.say, ...(plan.notice === undefined ? {} : { notice: plan.notice }) };
  } catch (error) {
    progress.end();
    if (await canGoOn(error, folder)) {
      progress.say(`What is finished is kept in ${folder}; the same command goes on from there.`);
    }
    throw error;
  } finally {
    // The last figures are of a client that is still open.
    await live?.close();
    await Promise.all([plan.client.close(), graders.close()]);
  }
}

function needsDryRun(): CliError {
  return new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: "Option '--sample' shows a problem, and asks nobody.",
    next: 'Add --dry-run, or leave it out.',
  });
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
  say,
}: {
  readonly task: Task;
  readonly options: RunEvalOptions;
  readonly environment: Environment;
  readonly file: ConfigurationFile;
  readonly say: (text: string) => void;
}): Promise<Plan> {
  const model = chooseModel(options, environment, file);
  const calls = chooseCalls(options, model);
  if (model === undefined) return await planEmbedded({ asked: task, options, environment, file });
  // The client is made first, and asks nobody yet: a wrong address or file should not wait for the data.
  const { prices } = chooseBudget(options, { model: await nameChosenModel(model), file });
  const telemetry =
    model.kind === 'server' ? await openTelemetry({ benchmark: task.name, model: model.name, say }) : undefined;
  const asked = { ...options, ...pickConcurrency(options, file) };
  const opened = await openModel(model, { ...asked, calls, prices, onCall: telemetry?.onCall, say }, environment);
  const client = telemetry === undefined ? opened.client : sendFigures(opened.client, telemetry);
  const concurrency =
    model.kind === 'server' ? countLoops(model, { client, asked: asked.concurrency, say }) : asked.concurrency;
  const { dataDir } = locateData(options, { environment, file });
  return await closeOnError(client, async () => ({
    task,
    benchmark: await load(task, { dataDir, options, environment }),
    model,
    ...opened,
    client,
    ...(concurrency === undefined ? {} : { concurrency }),
  }));
}

/** A client whose figures go to a collector until it is closed. */
function sendFigures(client: ModelClient, telemetry: Telemetry): ModelClient {
  telemetry.watch(client);
  const close = async (): Promise<void> => {
    await Promise.all([telemetry.close(), client.close()]);
  };
  return { ...client, close };
}

/** Enough to keep every server busy that is listed now, where the user does not say how many. */
function countLoops(
  { endpointsFile }: Pick<ChosenModel & { readonly kind: 'server' }, 'endpointsFile'>,
  {
    client,
    asked,
    say,
  }: { readonly client: ModelClient; readonly asked: number | undefined; readonly say: (text: string) => void },
): number {
  const endpoints = client.getFingerprint().endpoints.length;
  if (endpoints === 0) say(`'${endpointsFile}' lists no endpoint yet: the run waits for one.`);
  return asked ?? Math.min(mostLoops, evalDefaults.concurrency * Math.max(1, endpoints));
}

const mostLoops = 10_000;

/** What the model that ships with the project would be asked, or undefined where it would not. */
function findEmbeddedTask(asked: Task, { dataDir }: Pick<RunEvalOptions, 'dataDir'>): Task | undefined {
  if (dataDir !== undefined) return asked;
  const task = asked.name === 'math' ? findTask('math-embedded') : asked;
  return isGenerated(task) ? task : undefined;
}

/**
 * No model is named: the model that ships with the project, which needs no key, no data and no network. It answers what
 * it was made for, the embedded problems; `eval math` runs them too, and names the result `math-embedded`. Only where
 * --data-dir gives another benchmark does the model try that one.
 */
async function planEmbedded({
  asked,
  options,
  environment,
  file,
}: {
  readonly asked: Task;
  readonly options: RunEvalOptions;
  readonly environment: Environment;
  readonly file: ConfigurationFile;
}): Promise<Plan> {
  const { dataDir } = options;
  const task = findEmbeddedTask(asked, options);
  if (task === undefined) {
    throw new CliError({
      code: 'NO_MODEL',
      kind: 'request',
      what: `No model is named to ask the problems of '${asked.name}'.`,
      why: 'The tiny model that ships with the project was made for its own problems only.',
      next: 'Give --model NAME [--base-url URL] or --model gguf:PATH, or run `scalequest eval math` for the embedded run.',
      fields: { benchmark: asked.name },
    });
  }
  const isOwn = isGenerated(task);
  // Loaded before the model, which takes longer than to see that the data is not there.
  const benchmark = await load(task, { dataDir, options, environment });
  const opened = await openEmbeddedModel({ ...options, ...pickConcurrency(options, file) });
  const parameters = formatCount(opened.client.parameters);
  const model = `the project's own tiny model (${opened.client.model}, ${parameters} parameters, in this process)`;
  const toAsk = Math.min(options.limit ?? benchmark.count, benchmark.count);
  const all = `${formatCount(benchmark.count)} problems`;
  const some = toAsk < benchmark.count ? `${formatCount(toAsk)} of the ` : '';
  const notice = isOwn
    ? `${task.name}: no model is named, so ${model} answers ${some}${all} that the project wrote itself. ` +
      `This is not ${task.name === 'word-problems' ? 'GSM8K' : 'MATH'}.`
    : `${task.name}: no model is named, so ${model} answers ${some === '' ? 'the ' : some}${all} of --data-dir. ` +
      'It was trained on nothing like them: next to none of its answers will be right.';
  return { task, benchmark, ...opened, ...pickConcurrency(options, file), notice };
}

function load(
  task: Task,
  {
    dataDir,
    options,
    environment,
  }: {
    readonly dataDir: string | undefined;
    readonly options: RunEvalOptions;
    readonly environment: Environment;
  },
): Promise<LoadedBenchmark> {
  return loadBenchmark(task.benchmark, {
    dataDir,
    cacheDir: environment.cacheDir,
    hub: getHubOptions(environment),
    goldFixes: options.goldFixes ?? false,
  });
}

/** A client that nobody gets to close holds its model in memory. */
async function closeOnError<T>(client: ModelClient, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await client.close();
    throw error;
  }
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

function report({ result, folder, notice, say }: Evaluated, isJson: boolean): ExitCode {
  const { status, summary, resumed } = result;
  if (isJson) console.log(JSON.stringify({ status, folder, resumed, summary }));
  else console.log(`\n${formatSummary(summary)}\n`);
  if (resumed > 0) say(`${formatCount(resumed)} samples were finished before and were not asked again.`);
  say(`Run folder: ${folder}`);
  if (summary.outcomes.error > 0) say('Some samples ended in an error: --retry-errors asks them again.');
  const end = describeUnfinished(result);
  if (end !== undefined) say(end);
  if (notice !== undefined) say(notice);
  return status === 'finished' ? 0 : 1;
}

/** Why a run ended before its end and what to do, or undefined where it did not. */
export function describeUnfinished({ status, budgetReached }: EvaluateResult): string | undefined {
  if (status === 'finished') return undefined;
  if (budgetReached === undefined) return 'Stopped before the end. Run the same command again to go on.';
  return `Stopped at the budget: ${budgetReached}. Raise it and run the same command again to go on.`;
}
