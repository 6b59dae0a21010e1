import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '@scalequest/datasets';
import { type JournalRecord, readJournal, readRecords, readRunDescription, runFiles } from '@scalequest/runs';
import { type ReadRun, readRun, type SummaryHead } from '../comparison/read-run.ts';
import { type Outcome, outcomes, type Score, scoreSchema } from '../outcomes/outcome.ts';
import { getScoresPath } from '../pipeline/scorer.ts';
import { computeClusteredInterval } from '../statistics/clustered.ts';
import type { Interval } from '../statistics/wilson.ts';

/** One sample as one grader judged it. What is not known is null. */
export interface ExportRow {
  readonly benchmark: string;
  readonly model: string;
  readonly grader: string;
  readonly id: string;
  readonly epoch: number;
  readonly outcome: Outcome;
  /** 1 for `correct`, 0 for all others. */
  readonly score: number;
  readonly verdict: string | null;
  readonly rule: string | null;
  /** Why the verdict is undecided, or the code of the error. */
  readonly reason: string | null;
  /** How long the judging took, in milliseconds. */
  readonly gradingMs: number | null;
  readonly finishReason: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly latencyMs: number | null;
  readonly seed: number | null;
  /** Only where texts are asked for. */
  readonly problem?: string | null;
  readonly reference?: string | null;
  readonly reply?: string | null;
  readonly answer?: string | null;
}

/** What one grader made of the run. */
export interface ExportGrader {
  readonly grader: string;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** What the accuracy is a share of: all samples of the run, or of a grader that judged a part those it judged. */
  readonly samples: number;
  readonly accuracy: number;
  /** 95 %, with the problem as the unit. */
  readonly interval: Interval;
  /** Fewer than `samples` where the run is not finished. */
  readonly rows: readonly ExportRow[];
}

/** A run with the samples that its summary counts, ready to be written in another format. */
export interface RunExport {
  readonly head: SummaryHead;
  /** ISO 8601 in UTC, of the first session. */
  readonly startedAt: string;
  /** Whether the rows have the texts of problems, references, replies and answers. */
  readonly hasTexts: boolean;
  /** The grader of the headline first, then by name; the source's own labels among them. */
  readonly graders: readonly ExportGrader[];
}

/**
 * Reads a run for export: one row a sample and grader, by id and epoch. The rows hold no text of problems, replies or
 * answers unless the problems are given.
 *
 * @param problems - of the run, where its texts are wanted
 * @throws EvaluationError `NOT_A_RUN`, `UNKNOWN_GRADER` (the headline's scores are gone), `RUNS_NOT_COMPARABLE` (which
 *   problems the summary counts cannot be told); RunsError
 */
export async function readExport(folder: string, problems?: readonly Problem[]): Promise<RunExport> {
  const { head, judged, problems: counted } = await readRun(folder);
  const names = (await readdir(join(folder, runFiles.scores)))
    .filter((name) => name.endsWith('.jsonl') && !name.startsWith('.'))
    .map((name) => name.slice(0, -'.jsonl'.length));
  const others = names.filter((name) => name !== head.grader).sort();
  const hasTexts = problems !== undefined;
  const input = {
    head,
    records: await readSampleRecords(folder, { head, hasTexts }),
    byId: problems === undefined ? undefined : new Map(problems.map((problem) => [problem.id, problem])),
  };
  const graders: ExportGrader[] = [];
  for (const grader of [head.grader, ...others]) {
    const rows = await readRows(folder, { ...input, grader, counted });
    graders.push({ grader, rows, ...summarise(rows, { head, judged }) });
  }
  const description = await readRunDescription(folder);
  return { head, startedAt: description?.sessions[0]?.startedAt ?? '1970-01-01T00:00:00Z', hasTexts, graders };
}

type SampleRecord = Pick<JournalRecord, 'finishReason' | 'usage' | 'latencyMs' | 'seed' | 'error'> & {
  readonly reply?: string;
};

function nameSample({ id, epoch }: { readonly id: string; readonly epoch: number }): string {
  return `${epoch} ${id}`;
}

