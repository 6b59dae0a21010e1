import { createJsonLinesWriter, type JsonLinesWriter } from '@scalequest/core';
import type { LoadedBenchmark, Problem } from '@scalequest/datasets';
import type { RecordedReply } from '@scalequest/datasets/replies';
import { openRun, type Run } from '@scalequest/runs';
import type { Task } from '../benchmarks/task.ts';
import { EvaluationError } from '../errors.ts';
import { countAgreement, encodeLabel } from '../outcomes/label-agreement.ts';
import type { Score } from '../outcomes/outcome.ts';
import { buildSummary, type LabelAgreement, type Summary } from '../outcomes/summary.ts';
import type { ResolvedProtocol } from '../protocols/protocol.ts';
import { describeProgress, type Progress } from './progress.ts';
import { createScorer, type GraderOptions, getScoresPath, type Panel, seatJudges } from './scorer.ts';
import { sourceLabelGrader } from './source-label.ts';

export interface ScoreRepliesOptions extends GraderOptions {
  readonly task: Task;
  readonly benchmark: LoadedBenchmark;
  /** How the replies were asked, where somebody knows. @defaultValue not known */
  readonly protocol?: Pick<ResolvedProtocol, 'label' | 'sha256'> & Partial<Pick<ResolvedProtocol, 'protocol'>>;
  /** How the result calls the model. */
  readonly model: string;
  /** Opens the recorded replies from their beginning; called twice, once to count and once to score. */
  readonly openReplies: () => AsyncIterable<RecordedReply>;
  /** Which samples have a reply, where it is known: the replies are then opened once. */
  readonly answered?: readonly Pick<RecordedReply, 'id' | 'epoch'>[] | undefined;
  /** SHA-256 of the reply file: part of the run's identity. */
  readonly repliesSha256: string;
  /** The format that the file is read in: part of the identity too, since another one reads other replies from it. */
  readonly format: string;
  readonly folder: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** End after the replies that are read, and leave a folder that can be resumed. */
  readonly stop?: AbortSignal;
  /** Give up the verdicts that are not there yet as well. */
  readonly abort?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Milliseconds that never run backwards. @defaultValue performance.now */
  readonly clock?: () => number;
}

/**
 * Judges recorded replies, without a model, into a run folder. The problems of the run are those that have a reply;
 * one that has fewer epochs than the others gets an `error` for each that is missing, so that every sample has an
 * outcome and none is left out of the count.
 *
 * @throws EvaluationError `NO_REPLIES`; what `openReplies` and the run folder throw
 */
export async function scoreReplies(options: ScoreRepliesOptions): Promise<Summary> {
  const { task, benchmark, folder, clock = () => performance.now() } = options;
  const startedAt = clock();
  const protocol =
    options.protocol === undefined ? null : { label: options.protocol.label, sha256: options.protocol.sha256 };
  const { problems, epochs } = await listAnswered(options);
  const panel = seatJudges(options, { samples: problems.length * epochs, keepsAnswers: epochs > 1 });
  const { grader, tally } = panel.headline;
  const run = await openRun({
    folder,
    kind: 'score',
    identity: {
      benchmark: benchmark.name,
      rowsSha256: benchmark.rowsSha256,
      goldFixes: benchmark.appliedFixes,
      repliesSha256: options.repliesSha256,
      format: options.format,
      model: { model: options.model },
    },
    details: {
      benchmark: { name: task.name, count: benchmark.count, source: benchmark.source },
      protocol: protocol === null ? null : { ...protocol, text: options.protocol?.protocol },
      ...options.details,
    },
    ids: problems.map(({ id }) => id),
    epochs,
  });
  try {
    const labels = await scoreAll({ options, run, problems, panel, startedAt });
    const summary = buildSummary({
      task,
      benchmark,
      protocol,
      replies: 'recorded',
      model: options.model,
      grader: grader.label,
      problems,
      samples: run.samples,
      tally,
      graders: panel.judges.map((judge) => ({ label: judge.grader.label, tally: judge.tally })),
      labels,
      wallMs: clock() - startedAt,
    });
    await run.writeSummary(summary);
    await run.close(summary.isComplete ? 'finished' : 'interrupted');
    return summary;
  } catch (error) {
    await run.close('failed').catch(() => undefined);
    throw error;
  }
}

