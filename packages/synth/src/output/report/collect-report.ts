import { formatRowId, type Json, type Row } from '../../engine/row.ts';
import { readSpent } from '../../engine/session.ts';
import type { ContaminationReport } from '../../stages/report-contamination.ts';
import { readContaminations } from '../read-contaminations.ts';
import { isWithheld, planRun, type RejectedRow, type RunPlan, readContaminated, readShards } from '../read-shards.ts';
import { type RunSummary, summarizeRun } from '../summarize-run.ts';
import { classifyTopic } from './classify-topic.ts';
import { type Diversity, measureDiversity } from './measure-diversity.ts';

export interface DropExample {
  readonly id: string;
  readonly question: string | undefined;
  readonly because: string | undefined;
  /** The question that it repeats, where it was dropped for that. */
  readonly repeated?: string | undefined;
}

export interface DropReason {
  readonly stage: string;
  readonly reason: string;
  readonly rows: number;
  readonly examples: readonly DropExample[];
}

export interface TopicRow {
  readonly topic: string;
  readonly rows: number;
  /** Mean; undefined where rows have none. */
  readonly difficulty: number | undefined;
}

/** All that the report page shows. */
export interface RunReport {
  readonly summary: RunSummary;
  /** Rows of the dataset by difficulty, in ten steps from 0 to 1; none where rows have none. */
  readonly difficulty: readonly number[];
  /** By the share of samples that agree with the selected response, likewise. */
  readonly majority: readonly number[];
  readonly topics: readonly TopicRow[];
  /** The field that said the topic; undefined where words of the question did. */
  readonly topicField: string | undefined;
  readonly diversity: Diversity;
  readonly drops: readonly DropReason[];
  /** Contaminated rows by the benchmark whose problem they hold, of the shards that the dataset is made of. */
  readonly contamination: Readonly<Record<string, number>>;
  /** What each decontamination compared with, of the whole run; those of the user's own left out. */
  readonly benchmarks: readonly ContaminationReport[];
  /** What each role has cost by the prices that the run was given; none where none were. */
  readonly spent: Readonly<Record<string, number>>;
}

export interface CollectReportOptions {
  readonly run: string;
  /** Questions that are compared with each other. @defaultValue 2000 */
  readonly sampleQuestions?: number;
  /** Of each reason. @defaultValue 3 */
  readonly examples?: number;
  readonly signal?: AbortSignal;
}

const topicFields = ['subject', 'topic'];

/**
 * Reads a run once and counts what its report shows. In memory are counts, the sample and the examples.
 *
 * @throws SynthError `RECIPE_UNREADABLE`, `MANIFEST_DAMAGED`, `SHARD_DAMAGED`
 */
