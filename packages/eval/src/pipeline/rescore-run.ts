import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathExists, readJsonLines, writeFileAtomic } from '@scalequest/core';
import type { LoadedBenchmark } from '@scalequest/datasets';
import {
  acquireRunLock,
  type JournalRecord,
  readJournal,
  removeLeftovers,
  runFiles,
  type SampleTable,
} from '@scalequest/runs';
import type { Task } from '../benchmarks/task.ts';
import { countAgreement, encodeLabel, type LabelCodes } from '../outcomes/label-agreement.ts';
import { scoreSchema } from '../outcomes/outcome.ts';
import { buildSummary, type Summary } from '../outcomes/summary.ts';
import { createTally, type Tally } from '../outcomes/tally.ts';
import { needsJudging } from './needs-judging.ts';
import { describeProgress, type Progress } from './progress.ts';
import { listRecordedSamples, type RecordedRun } from './recorded-run.ts';
import { createScorer, type GraderOptions, getScoresPath, readScores, type Scorer, seatJudges } from './scorer.ts';
import { sourceLabelGrader } from './source-label.ts';

export interface RescoreRunOptions extends GraderOptions {
  readonly run: RecordedRun;
  readonly task: Task;
  readonly benchmark: LoadedBenchmark;
  /** End early and leave the run as it was. */
  readonly stop?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Milliseconds that never run backwards. @defaultValue performance.now */
  readonly clock?: () => number;
}

export interface RescoreResult {
  readonly status: 'finished' | 'interrupted';
  readonly summary: Summary;
  /** How many replies and errors were judged. */
  readonly judged: number;
  /**
   * Graders whose scores stay in the folder and are not in the summary: they have not judged every reply that is there
   * now.
   */
  readonly leftOut: readonly string[];
}

/**
 * Judges the replies of a run again, without a model. The scores of these graders, in these versions, are replaced when
 * all are made; those of others stay, and the new summary shows all that have judged every reply.
 *
 * @throws EvaluationError `OTHER_PROBLEMS`; RunsError `RUN_LOCKED`, `JOURNAL_CORRUPT`
 */
export async function rescoreRun(options: RescoreRunOptions): Promise<RescoreResult> {
  const { run, task, benchmark, clock = () => performance.now() } = options;
  const { folder } = run;
  const startedAt = clock();
  const { problems, samples } = await listRecordedSamples(run, benchmark);
  const panel = seatJudges(options, { samples: samples.size, keepsAnswers: samples.epochs > 1 });
  const release = await acquireRunLock(folder);
  const makeTemporary = (label: string): string => join(folder, runFiles.scores, `.${label}.jsonl.tmp`);
  const labels = panel.judges.map(({ grader }) => grader.label);
  const { judges } = panel;
  const report = (): void => {
    const counts = { total: samples.size, resumed: 0, inFlight: 0, concurrencyLimit: 0 };
    const elapsedMs = clock() - startedAt;
    options.onProgress?.(describeProgress({ tally: panel.headline.tally, ...counts, elapsedMs, silentMs: 0 }));
  };
  const timer = setInterval(report, 250);
  try {
    await removeLeftovers(folder);
    const scorer = await createScorer({ folder, problems, task, judges, mode: 'replace', getPath: makeTemporary });
    const others = await readOthers(options, { labels, samples });
    const own = judges.map(({ grader, tally }) => ({ label: grader.label, tally }));
    const judged = await judgeJournal({ run, samples, scorer, graders: [...own, ...others], stop: options.stop });
    report();
    const whole = others.filter(({ tally }) => hasJudgedAll(tally, samples));
    const leftOut = others.filter((one) => !whole.includes(one)).map(({ label }) => label);
    const graders = [...own, ...whole];
    // The panel's own headline is the one that keeps answers for the votes where the wanted one is not there.
    const headline = graders.find(({ label }) => label === options.headline) ?? own[0];
    if (headline === undefined) throw new TypeError('A run needs at least one grader.');
    const summary = buildSummary({
      task,
      benchmark,
      protocol: run.protocol,
      replies: run.kind === 'score' ? 'recorded' : 'asked',
      model: run.model,
      grader: headline.label,
      problems,
      samples,
      tally: headline.tally,
      graders,
      labels: countAgreement(await readLabels(folder, samples), headline.tally),
      prices: run.summary.prices,
      setAside: run.summary.setAside,
      calls: run.summary.calls,
      wallMs: run.summary.wallMs ?? 0,
    });
    if (options.stop?.aborted === true) return { status: 'interrupted', summary, judged, leftOut };
    for (const label of labels) await rename(makeTemporary(label), getScoresPath(folder, label));
    await writeFileAtomic(join(folder, runFiles.summary), `${JSON.stringify(summary, null, 2)}\n`);
    return { status: 'finished', summary, judged, leftOut };
  } finally {
    clearInterval(timer);
    await Promise.all(labels.map((label) => rm(makeTemporary(label), { force: true })));
    await release();
  }
}