async function listAnswered(
  options: ScoreRepliesOptions,
): Promise<{ readonly problems: readonly Problem[]; readonly epochs: number }> {
  const answered = new Set<string>();
  let epochs = 0;
  for await (const { id, epoch } of options.answered ?? options.openReplies()) {
    answered.add(id);
    epochs = Math.max(epochs, epoch + 1);
  }
  if (answered.size === 0) {
    throw new EvaluationError({
      code: 'NO_REPLIES',
      kind: 'request',
      what: 'The reply file holds no reply.',
      next: 'Give a file with at least one line {"id": "...", "reply": "..."}.',
    });
  }
  return { problems: options.benchmark.problems.filter(({ id }) => answered.has(id)), epochs };
}

interface ScoreAllInput {
  readonly options: ScoreRepliesOptions;
  readonly run: Run;
  readonly problems: readonly Problem[];
  readonly panel: Panel;
  readonly startedAt: number;
}

async function scoreAll({
  options,
  run,
  problems,
  panel,
  startedAt,
}: ScoreAllInput): Promise<LabelAgreement | undefined> {
  const { folder, clock = () => performance.now() } = options;
  const { tally } = panel.headline;
  const labelCodes = new Uint8Array(run.samples.size);
  const isRecorded = new Uint8Array(run.samples.size);
  const labels = createLabelWriter(folder);
  const scorer = await createScorer({ folder, problems, task: options.task, judges: panel.judges, mode: 'replace' });
  const report = (): void => {
    const counts = { total: run.samples.size, resumed: 0, inFlight: 0, concurrencyLimit: 0 };
    options.onProgress?.(describeProgress({ tally, ...counts, elapsedMs: clock() - startedAt, silentMs: 0 }));
  };
  const timer = setInterval(report, 250);
  try {
    for await (const recorded of options.openReplies()) {
      if (options.stop?.aborted === true) break;
      const { id, epoch, reply, finishReason = 'unknown', label, score, error, usage, latencyMs } = recorded;
      const sample = run.samples.find(id, epoch);
      if (sample === undefined) continue;
      const record = {
        id,
        epoch,
        reply,
        finishReason,
        ...(usage === undefined ? {} : { usage }),
        ...(latencyMs === undefined ? {} : { latencyMs }),
        ...(score === undefined ? {} : { score }),
        ...(error === undefined ? {} : { error }),
      };
      tally.addUsage(record);
      if (score !== undefined && error === undefined) tally.setReplyScore(sample, score);
      isRecorded[sample] = 1;
      if (run.samples.getState(sample) === 'pending') await run.append(record);
      if (label !== undefined) labelCodes[sample] = encodeLabel(label);
      for (const [name, outcome] of Object.entries(recorded.labels ?? nameLabel(label))) {
        await labels.append(name, { id, epoch, outcome });
      }
      await scorer.push(record, sample);
    }
    for (let sample = 0; sample < run.samples.size && options.stop?.aborted !== true; sample++) {
      if (isRecorded[sample] === 1) continue;
      const record = {
        id: run.samples.getId(sample),
        epoch: run.samples.getEpoch(sample),
        reply: '',
        finishReason: 'unknown' as const,
        error: { code: 'NO_RECORDED_REPLY', message: 'The reply file has fewer replies to this problem.' },
      };
      if (run.samples.getState(sample) === 'pending') await run.append(record);
      await scorer.push(record, sample);
    }
  } finally {
    clearInterval(timer);
    await scorer.close(options.abort);
    await labels.close();
  }
  report();
  return countAgreement(labelCodes, tally);
}

function nameLabel(label: boolean | undefined): NonNullable<RecordedReply['labels']> {
  return label === undefined ? {} : { [sourceLabelGrader]: label ? 'correct' : 'wrong' };
}

interface LabelWriter {
  readonly append: (grader: string, score: Pick<Score, 'id' | 'epoch' | 'outcome'>) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a file at the first label of its grader: replies without labels leave no empty file behind. */
function createLabelWriter(folder: string): LabelWriter {
  const writers = new Map<string, Promise<JsonLinesWriter>>();
  return {
    append: async (grader, score) => {
      const writer =
        writers.get(grader) ?? createJsonLinesWriter(getScoresPath(folder, grader), { mode: 'replace', sync: false });
      writers.set(grader, writer);
      await (await writer).append(score);
    },
    close: async () => {
      for (const writer of writers.values()) await (await writer).close();
    },
  };
}
