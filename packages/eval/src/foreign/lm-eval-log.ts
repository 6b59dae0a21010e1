import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { asFileError, excerpt } from '@scalequest/core';
import { z } from 'zod';
import type { ForeignLog, ForeignSample, ForeignVerdict } from './foreign-log.ts';
import { foreignLogError } from './foreign-log-error.ts';
import { listDocumentFields } from './list-document-fields.ts';
import { parsePythonJson } from './parse-python-json.ts';
import { readPythonJsonLines } from './read-python-json-lines.ts';

/** Fields that every line of `--log_samples` has. */
export const lmEvalFields = ['doc_id', 'doc', 'resps', 'filtered_resps'] as const;

const rowSchema = z.looseObject({
  doc_id: z.number().int(),
  doc: z.record(z.string(), z.unknown()),
  target: z.unknown().optional(),
  /** One list for each request, of the replies to it: `repeats` of them. */
  resps: z.array(z.array(z.unknown())),
  /** Both since 0.4.7. */
  filter: z.string().optional(),
  metrics: z.array(z.string()).optional(),
});

/** What else stands in a row of a version that does not list its metrics. */
const otherFields: ReadonlySet<string> = new Set([
  ...Object.keys(rowSchema.shape),
  ...['arguments', 'filtered_resps', 'doc_hash', 'prompt_hash', 'target_hash'],
]);

type Row = z.infer<typeof rowSchema>;

const taskSchema = z.looseObject({
  output_type: z.string().nullish(),
  filter_list: z
    .array(z.object({ name: z.string(), filter: z.array(z.looseObject({ function: z.string() })) }))
    .nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

const resultsSchema = z.looseObject({
  configs: z.record(z.string(), taskSchema),
  lm_eval_version: z.string().nullish(),
  model_name: z.string().nullish(),
});

type Results = z.infer<typeof resultsSchema>;

/** What lm-eval puts behind the task in the names of its files: the time of the run. */
const samplesName = /^samples_(.+)_(\d{4}-\d\d-\d\dT[\d.:-]+)\.jsonl$/;

/**
 * A log of lm-evaluation-harness: its files of samples, and the file of results that stands beside them where there is
 * one.
 *
 * @param paths - files of samples, all of one run
 * @throws EvaluationError `FOREIGN_LOG_UNREADABLE`
 */
export async function openLmEvalLog(paths: readonly string[]): Promise<ForeignLog> {
  const first = paths[0] as string;
  const time = findLmEvalTime(first);
  const resultsPath = time === undefined ? undefined : await findResults(dirname(first), time);
  const results = resultsPath === undefined ? undefined : await readResults(resultsPath);
  const tasks = paths.map((path) => samplesName.exec(basename(path))?.[1] ?? basename(path).replace(/\.jsonl.*$/, ''));
  return {
    system: 'lm-eval',
    version: results?.lm_eval_version ?? null,
    tasks,
    model: results?.model_name ?? (basename(dirname(resolve(first))) || 'unknown'),
    settings: results === undefined ? {} : describeSettings(results, tasks),
    isComplete: true,
    samplesFiles: paths,
    files: resultsPath === undefined ? paths : [...paths, resultsPath],
    readSamples: async function* () {
      for (const [i, path] of paths.entries()) yield* readSamples(path, results?.configs[tasks[i] as string]);
    },
  };
}

/** The time in the name of a file of samples, which all files of a run share. */
export function findLmEvalTime(path: string): string | undefined {
  return samplesName.exec(basename(path))?.[2];
}

/** `results_TIME.json`, or `NAME_TIME.json` where lm-eval was given `--output_path NAME.json`. */
async function findResults(folder: string, time: string): Promise<string | undefined> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(`_${time}.json`)).sort();
  const name = names.find((one) => one.startsWith('results_')) ?? names[0];
  return name === undefined ? undefined : join(folder, name);
}

async function readResults(path: string): Promise<Results> {
  try {
    return resultsSchema.parse(parsePythonJson(await readFile(path, 'utf8')));
  } catch (cause) {
    const known = asFileError(cause, { path, action: 'read' });
    if (known !== cause) throw known;
    throw foreignLogError(path, { why: excerpt(cause instanceof Error ? cause.message : String(cause)), cause });
  }
}