/** Those that judged the run before and are not asked now. One of them may make the headline still. */
async function readOthers(
  { run, headline }: RescoreRunOptions,
  { labels, samples }: { readonly labels: readonly string[]; readonly samples: SampleTable },
): Promise<readonly LabelledTally[]> {
  const others: LabelledTally[] = [];
  for (const label of run.graders.filter((one) => !labels.includes(one))) {
    const tally = createTally(samples.size, { keepsAnswers: label === headline && samples.epochs > 1 });
    await readScores(run.folder, { samples, label, tally });
    others.push({ label, tally });
  }
  return others;
}

/** Says whether a grader has judged all of the journal, whose states the table has; forgets what is not in it. */
function hasJudgedAll(tally: Tally, samples: SampleTable): boolean {
  for (let sample = 0; sample < samples.size; sample++) {
    const state = samples.getState(sample);
    if (state === 'pending') tally.clear(sample);
    else if (needsJudging({ state, outcome: tally.getOutcome(sample) })) return false;
  }
  return true;
}

interface LabelledTally {
  readonly label: string;
  readonly tally: Tally;
}

interface JudgeJournalInput {
  readonly run: RecordedRun;
  readonly samples: SampleTable;
  readonly scorer: Scorer;
  /** Everyone's, of whom one makes the headline: what the journal says of tokens and rewards goes to all. */
  readonly graders: readonly LabelledTally[];
  readonly stop: AbortSignal | undefined;
}

/** Judges, and marks what the journal holds. An error that was put right stands in it too, and its last line counts. */
async function judgeJournal({ run, samples, scorer, graders, stop }: JudgeJournalInput): Promise<number> {
  const errors = new Map<number, JournalRecord>();
  let judged = 0;
  const push = async (record: JournalRecord, sample: number): Promise<void> => {
    judged++;
    await scorer.push(record, sample);
  };
  try {
    for await (const record of readJournal(run.folder)) {
      if (stop?.aborted === true) break;
      const sample = samples.find(record.id, record.epoch);
      if (sample === undefined) continue;
      samples.setState(sample, record.error === undefined ? 'finished' : 'failed');
      for (const { tally } of graders) {
        tally.addUsage(record);
        if (record.score !== undefined && record.error === undefined) tally.setReplyScore(sample, record.score);
      }
      if (record.error === undefined) {
        errors.delete(sample);
        await push(record, sample);
      } else errors.set(sample, record);
    }
    for (const [sample, record] of errors) await push(record, sample);
  } finally {
    await scorer.close(stop);
  }
  return judged;
}

async function readLabels(folder: string, samples: SampleTable): Promise<LabelCodes> {
  const codes = new Uint8Array(samples.size);
  const path = getScoresPath(folder, sourceLabelGrader);
  if (!(await pathExists(path))) return codes;
  for await (const { value } of readJsonLines(path, { onBadLine: () => undefined })) {
    const score = scoreSchema.safeParse(value).data;
    const sample = score === undefined ? undefined : samples.find(score.id, score.epoch);
    // Of a sample that failed a log has no verdict, and says so.
    if (score === undefined || sample === undefined || score.outcome === 'error') continue;
    codes[sample] = encodeLabel(score.outcome === 'correct');
  }
  return codes;
}
