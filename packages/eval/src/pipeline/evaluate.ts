import { deriveSeed, digest } from '@scalequest/core';
import type { LoadedBenchmark, Problem } from '@scalequest/datasets';
import { type GenerateRequest, type GenerateResponse, type ModelClient, ModelsError } from '@scalequest/models';
import { type JournalRecord, openRun, type Run, readJournal } from '@scalequest/runs';
import type { Task } from '../benchmarks/task.ts';
import { EvaluationError } from '../errors.ts';
import { describeCalls, sumCalls } from '../outcomes/calls.ts';
import { createSetAside, type SetAside } from '../outcomes/set-aside.ts';
import { buildSummary, type Prices, type Summary } from '../outcomes/summary.ts';
import type { ResolvedProtocol } from '../protocols/protocol.ts';
import { createPromptRenderer, type RenderPrompt } from '../protocols/render-prompt.ts';
import { type Budget, type BudgetGuard, createBudgetGuard } from './budget.ts';
import { evalDefaults } from './eval-defaults.ts';
import { needsJudging } from './needs-judging.ts';
import { describeProgress, type Progress } from './progress.ts';
import {
  createScorer,
  type GraderOptions,
  type Judge,
  type Panel,
  readScores,
  type Scorer,
  seatJudges,
} from './scorer.ts';

export interface EvaluateOptions extends GraderOptions {
  readonly task: Task;
  readonly benchmark: LoadedBenchmark;
  /** Ask only the first problems. @defaultValue all */
  readonly limit?: number;
  readonly protocol: ResolvedProtocol;
  readonly client: ModelClient;
  /** What names the model in the run's identity. Endpoints are not part of it: a run may move to other servers. */
  readonly modelIdentity: Readonly<Record<string, unknown>>;
  readonly folder: string;
  /** @defaultValue 0 */
  readonly seed?: number;
  /** Samples of each problem. @defaultValue what the protocol says, else 1 */
  readonly epochs?: number;
  /** Requests that this run may have in flight. @defaultValue 64 */
  readonly concurrency?: number;
  /** Ask again for samples that ended in an error. @defaultValue false */
  readonly retryErrors?: boolean;
  /** What a million tokens cost, for the summary and the budget. @defaultValue not known */
  readonly prices?: Prices;
  /** What all sessions of the run together may use. @defaultValue no bound */
  readonly budget?: Budget;
  /** Goes into run.json: versions and the like. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Ask nothing new, finish what is in flight, and leave a run that can be resumed. */
  readonly stop?: AbortSignal;
  /** Give up what is in flight as well. */
  readonly abort?: AbortSignal;
  /** Called at most four times a second, and once at the end. */
  readonly onProgress?: (progress: Progress) => void;
  /** Milliseconds that never run backwards. @defaultValue performance.now */
  readonly clock?: () => number;
}

export interface EvaluateResult {
  readonly status: 'finished' | 'interrupted';
  readonly summary: Summary;
  /** Samples that earlier sessions had finished. */
  readonly resumed: number;
  /** Which bound of the budget ended the run before its end, in words: `1,204 of 1,000 tokens are used`. */
  readonly budgetReached?: string;
}

/** What the answers of a run depend on, beside its seed: part of its identity, and of the seed of each sample. */
export function describeConfiguration({
  benchmark,
  protocol,
  modelIdentity,
}: Pick<EvaluateOptions, 'benchmark' | 'protocol' | 'modelIdentity'>): Readonly<Record<string, unknown>> {
  return {
    benchmark: benchmark.name,
    rowsSha256: benchmark.rowsSha256,
    goldFixes: benchmark.appliedFixes,
    protocol: protocol.protocol,
    model: modelIdentity,
    // The hash of the rows leaves out their order, and examples that are drawn by position follow it.
    ...(protocol.protocol.shots?.choice.kind === 'python-sample' && protocol.protocol.shots.count > 0
      ? { orderSha256: digest(benchmark.problems.map(({ id }) => id)) }
      : {}),
  };
}

/** Samples that may end in errors before any has succeeded: from then on the endpoint or the request is at fault. */
const maxErrorsAtStart = 32;

