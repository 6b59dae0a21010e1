import { deriveSeed, digest } from '@scalequest/core';
import type { LoadedBenchmark, Problem } from '@scalequest/datasets';
import { type GenerateResponse, type ModelClient, ModelsError } from '@scalequest/models';
import { type JournalRecord, openRun, type Run, readJournal } from '@scalequest/runs';
import type { Task } from '../benchmarks/task.ts';
import { EvaluationError } from '../errors.ts';
import { buildSummary, type Summary } from '../outcomes/summary.ts';
import { createTally, type Tally } from '../outcomes/tally.ts';
import { type ResolvedProtocol, renderPrompt } from '../protocols/protocol.ts';
import { describeProgress, type Progress } from './progress.ts';
import { createScorer, oursGrader, type ReplyVerifier, readScores, type Scorer } from './scorer.ts';

export interface EvaluateOptions {
  readonly task: Task;
  readonly benchmark: LoadedBenchmark;
  /** Ask only the first problems. @defaultValue all */
  readonly limit?: number;
  readonly protocol: ResolvedProtocol;
  readonly client: ModelClient;
  /** What names the model in the run's identity. Endpoints are not part of it: a run may move to other servers. */
  readonly modelIdentity: Readonly<Record<string, unknown>>;
  readonly verifier: ReplyVerifier;
  readonly folder: string;
  /** @defaultValue 0 */
  readonly seed?: number;
  /** Samples of each problem. @defaultValue 1 */
  readonly epochs?: number;
  /** Requests that this run may have in flight. @defaultValue 64 */
  readonly concurrency?: number;
  /** Ask again for samples that ended in an error. @defaultValue false */
  readonly retryErrors?: boolean;
  /** Goes into run.json: versions and the like. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Ask nothing new, finish what is in flight, and leave a run that can be resumed. */
  readonly stop?: AbortSignal;
  /** Give up what is in flight as well. */
  readonly abort?: AbortSignal;
  /** Called at most four times a second, and once at the end. */
  readonly onProgress?: (progress: Progress) => void;
  /** @defaultValue Date.now */
  readonly clock?: () => number;
}

export interface EvaluateResult {
  readonly status: 'finished' | 'interrupted';
  readonly summary: Summary;
  /** Samples that earlier sessions had finished. */
  readonly resumed: number;
}

/** Samples in a row that may end in errors before any has succeeded: from then on the endpoint is at fault. */
const maxErrorsAtStart = 32;

const progressMs = 250;

/**
 * Runs a benchmark: generate, journal and score, each overlapping the others. Memory does not grow with the number of
 * samples beyond a few bytes each. Run again on the same folder, it asks only what the journal lacks.
 *
 * @throws ModelsError when the endpoint cannot be used; RunsError or CoreError when the folder cannot. The folder stays
 * resumable.
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluateResult> {
  const { task, benchmark, protocol, client, folder, seed = 0, epochs = 1, clock = Date.now } = options;
  const problems = options.limit === undefined ? benchmark.problems : benchmark.problems.slice(0, options.limit);
  const configuration = {
    benchmark: benchmark.name,
    rowsSha256: benchmark.rowsSha256,
    goldFixes: benchmark.appliedFixes,
    protocol: protocol.protocol,
    model: options.modelIdentity,
  };
  const startedAt = clock();
  const tally = createTally(problems.length * epochs);
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
    onRecord: (record) => tally.addUsage(record),
  });
  const resumed = run.samples.size - run.samples.count('pending');
  const report = (): void => {
    const { inFlight, concurrencyLimit } = client.getStatistics();
    const elapsedMs = clock() - startedAt;
    const total = run.samples.size;
    options.onProgress?.(describeProgress({ tally, total, resumed, inFlight, concurrencyLimit, elapsedMs }));
  };

  let timer: NodeJS.Timeout | undefined;
  let scorer: Scorer | undefined;
  try {
    await readScores(folder, { samples: run.samples, tally });
    scorer = await createScorer({ folder, problems, verifier: options.verifier, tally, mode: 'append' });
    await scoreLeftovers({ run, tally, scorer });
    timer = setInterval(report, progressMs);
    await generateAll({ options, run, scorer, tally, problems, seed, configurationDigest: digest(configuration) });
    await scorer.close();
    report();
    const summary = buildSummary({
      task,
      benchmark,
      protocol,
      model: client.model,
      grader: oursGrader,
      problems,
      samples: run.samples,
      tally,
      wallMs: clock() - startedAt + sumEarlierSessions(run),
    });
    const status = summary.isComplete ? 'finished' : 'interrupted';
    await run.writeSummary(summary);
    await run.close(status, client.getStatistics().requests === 0 ? {} : { model: client.getFingerprint() });
    return { status, summary, resumed };
  } catch (error) {
    // The first error is the one to tell: a disk that is full refuses these as well.
    await scorer?.close().catch(() => undefined);
    await run.close('failed').catch(() => undefined);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Makes tally and journal agree after a kill: a score whose sample never reached the journal is forgotten, and a sample
 * that reached the journal without a score is judged now.
 */
