import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asFileError, excerpt, pathExists, readJsonLines } from '@scalequest/core';
import { z } from 'zod';
import type { ForeignLog, ForeignSample, ForeignVerdict } from './foreign-log.ts';
import { foreignLogError } from './foreign-log-error.ts';
import { listDocumentFields } from './list-document-fields.ts';
import { parsePythonJson } from './parse-python-json.ts';

/** Fields that every line of `--log_samples` has. */
export const lmEvalFields = ['doc_id', 'doc', 'resps', 'filtered_resps'] as const;

const rowSchema = z.looseObject({
  doc_id: z.number().int(),
  doc: z.record(z.string(), z.unknown()),
  target: z.unknown().optional(),
  /** One list for each request, of the replies to it: `repeats` of them. */
  resps: z.array(z.array(z.unknown())),
  filter: z.string().default('none'),
  metrics: z.array(z.string()).default([]),
});

type Row = z.infer<typeof rowSchema>;

const taskSchema = z.looseObject({
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
  const time = samplesName.exec(basename(first))?.[2];
  const resultsPath = time === undefined ? undefined : join(dirname(first), `results_${time}.json`);
  const hasResults = resultsPath !== undefined && (await pathExists(resultsPath));
  const results = hasResults ? await readResults(resultsPath) : undefined;
  const tasks = paths.map((path) => samplesName.exec(basename(path))?.[1] ?? basename(path).replace(/\.jsonl.*$/, ''));
  return {
    system: 'lm-eval',
    version: results?.lm_eval_version ?? null,
    tasks,
    model: results?.model_name ?? (basename(dirname(first)) || 'unknown'),
    settings: results === undefined ? {} : describeSettings(results, tasks),
    isComplete: true,
    files: hasResults ? [...paths, resultsPath] : paths,
    readSamples: async function* () {
      for (const [i, path] of paths.entries()) yield* readSamples(path, results?.configs[tasks[i] as string]);
    },
  };
}

/** The file's name without its folder, for the runs of many tasks. */
export function findLmEvalTime(path: string): string | undefined {
  return samplesName.exec(basename(path))?.[2];
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
    ...pick(results, ['system_instruction_sha', 'fewshot_as_multiturn', 'chat_template_sha']),
  };
}

interface Judgement {
  readonly verdicts: Record<string, ForeignVerdict>;
  readonly unclear: string[];
}

/**
 * A file has all documents under the first filter, then all under the next: the scores are gathered first, a few bytes
 * each, and the replies are streamed after.
 */
async function* readSamples(
  path: string,
  config: z.infer<typeof taskSchema> | undefined,
): AsyncGenerator<ForeignSample> {
  const judgements = new Map<number, Judgement>();
  let firstFilter: string | undefined;
  for await (const { row } of readRows(path)) {
    firstFilter ??= row.filter;
    const judgement = judgements.get(row.doc_id) ?? { verdicts: {}, unclear: [] };
    judgements.set(row.doc_id, judgement);
    const isOfOneReply = listReplies(path, row).length === 1 || takesFirst(config, row.filter);
    for (const metric of row.metrics) {
      const name = row.filter === 'none' ? metric : `${metric},${row.filter}`;
      const verdict = isOfOneReply ? readVerdict(row[metric]) : undefined;
      if (verdict === undefined) judgement.unclear.push(name);
      else judgement.verdicts[name] = verdict;
    }
  }
  for await (const { row, line } of readRows(path)) {
    if (row.filter !== firstFilter) continue;
    const document = {
      ...listDocumentFields(row.doc),
      line: row.doc_id,
      ...(typeof row.target === 'string' ? { reference: row.target } : {}),
    };
    const judgement = judgements.get(row.doc_id);
    for (const [epoch, reply] of listReplies(path, row).entries()) {
      // The filters take the first of several replies, or make one answer of them all.
      const own = epoch === 0 ? judgement : undefined;
      yield {
        place: `line ${line} of ${basename(path)}`,
        document,
        epoch,
        reply,
        finishReason: 'unknown',
        verdicts: own?.verdicts ?? {},
        unclear: own?.unclear ?? [],
      };
    }
  }
}

async function* readRows(path: string): AsyncGenerator<{ readonly row: Row; readonly line: number }> {
  for await (const { value, line } of readJsonLines(path)) {
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
  throw foreignLogError(path, {
    why: `Document ${doc_id} has no written reply: the task compares likelihoods of given texts.`,
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