/** How long what is in flight may take to finish after an error that ends the run. */
const graceMs = 20_000;

const progressMs = 250;

/**
 * Runs a benchmark: generate, journal and score, each overlapping the others. Memory does not grow with the number of
 * samples beyond a few bytes each. Run again on the same folder, it asks only what the journal lacks.
 *
 * @throws ModelsError when the endpoint cannot be used; RunsError or CoreError when the folder cannot. The folder stays
 * resumable.
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluateResult> {
  const {
    task,
    benchmark,
    protocol,
    client,
    folder,
    seed = evalDefaults.seed,
    clock = () => performance.now(),
  } = options;
  const epochs = options.epochs ?? protocol.protocol.epochs ?? evalDefaults.epochs;
  const render = createPromptRenderer(protocol);
  const problems = options.limit === undefined ? benchmark.problems : benchmark.problems.slice(0, options.limit);
  const configuration = describeConfiguration(options);
  const startedAt = clock();
  const panel = seatJudges(options, { samples: problems.length * epochs, keepsAnswers: epochs > 1 });
  const { grader, tally } = panel.headline;
  const guard = createBudgetGuard(options);
  const setAside = createSetAside(problems.length * epochs);
  const run = await openRun({
    folder,
    kind: 'eval',
    identity: { ...configuration, seed },
    details: {
      benchmark: { name: task.name, count: benchmark.count, source: benchmark.source },
      protocol: { label: protocol.label, sha256: protocol.sha256 },
      ...options.details,
    },
    ids: problems.map(({ id }) => id),
    epochs,
    retryErrors: options.retryErrors ?? false,
    onRecord: (record, sample) => {
      guard.requireUsage(record, { isEarlier: true });
      guard.count(record);
      if (sample === undefined) return;
      tally.addUsage(record);
      setAside.set(sample, record.error?.code);
    },
    getCalls: () => ({ ...describeCalls(client.getStatistics()) }),
  });
  const resumed = run.samples.size - run.samples.count('pending');
  let lastReplyAt = startedAt;
  const onReply = (): void => {
    lastReplyAt = clock();
  };
  const report = (): void => {
    const { inFlight, concurrencyLimit } = client.getStatistics();
    const now = clock();
    const times = { elapsedMs: now - startedAt, silentMs: now - lastReplyAt };
    const total = run.samples.size;
    options.onProgress?.(describeProgress({ tally, total, resumed, inFlight, concurrencyLimit, ...times }));
  };

  let timer: NodeJS.Timeout | undefined;
  let scorer: Scorer | undefined;
  try {
    for (const judge of panel.judges) {
      await readScores(folder, { samples: run.samples, label: judge.grader.label, tally: judge.tally });
    }
    scorer = await createScorer({ folder, problems, task, judges: panel.judges, mode: 'append' });
    await scoreLeftovers({ run, panel, scorer, stop: options.stop });
    timer = setInterval(report, progressMs);
    await generateAll({
      options,
      run,
      scorer,
      panel,
      guard,
      setAside,
      problems,
      render,
      seed,
      onReply,
      configurationDigest: digest(configuration),
    });
    await scorer.close(options.abort);
    report();
    const summary = buildSummary({
      task,
      benchmark,
      protocol,
      model: client.model,
      grader: grader.label,
      problems,
      samples: run.samples,
      tally,
      graders: panel.judges.map((judge) => ({ label: judge.grader.label, tally: judge.tally })),
      prices: options.prices,
      setAside: setAside.count(run.samples),
      calls: sumCalls([...run.sessions.slice(0, -1).map(({ calls }) => calls), describeCalls(client.getStatistics())]),
      wallMs: clock() - startedAt + sumEarlierSessions(run),
    });
    const status = summary.isComplete ? 'finished' : 'interrupted';
    await run.writeSummary(summary);
    await run.close(status, client.getStatistics().requests === 0 ? {} : { model: client.getFingerprint() });
    const budgetReached = summary.isComplete ? undefined : guard.describeReached();
    return { status, summary, resumed, ...(budgetReached === undefined ? {} : { budgetReached }) };
  } catch (error) {
    // The first error is the one to tell: a disk that is full refuses these as well.
    await scorer?.close(options.abort).catch(() => undefined);
    await run.close('failed').catch(() => undefined);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Makes tallies and journal agree after a kill: a score whose sample never reached the journal is forgotten, and a
 * sample that reached the journal without a score of some grader is judged by it now. A grader that the run did not
 * have before judges everything so.
 */