export async function collectReport({
  run,
  sampleQuestions = 2000,
  examples = 3,
  signal,
}: CollectReportOptions): Promise<RunReport> {
  const plan = await planRun(run);
  const summary = summarizeRun(plan);
  const contaminated = await readContaminated(plan);
  const every = Math.max(1, Math.ceil(summary.acceptedRows / sampleQuestions));
  const difficulty = new Steps();
  const majority = new Steps();
  const topics = new Map<string, { rows: number; sum: number; rated: number }>();
  const sample: { id: string; text: string }[] = [];
  const drops = new Map<string, { stage: string; reason: string; rows: number; examples: Example[] }>();
  const contamination = new Map<string, number>();
  let topicField: string | undefined;
  let place = 0;

  const countRow = (row: Row): void => {
    const { fields } = row;
    const question = typeof fields.question === 'string' ? fields.question : undefined;
    if (typeof fields.difficulty === 'number') difficulty.add(fields.difficulty);
    const share = readShare(fields.selected);
    if (share !== undefined) majority.add(share);
    const field = topicFields.find((name) => typeof fields[name] === 'string');
    topicField ??= field;
    if (field !== undefined || question !== undefined) {
      const topic = field === undefined ? classifyTopic(question ?? '') : String(fields[field]);
      const counts = topics.get(topic) ?? { rows: 0, sum: 0, rated: 0 };
      counts.rows += 1;
      if (typeof fields.difficulty === 'number') {
        counts.sum += fields.difficulty;
        counts.rated += 1;
      }
      topics.set(topic, counts);
    }
    if (question !== undefined && place % every === 0) sample.push({ id: formatRowId(row), text: question });
    place += 1;
  };

  const countDrop = (row: RejectedRow): void => {
    const key = `${row.stage}/${row.reason}`;
    const counts = drops.get(key) ?? { stage: row.stage, reason: row.reason, rows: 0, examples: [] };
    counts.rows += 1;
    drops.set(key, counts);
    if (row.reason === 'contaminated') {
      const benchmark = String(row.because?.benchmark ?? 'not named');
      contamination.set(benchmark, (contamination.get(benchmark) ?? 0) + 1);
    }
    if (counts.examples.length >= examples) return;
    const { question } = row.fields;
    counts.examples.push({
      id: formatRowId(row),
      question: isWithheld(row, contaminated) || typeof question !== 'string' ? undefined : question,
      because: row.because === undefined ? undefined : JSON.stringify(row.because),
      of: typeof row.because?.of === 'string' && !contaminated.has(row.because.of) ? row.because.of : undefined,
    });
  };

  for await (const { rows, rejected } of readShards(plan, { withRejected: true, signal })) {
    rows.forEach(countRow);
    rejected.forEach(countDrop);
  }
  const shown = [...drops.values()].flatMap((reason) => reason.examples);
  const repeated = await readQuestions(plan, new Set(shown.flatMap(({ of }) => of ?? [])));
  const order = summary.stages.map(({ stage }) => stage);
  return {
    summary,
    difficulty: difficulty.list(),
    majority: majority.list(),
    topics: [...topics]
      .map(([topic, { rows, sum, rated }]) => ({ topic, rows, difficulty: rated === 0 ? undefined : sum / rated }))
      .sort((a, b) => b.rows - a.rows || (a.topic < b.topic ? -1 : 1)),
    topicField,
    diversity: measureDiversity(sample),
    drops: [...drops.values()]
      .sort(
        (a, b) => order.indexOf(a.stage) - order.indexOf(b.stage) || b.rows - a.rows || (a.reason < b.reason ? -1 : 1),
      )
      .map((one) => ({
        ...one,
        examples: one.examples.map(({ of, ...example }) => ({ ...example, repeated: repeated.get(of ?? '') })),
      })),
    benchmarks: await readContaminations(run, summary),
    spent: await readSpent(run),
    contamination: Object.fromEntries([...contamination].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))),
  };
}

/** With the row that it repeats, by id. */
type Example = DropExample & { readonly of: string | undefined };

/** Questions of a few rows of the run, by id, whatever became of the row. */
async function readQuestions(plan: RunPlan, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const { shardRows } = plan.record.identity;
  if (ids.size === 0 || typeof shardRows !== 'number') return new Map();
  const wanted = new Set(
    [...ids].map((id) => id.replace(/\d+$/, (index) => `${Math.floor(Number(index) / shardRows)}`)),
  );
  const shards = plan.shards
    .filter(({ generator, number }) => wanted.has(`${generator}/${number}`))
    .map((shard) => ({ ...shard, take: Number.POSITIVE_INFINITY }));
  const questions = new Map<string, string>();
  for await (const { rows, rejected } of readShards({ ...plan, shards }, { withRejected: true }))
    for (const row of [...rows, ...rejected]) {
      const id = formatRowId(row);
      const { question } = row.fields;
      if (ids.has(id) && typeof question === 'string') questions.set(id, question);
    }
  return questions;
}

function readShare(selected: Json | undefined): number | undefined {
  if (typeof selected !== 'object' || selected === null || Array.isArray(selected)) return undefined;
  const { share } = selected as { readonly [key: string]: Json };
  return typeof share === 'number' ? share : undefined;
}

/** Counts in ten steps from 0 to 1, both ends included. */
class Steps {
  readonly #counts: number[] = [];

  add(value: number): void {
    if (this.#counts.length === 0) this.#counts.push(...Array.from({ length: 10 }, () => 0));
    const step = Math.min(9, Math.max(0, Math.floor(value * 10)));
    this.#counts[step] = (this.#counts[step] as number) + 1;
  }

  /** Empty where nothing was added. */
  list(): readonly number[] {
    return this.#counts;
  }
}
