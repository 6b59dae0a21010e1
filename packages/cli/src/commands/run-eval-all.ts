import { join } from 'node:path';
import { digest, isScaleQuestError, pathExists, readEnvironment } from '@scalequest/core';
import { DatasetsError } from '@scalequest/datasets';
import { EvaluationError, type Task } from '@scalequest/eval';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { formatWhole } from '../output/format-whole.ts';
import { chooseModel, slugify } from '../setup/choose-model.ts';
import { chooseTasks, isGenerated } from '../setup/choose-tasks.ts';
import { readConfigurationFile } from '../setup/configuration-file.ts';
import {
  checkEvaluation,
  describeUnfinished,
  type Evaluated,
  evaluateTask,
  type RunEvalOptions,
  showPrompts,
} from './run-eval.ts';
import { type AllRow, readWhole, type Whole, writeWhole } from './whole.ts';

export interface RunEvalAllOptions extends RunEvalOptions {
  /** Benchmarks, separated by commas. */
  readonly only?: string;
  readonly skip?: string;
  /** A folder of recorded replies, which are judged instead of asking a model. */
  readonly replies?: string;
  readonly reviews?: string;
}

/**
 * Runs every benchmark, one after the other. Each has a run folder of its own and resumes by itself; the whole has a
 * folder with the table. A benchmark whose data is missing is named, and the others go on.
 */
export async function runEvalAll(options: RunEvalAllOptions): Promise<ExitCode> {
  if (options.set !== undefined) throw setOfAllError();
  const chosen = chooseTasks(options);
  if (options.replies !== undefined) {
    const { runScoreAll } = await import('./run-score-all.ts');
    return await runScoreAll(options.replies, { ...options, tasks: chosen });
  }
  if (options.reviews !== undefined) {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: '--reviews is given without --replies.',
      why: 'There are no labels to review where a model is asked.',
      next: 'Leave it out, or give --replies DIR.',
    });
  }
  if (options.dryRun === true) {
    for (const { name } of chosen) await showPrompts({ name, options, mayStandIn: false });
    return 0;
  }
  const folder = await nameWholeFolder(options, chosen);
  await checkAll(chosen, options);
  return await runWhole({ folder, chosen, options });
}

function setOfAllError(): CliError {
  return new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: '--set names the problems of one benchmark, and all have their own.',
    next: 'Leave it out, or run `scalequest eval BENCHMARK --set NAME` beside it.',
  });
}

/** What is said of all benchmarks, and does not fit one. */
const unfitCodes: ReadonlySet<string> = new Set(['PROTOCOL_NOT_FOR_BENCHMARK', 'GRADER_NOT_FOR_BENCHMARK']);

/** What is wrong with the request is found for every benchmark before the first is asked, or a row is written. */
async function checkAll(chosen: readonly Task[], options: RunEvalAllOptions): Promise<void> {
  const unfit: { readonly name: string; readonly error: EvaluationError }[] = [];
  for (const task of chosen) {
    try {
      await checkEvaluation(task, options);
    } catch (error) {
      if (!(error instanceof EvaluationError) || !unfitCodes.has(error.code)) throw error;
      unfit.push({ name: task.name, error });
    }
  }
  const [first] = unfit;
  if (first === undefined) return;
  const names = unfit.map(({ name }) => name);
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what:
      first.error.code === 'GRADER_NOT_FOR_BENCHMARK'
        ? `The graders that are named cannot judge ${names.join(', ')}.`
        : `Protocol '${options.protocol}' says nothing about ${names.join(', ')}.`,
    why: 'Nobody was asked.',
    next: `Leave out what does not fit: --skip ${[options.skip, ...names].filter((name) => name !== undefined).join(',')}. Or choose another protocol: \`scalequest protocols\` lists them.`,
    fields: { protocol: options.protocol, benchmarks: names },
    cause: first.error,
  });
}

interface WholeInput {
  readonly folder: string;
  readonly chosen: readonly Task[];
  readonly options: RunEvalAllOptions;
}

async function runWhole({ folder, chosen, options }: WholeInput): Promise<ExitCode> {
  let whole = mergeRows(await readWhole(folder), chosen);
  const save = async (row: AllRow): Promise<void> => {
    whole = { ...whole, rows: whole.rows.map((one) => (one.benchmark === row.benchmark ? row : one)) };
    await writeWhole(folder, whole);
  };
  await writeWhole(folder, whole);
  let ended: string | undefined;
  let failure: { readonly error: unknown } | undefined;
  let isRefused = false;
  for (const task of chosen) {
    const others = whole.rows.filter(({ benchmark }) => benchmark !== task.name);
    const rest = subtractBudget(options, others);
    if (rest === undefined) {
      ended = 'The budget is used up. Raise it and run the same command again to go on.';
      break;
    }
    try {
      const done = await evaluateTask(task.name, { ...rest, out: nameRunFolder(task, options) } as RunEvalOptions);
      await save(describeRow(task, done));
      ended = describeUnfinished(done.result);
      // Whoever stopped it, a signal or the budget, meant the whole.
      if (ended !== undefined) break;
    } catch (error) {
      const before = whole.rows.find(({ benchmark }) => benchmark === task.name);
      await save(describeFailure({ benchmark: task.name, status: 'pending', ...before }, error));
      isRefused = true;
      // The data of one benchmark says nothing of the others; anything else would meet them too.
      if (!(error instanceof DatasetsError)) {
        failure = { error };
        break;
      }
      console.error(`\n${task.name}: ${error.message}\n`);
    }
  }
  const rows = whole.rows.filter(({ benchmark }) => chosen.some(({ name }) => name === benchmark));
  const isFinished = !isRefused && rows.every(({ status }) => status === 'finished');
  // Where nothing has a result there is nothing to show but the error itself.
  if (failure !== undefined && rows.every(({ accuracy }) => accuracy === undefined)) throw failure.error;
  if (options.json === true)
    console.log(JSON.stringify({ status: isFinished ? 'finished' : 'unfinished', folder, rows }));
  else console.log(`\n${formatWhole(rows)}\n`);
  console.error(`Folder of the whole: ${folder}`);
  if (failure !== undefined) throw failure.error;
  if (rows.some(({ outcomes }) => (outcomes?.error ?? 0) > 0)) {
    console.error('Some samples ended in an error: --retry-errors asks them again.');
  }
  if (ended !== undefined) console.error(ended);
  else if (!isFinished)
    console.error('Not every benchmark is finished. Mend the cause and run the same command again.');
  return isFinished ? 0 : 1;
}