async function scoreLeftovers({
  run,
  panel,
  scorer,
  stop,
}: {
  readonly run: Run;
  readonly panel: Panel;
  readonly scorer: Scorer;
  readonly stop: AbortSignal | undefined;
}): Promise<void> {
  const { samples } = run;
  const { judges } = panel;
  // One bit for each judge that still has to see the sample.
  const missing = new Uint32Array(samples.size);
  let leftovers = 0;
  for (const [number, { tally }] of judges.entries()) {
    for (let sample = 0; sample < samples.size; sample++) {
      const state = samples.getState(sample);
      if (state === 'pending') tally.clear(sample);
      else if (needsJudging({ state, outcome: tally.getOutcome(sample) })) {
        missing[sample] = (missing[sample] as number) | (1 << number);
        leftovers++;
      }
    }
  }
  if (leftovers === 0) return;
  for await (const record of readJournal(run.folder)) {
    if (stop?.aborted === true) return;
    const sample = samples.find(record.id, record.epoch);
    if (sample === undefined || missing[sample] === 0) continue;
    const isLatest = (samples.getState(sample) === 'failed') === (record.error !== undefined);
    if (!isLatest) continue;
    const bits = missing[sample] as number;
    await scorer.push(record, sample, listJudges(judges, bits));
  }
}

function listJudges(judges: readonly Judge[], bits: number): readonly Judge[] {
  return judges.filter((_, number) => (bits & (1 << number)) !== 0);
}

interface GenerateAllInput {
  readonly options: EvaluateOptions;
  readonly run: Run;
  readonly scorer: Scorer;
  readonly panel: Panel;
  readonly guard: BudgetGuard;
  readonly setAside: SetAside;
  readonly problems: readonly Problem[];
  readonly render: RenderPrompt;
  readonly seed: number;
  readonly configurationDigest: string;
  readonly onReply: () => void;
}

/** As many loops as requests may be in flight, all taking the next pending sample from one list. */
async function generateAll(input: GenerateAllInput): Promise<void> {
  const { options, run, guard } = input;
  const { tally } = input.panel.headline;
  const stopAsking = new AbortController();
  const giveUp = new AbortController();
  const signal = options.abort === undefined ? giveUp.signal : AbortSignal.any([options.abort, giveUp.signal]);
  const pending = listPending(run);
  const firstErrors = new FirstErrors(run.samples.count('finished') > 0);
  let failure: { readonly error: unknown } | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** After an error of the endpoint the replies in flight are still worth having; after one of the disk they are lost. */
  const fail = (error: unknown): void => {
    if (failure !== undefined) return;
    failure = { error };
    stopAsking.abort();
    if (error instanceof ModelsError) timer = setTimeout(() => giveUp.abort(), graceMs);
    else giveUp.abort();
  };

  const work = async (): Promise<void> => {
    while (options.stop?.aborted !== true && !stopAsking.signal.aborted && !signal.aborted) {
      // What is in flight is finished, and may go a little over the bound.
      if (guard.describeReached() !== undefined) return;
      const next = pending.next();
      if (next.done === true) return;
      const made = await generateOne(input, next.value, signal);
      if (made === undefined) return;
      input.onReply();
      for (const { record, sample } of firstErrors.release({ record: made, sample: next.value })) {
        await run.append(record);
        input.setAside.set(sample, record.error?.code);
        tally.addUsage(record);
        guard.count(record);
        await input.scorer.push(record, sample);
        guard.requireUsage(record);
      }
    }
  };
  const count = Math.min(options.concurrency ?? evalDefaults.concurrency, run.samples.count('pending'));
  await Promise.all(Array.from({ length: count }, () => work().catch(fail)));
  clearTimeout(timer);
  if (failure !== undefined) throw failure.error;
  if (options.stop?.aborted !== true && !signal.aborted) firstErrors.requireSuccess();
}