/** What made the replies and their scores, and not who wrote them or where: two models asked alike have the same. */
function describeSettings(results: Results, tasks: readonly string[]): Readonly<Record<string, unknown>> {
  const versions = results.versions as Readonly<Record<string, unknown>> | undefined;
  const config = (results.config ?? {}) as Readonly<Record<string, unknown>>;
  const configs = tasks.map((task) => {
    const { metadata: _, dataset_kwargs: __, ...settings } = results.configs[task] ?? {};
    return [task, { ...settings, version: versions?.[task] ?? null }] as const;
  });
  const pick = (from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  return {
    tasks: Object.fromEntries(configs),
    ...pick(config, ['gen_kwargs', 'random_seed', 'numpy_seed', 'torch_seed', 'fewshot_seed']),
    ...pick(results, ['system_instruction_sha', 'fewshot_as_multiturn']),
    // Each model has its own: what counts is whether it was applied.
    has_chat_template: (results.chat_template_sha ?? null) !== null,
  };
}

interface Judgement {
  readonly verdicts: Map<string, ForeignVerdict>;
  readonly unclear: Set<string>;
  /** Rows of the document so far. */
  rows: number;
}

/** What the first of several replies does not share: no filter scores another one alone. */
const noJudgement: ForeignSample['judgement'] = { verdicts: new Map(), unclear: new Set() };

/** A file has all documents under the first filter, then all under the next: a sample is given at its first row. */
async function* readSamples(
  path: string,
  config: z.infer<typeof taskSchema> | undefined,
): AsyncGenerator<ForeignSample> {
  const outputType = config?.output_type ?? 'generate_until';
  if (outputType !== 'generate_until') throw noReplyError(path, `Its task has the output_type ${outputType}`);
  const judgements = new Map<number, Judgement>();
  let firstFilter: string | undefined;
  for await (const { row, line } of readRows(path)) {
    const judgement = judgements.get(row.doc_id) ?? { verdicts: new Map(), unclear: new Set(), rows: 0 };
    judgements.set(row.doc_id, judgement);
    const filter = row.filter ?? nameFilter(config, judgement.rows);
    judgement.rows++;
    firstFilter ??= filter;
    const replies = listReplies(path, row);
    const isOfOneReply = replies.length === 1 || takesFirst(config, filter);
    for (const metric of row.metrics ?? Object.keys(row).filter((field) => !otherFields.has(field))) {
      const name = filter === 'none' ? metric : `${metric},${filter}`;
      // Of two rows of one document and filter the first gives the reply, and so the verdict.
      if (judgement.verdicts.has(name) || judgement.unclear.has(name)) continue;
      const verdict = isOfOneReply ? readVerdict(row[metric]) : undefined;
      if (verdict === undefined) judgement.unclear.add(name);
      else judgement.verdicts.set(name, verdict);
    }
    if (filter !== firstFilter) continue;
    const document = {
      ...listDocumentFields(row.doc),
      line: row.doc_id,
      ...(typeof row.target === 'string' ? { reference: row.target } : {}),
    };
    for (const [epoch, reply] of replies.entries()) {
      yield {
        place: `line ${line} of ${basename(path)}`,
        document,
        epoch,
        reply,
        finishReason: 'unknown',
        // The filters take the first of several replies, or make one answer of them all.
        judgement: epoch === 0 ? judgement : noJudgement,
      };
    }
  }
}

/** Before 0.4.7 a row does not say its filter: the rows of a document stand in the order of the task's filters. */
function nameFilter(config: z.infer<typeof taskSchema> | undefined, index: number): string {
  return config?.filter_list?.[index]?.name ?? (index === 0 ? 'none' : `filter-${index + 1}`);
}

async function* readRows(path: string): AsyncGenerator<{ readonly row: Row; readonly line: number }> {
  for await (const { value, line } of readPythonJsonLines(path)) {
    const row = rowSchema.safeParse(value);
    if (!row.success) {
      throw foreignLogError(path, {
        why: `Line ${line} is no sample of lm-eval: ${excerpt(z.prettifyError(row.error))}`,
        cause: row.error,
      });
    }
    yield { row: row.data, line };
  }
}

function listReplies(path: string, { resps, doc_id }: Row): readonly string[] {
  const [replies] = resps;
  if (resps.length === 1 && replies?.every((reply) => typeof reply === 'string') === true) return replies as string[];
  throw noReplyError(path, `Document ${doc_id} has no written reply`);
}

function noReplyError(path: string, what: string): Error {
  return foreignLogError(path, {
    why: `${what}: the task compares likelihoods of given texts.`,
    next: 'Give the log of a task of output_type generate_until.',
  });
}

/** A filter without a step that joins several replies scores the first of them, and so does a task without filters. */
function takesFirst(config: z.infer<typeof taskSchema> | undefined, name: string): boolean {
  const filter = config?.filter_list?.find((one) => one.name === name)?.filter;
  if (filter === undefined) return name === 'none';
  return filter.at(-1)?.function === 'take_first' && !filter.some((step) => step.function === 'majority_vote');
}

function readVerdict(score: unknown): ForeignVerdict | undefined {
  if (score === 1 || score === true) return 'correct';
  return score === 0 || score === false ? 'wrong' : undefined;
}