/** The rows of an earlier session, and one that waits for each benchmark that it did not have. */
function mergeRows(before: Whole | undefined, chosen: readonly Task[]): Whole {
  const rows = before?.rows ?? [];
  const added = chosen.filter(({ name }) => !rows.some(({ benchmark }) => benchmark === name));
  return { format: 1, rows: [...rows, ...added.map(({ name }): AllRow => ({ benchmark: name, status: 'pending' }))] };
}

/**
 * The row of a benchmark that ended in an error. A result stays where the request was wrong, because nothing happened to
 * it; what was used of the budget stays in any case.
 */
function describeFailure(before: AllRow, error: unknown): AllRow {
  const isWrongRequest = isScaleQuestError(error) && error.kind === 'request';
  if (isWrongRequest && before.accuracy !== undefined) return before;
  const status = error instanceof DatasetsError && error.code === 'DATA_NOT_FOUND' ? 'missing' : 'failed';
  return { ...before, status, why: error instanceof Error ? error.message : String(error) };
}

function describeRow(task: Task, { result, folder }: Evaluated): AllRow {
  const { status, summary } = result;
  const { accuracy, interval, outcomes, problems, epochs, samples, grader, spread, protocol, tokens, cost } = summary;
  return {
    benchmark: task.name,
    status,
    folder,
    // The embedded problems keep their own name, whatever was asked for.
    measured: summary.benchmark,
    ...(protocol === null ? {} : { protocol }),
    ...{ model: summary.model, grader, problems, epochs, samples, accuracy, interval, spread, outcomes },
    ...(tokens === null ? {} : { tokens }),
    ...(cost === null ? {} : { cost: cost.total }),
  };
}

/** What is left of the budget for one benchmark, which counts its own share itself. Undefined where nothing is. */
function subtractBudget(options: RunEvalAllOptions, others: readonly AllRow[]): RunEvalAllOptions | undefined {
  const { maxCost, maxTotalTokens } = options;
  const tokens = others.reduce((sum, row) => sum + (row.tokens?.prompt ?? 0) + (row.tokens?.completion ?? 0), 0);
  const cost = others.reduce((sum, row) => sum + (row.cost ?? 0), 0);
  if (maxTotalTokens !== undefined && tokens >= maxTotalTokens) return undefined;
  if (maxCost !== undefined && cost >= maxCost) return undefined;
  return {
    ...options,
    ...(maxTotalTokens === undefined ? {} : { maxTotalTokens: maxTotalTokens - tokens }),
    ...(maxCost === undefined ? {} : { maxCost: maxCost - cost }),
  };
}

/** With --out the runs lie in the folder of the whole; without, each lies where it would on its own. */
function nameRunFolder(task: Task, { out }: RunEvalAllOptions): string | undefined {
  return out === undefined ? undefined : join(out, task.name);
}

/** Named by what every run of the whole has in common, so that the same command finds it again. */
async function nameWholeFolder(options: RunEvalAllOptions, chosen: readonly Task[]): Promise<string> {
  const model = chooseModel(options, readEnvironment(), await readConfigurationFile(options.config));
  if (model === undefined && options.dataDir === undefined && !chosen.every(isGenerated)) {
    throw new CliError({
      code: 'NO_MODEL',
      kind: 'request',
      what: 'No model is named to ask the problems of every benchmark.',
      why: 'The tiny model that ships with the project was made for its own problems only.',
      next: 'Give --model NAME [--base-url URL] or --model gguf:PATH, or judge recorded replies: --replies DIR.',
    });
  }
  if (model?.kind === 'file' && !(await pathExists(model.path))) {
    throw new CliError({
      code: 'NO_MODEL',
      kind: 'request',
      what: `Model file '${model.path}' is not there.`,
      next: 'Give --model gguf:PATH with the path of a GGUF file.',
    });
  }
  if (options.out !== undefined) return options.out;
  const name = model === undefined ? 'embedded' : model.kind === 'file' ? model.path : model.name;
  const { seed, epochs, limit, protocol, template, shots, shotsCount, temperature, topP, maxTokens, goldFixes } =
    options;
  const asked = { protocol, template, shots, shotsCount, temperature, topP, maxTokens };
  const identity = digest({ name, epochs, limit, goldFixes, ...asked });
  return join('runs', 'all', slugify(name), `${identity.slice(0, 8)}-${seed}`);
}