async function scoreLeftovers({
  run,
  tally,
  scorer,
}: {
  readonly run: Run;
  readonly tally: Tally;
  readonly scorer: Scorer;
}): Promise<void> {
  const { samples } = run;
  const needsScore = new Uint8Array(samples.size);
  let leftovers = 0;
  for (let sample = 0; sample < samples.size; sample++) {
    const state = samples.getState(sample);
    const outcome = tally.getOutcome(sample);
    if (state === 'pending') tally.clear(sample);
    // An error that was put right since keeps its old score until its reply is judged.
    else if (outcome === undefined || (outcome === 'error' && state === 'finished')) {
      needsScore[sample] = 1;
      leftovers++;
    }
  }
  if (leftovers === 0) return;
  for await (const record of readJournal(run.folder)) {
    const sample = samples.find(record.id, record.epoch);
    if (sample === undefined || needsScore[sample] === 0) continue;
    const isLatest = (samples.getState(sample) === 'failed') === (record.error !== undefined);
    if (isLatest) await scorer.push(record, sample);
  }
}

interface GenerateAllInput {
  readonly options: EvaluateOptions;
  readonly run: Run;
  readonly scorer: Scorer;
  readonly tally: Tally;
  readonly problems: readonly Problem[];
  readonly seed: number;
  readonly configurationDigest: string;
}

/** As many loops as requests may be in flight, all taking the next pending sample from one list. */
async function generateAll(input: GenerateAllInput): Promise<void> {
  const { options, run } = input;
  const failed = new AbortController();
  const signal = options.abort === undefined ? failed.signal : AbortSignal.any([options.abort, failed.signal]);
  const pending = listPending(run);
  let errorsAtStart: number | undefined = 0;

  const work = async (): Promise<void> => {
    while (options.stop?.aborted !== true && !signal.aborted) {
      const next = pending.next();
      if (next.done === true) return;
      const record = await generateOne({ ...input, sample: next.value, signal });
      if (record === undefined) return;
      await run.append(record);
      input.tally.addUsage(record);
      await input.scorer.push(record, next.value);
      if (record.error === undefined) errorsAtStart = undefined;
      else if (errorsAtStart !== undefined && ++errorsAtStart >= maxErrorsAtStart) throw onlyErrorsError(record);
    }
  };
  const loops = Array.from({ length: Math.min(options.concurrency ?? 64, run.samples.count('pending')) }, async () => {
    try {
      await work();
    } catch (error) {
      failed.abort(error);
    }
  });
  await Promise.all(loops);
  failed.signal.throwIfAborted();
}

function* listPending({ samples }: Run): Generator<number, undefined> {
  for (let sample = 0; sample < samples.size; sample++) {
    if (samples.getState(sample) === 'pending') yield sample;
  }
  return undefined;
}

/** @returns undefined where the sample was given up because the run ends; it stays pending */
async function generateOne({
  options,
  run,
  problems,
  seed,
  configurationDigest,
  sample,
  signal,
}: GenerateAllInput & { readonly sample: number; readonly signal: AbortSignal }): Promise<JournalRecord | undefined> {
  const { protocol } = options.protocol;
  const id = run.samples.getId(sample);
  const epoch = run.samples.getEpoch(sample);
  const problem = problems[sample % problems.length] as Problem;
  const requestSeed = deriveSeed({ seed, configuration: configurationDigest, id, epoch });
  try {
    const response = await options.client.generate(
      {
        prompt: renderPrompt(protocol, problem.problem),
        sampling: { ...protocol.sampling, seed: requestSeed },
        key: { id, epoch },
      },
      { signal },
    );
    return toRecord({ id, epoch, seed: requestSeed, response });
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof ModelsError) || error.errorClass === 'fatal') throw error;
    const { code, message } = error;
    return { id, epoch, reply: '', finishReason: 'unknown', seed: requestSeed, error: { code, message } };
  }
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

function sumEarlierSessions(run: Run): number {
  return run.sessions
    .slice(0, -1)
    .reduce(
      (sum, { startedAt, endedAt }) => sum + (endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(startedAt)),
      0,
    );
}

function onlyErrorsError(record: JournalRecord): EvaluationError {
  return new EvaluationError({
    code: 'ONLY_ERRORS',
    what: `The first ${maxErrorsAtStart} samples all ended in an error.`,
    why: `The last one: ${record.error?.message}`,
    next: 'Correct the cause and run the same command with --retry-errors.',
    fields: { errorCode: record.error?.code },
  });
}