/** Of several lines for a sample the last counts: an error that was put right has two. */
async function readSampleRecords(
  folder: string,
  { head, hasTexts }: { readonly head: SummaryHead; readonly hasTexts: boolean },
): Promise<ReadonlyMap<string, SampleRecord>> {
  const records = new Map<string, SampleRecord>();
  for await (const record of readJournal(folder)) {
    if (record.epoch >= head.epochs) continue;
    const { finishReason, usage, latencyMs, seed, error, reply } = record;
    records.set(nameSample(record), { finishReason, usage, latencyMs, seed, error, ...(hasTexts ? { reply } : {}) });
  }
  return records;
}

interface ReadRowsInput {
  readonly head: SummaryHead;
  readonly grader: string;
  readonly records: ReadonlyMap<string, SampleRecord>;
  readonly byId: ReadonlyMap<string, Problem> | undefined;
  /** The samples that the summary counts. */
  readonly counted: ReadRun['problems'];
}

async function readRows(folder: string, { counted, records, ...input }: ReadRowsInput): Promise<readonly ExportRow[]> {
  const rows = new Map<string, ExportRow>();
  for await (const score of readRecords(getScoresPath(folder, input.grader), scoreSchema)) {
    if (counted.get(score.id)?.has(score.epoch) !== true) continue;
    const name = nameSample(score);
    rows.set(name, makeRow({ ...input, score, record: records.get(name) }));
  }
  return [...rows.values()].sort((a, b) => compareIds(a.id, b.id) || a.epoch - b.epoch);
}

const { compare: compareIds } = new Intl.Collator('en', { numeric: true });

interface RowInput {
  readonly head: SummaryHead;
  readonly grader: string;
  readonly score: Score;
  readonly record: SampleRecord | undefined;
  readonly byId: ReadonlyMap<string, Problem> | undefined;
}

function makeRow({ head, grader, score, record, byId }: RowInput): ExportRow {
  const problem = byId?.get(score.id);
  return {
    benchmark: head.benchmark,
    model: head.model,
    grader,
    id: score.id,
    epoch: score.epoch,
    outcome: score.outcome,
    score: score.outcome === 'correct' ? 1 : 0,
    verdict: score.verdict ?? null,
    rule: score.rule ?? null,
    reason: score.reason ?? record?.error?.code ?? null,
    gradingMs: score.ms ?? null,
    finishReason: record?.finishReason ?? null,
    promptTokens: record?.usage?.promptTokens ?? null,
    completionTokens: record?.usage?.completionTokens ?? null,
    latencyMs: record?.latencyMs ?? null,
    seed: record?.seed ?? null,
    ...(byId === undefined
      ? {}
      : {
          problem: problem?.problem ?? null,
          reference: problem?.reference ?? null,
          reply: record?.reply ?? null,
          answer: score.answer ?? null,
        }),
  };
}

/** Of the whole run where the grader judged what the headline's did, as the summary counts it; else of what it judged. */
function summarise(
  rows: readonly ExportRow[],
  { head, judged }: Pick<ReadRun, 'head' | 'judged'>,
): Omit<ExportGrader, 'grader' | 'rows'> {
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const byProblem = new Map<string, { correct: number; rows: number }>();
  for (const { id, outcome, score } of rows) {
    counts[outcome]++;
    const ofProblem = byProblem.get(id) ?? { correct: 0, rows: 0 };
    byProblem.set(id, { correct: ofProblem.correct + score, rows: ofProblem.rows + 1 });
  }
  const isWhole = rows.length === judged;
  const problems = [...byProblem.values()];
  const samples = isWhole ? head.samples : rows.length;
  const epochs = isWhole ? head.epochs : problems.reduce((most, one) => Math.max(most, one.rows), 1);
  const correct = problems.map((one) => (isWhole ? one.correct : (one.correct / one.rows) * epochs));
  // A problem that was not asked has no correct sample.
  while (isWhole && correct.length < head.problems) correct.push(0);
  return {
    outcomes: counts,
    samples,
    accuracy: samples === 0 ? 0 : counts.correct / samples,
    interval: computeClusteredInterval(correct, epochs),
  };
}