interface SampleRecord {
  readonly record: JournalRecord;
  readonly sample: number;
}

/**
 * Holds the errors back until a sample has succeeded. If none does, the cause is not the samples: they stay pending, and
 * the same command asks them again once it is mended.
 */
class FirstErrors {
  #held: SampleRecord[] | undefined;

  constructor(hasSucceeded: boolean) {
    this.#held = hasSucceeded ? undefined : [];
  }

  /** What may go to the journal now. */
  release(made: SampleRecord): readonly SampleRecord[] {
    if (this.#held === undefined) return [made];
    if (made.record.error === undefined) {
      const released = [...this.#held, made];
      this.#held = undefined;
      return released;
    }
    this.#held.push(made);
    if (this.#held.length >= maxErrorsAtStart) this.requireSuccess();
    return [];
  }

  requireSuccess(): void {
    const last = this.#held?.at(-1);
    if (last !== undefined) throw onlyErrorsError(last.record, this.#held?.length ?? 0);
  }
}

function* listPending({ samples }: Run): Generator<number, undefined> {
  for (let sample = 0; sample < samples.size; sample++) {
    if (samples.getState(sample) === 'pending') yield sample;
  }
  return undefined;
}

/** @returns undefined where the sample was given up because the run ends; it stays pending */
function generateOne(
  { options, run, problems, render, seed, configurationDigest }: GenerateAllInput,
  sample: number,
  signal: AbortSignal,
): Promise<JournalRecord | undefined> {
  const { protocol } = options.protocol;
  const id = run.samples.getId(sample);
  const epoch = run.samples.getEpoch(sample);
  const position = sample % problems.length;
  const requestSeed = deriveSeed({ seed, configuration: configurationDigest, id, epoch });
  const request: GenerateRequest = {
    prompt: render(problems[position] as Problem, position),
    sampling: { ...protocol.sampling, seed: requestSeed },
    key: { id, epoch },
  };
  return options.client.generate(request, { signal }).then(
    (response) => toRecord({ id, epoch, seed: requestSeed, response }),
    (error: unknown) => {
      if (signal.aborted) return undefined;
      if (!(error instanceof ModelsError) || error.errorClass === 'fatal') throw error;
      const { code, message } = error;
      return { id, epoch, reply: '', finishReason: 'unknown', seed: requestSeed, error: { code, message } };
    },
  );
}

function toRecord({
  id,
  epoch,
  seed,
  response,
}: {
  readonly id: string;
  readonly epoch: number;
  readonly seed: number;
  readonly response: GenerateResponse;
}): JournalRecord {
  const choice = response.choices[0];
  return {
    id,
    epoch,
    reply: choice?.text ?? '',
    reasoning: choice?.reasoning,
    finishReason: choice?.finishReason ?? 'unknown',
    usage: response.usage,
    latencyMs: Math.round(response.latencyMs),
    attempts: response.attempts,
    endpoint: response.endpoint,
    seed,
  };
}

/** Time of the earlier sessions; one that was killed counts up to when it last said that it was alive. */
function sumEarlierSessions(run: Run): number {
  const durations = run.sessions
    .slice(0, -1)
    .map(
      ({ startedAt, lastSeenAt, endedAt }) => Date.parse(endedAt ?? lastSeenAt ?? startedAt) - Date.parse(startedAt),
    );
  // A clock that was set back in between must not take time away.
  return durations.reduce((sum, duration) => sum + Math.max(0, duration), 0);
}

function onlyErrorsError(record: JournalRecord, count: number): EvaluationError {
  return new EvaluationError({
    code: 'ONLY_ERRORS',
    what: count === 1 ? 'The sample ended in an error.' : `The first ${count} samples all ended in an error.`,
    why: `The last one: ${record.error?.message}`,
    next: 'Correct the cause and run the same command again: these samples are asked anew.',
    fields: { errorCode: record.error?.code, count },
  });
}
