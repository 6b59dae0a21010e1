import { createReadStream } from 'node:fs';
import { asFileError, excerpt } from '@scalequest/core';
import { z } from 'zod';
import type { ForeignJudgement, ForeignLog, ForeignSample, ForeignVerdict } from './foreign-log.ts';
import { foreignLogError } from './foreign-log-error.ts';
import { listDocumentFields } from './list-document-fields.ts';
import { parsePythonJson } from './parse-python-json.ts';
import { openZip } from './read-zip-members.ts';
import { type JsonPart, splitJsonObject } from './split-json-object.ts';

const evalSchema = z.looseObject({
  task: z.string(),
  model: z.string(),
  task_version: z.unknown().optional(),
  task_args: z.unknown().optional(),
  model_generate_config: z.unknown().optional(),
  config: z.looseObject({ epochs: z.number().nullish() }).nullish(),
  packages: z.record(z.string(), z.string()).nullish(),
  dataset: z.looseObject({ sample_ids: z.array(z.union([z.string(), z.number()])).nullish() }).nullish(),
});

const headerSchema = z.object({
  status: z.string().default('started'),
  eval: evalSchema,
  plan: z.unknown().optional(),
});

/** What the header says that a sample needs. */
interface Head {
  readonly model: string;
  /** The 0-based place of a sample in the data set, by its id. */
  readonly lines: ReadonlyMap<string | number, number>;
}

const part = z.looseObject({ type: z.string().optional(), text: z.string().optional() });
const content = z.union([z.string(), z.array(part)]);
const message = z.looseObject({ role: z.string(), content });

const count = z.number().int().min(0);
const usage = z.looseObject({
  input_tokens: count,
  output_tokens: count,
  // What a server had in its cache is not among the input tokens.
  input_tokens_cache_read: count.nullish(),
  input_tokens_cache_write: count.nullish(),
});

const sampleSchema = z.looseObject({
  id: z.union([z.string(), z.number()]),
  epoch: z.number().int().min(1),
  input: z.union([z.string(), z.array(message)]),
  target: z.union([z.string(), z.array(z.string())]).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  output: z
    .looseObject({
      completion: z.string().nullish(),
      choices: z.array(z.looseObject({ message, stop_reason: z.string().nullish() })).nullish(),
      error: z.string().nullish(),
      usage: usage.nullish().catch(undefined),
      /** Of the call, in seconds. */
      time: z.number().min(0).nullish().catch(undefined),
    })
    .nullish(),
  model_usage: z.record(z.string(), usage).nullish().catch(undefined),
  limit: z.looseObject({ type: z.string() }).nullish(),
  invalidation: z.looseObject({ reason: z.string().nullish() }).nullish(),
  scores: z.record(z.string(), z.looseObject({ value: z.unknown().optional() })).nullish(),
  error: z.looseObject({ message: z.string() }).nullish(),
  attachments: z.record(z.string(), z.string()).nullish(),
});

type Sample = z.infer<typeof sampleSchema>;

/**
 * A log of inspect_ai as the zip that it writes by default. A run that was killed has no header: the log then says what
 * its journal does.
 *
 * @throws EvaluationError `FOREIGN_LOG_UNREADABLE`
 */
export async function openInspectZip(path: string): Promise<ForeignLog> {
  using zip = await openZip(path);
  const name = ['header.json', '_journal/start.json'].find((one) => zip.names.includes(one));
  if (name === undefined) throw foreignLogError(path, { why: 'It is a zip without header.json.' });
  const header = parsePart(path, { place: name, text: await zip.readText(name), schema: headerSchema });
  return describeLog(path, header, async function* (head) {
    using members = await openZip(path);
    for (const member of members.names.filter((one) => /^samples\/.+\.json$/.test(one))) {
      yield readSample(path, { place: member, text: await members.readText(member), head });
    }
  });
}

/**
 * A log of inspect_ai as one JSON file, which is read sample by sample.
 *
 * @throws EvaluationError `FOREIGN_LOG_UNREADABLE`
 */
export async function openInspectJson(path: string): Promise<ForeignLog> {
  const fields = ['status', 'eval', 'plan'];
  const found: string[] = [];
  for await (const { key, text } of readParts(path, fields)) {
    if (key === 'samples') break;
    found.push(`${JSON.stringify(key)}:${text}`);
  }
  const header = parsePart(path, { place: 'its head', text: `{${found.join(',')}}`, schema: headerSchema });
  return describeLog(path, header, async function* (head) {
    for await (const { index, text } of readParts(path, [])) {
      yield readSample(path, { place: `sample ${index} of the list`, text, head });
    }
  });
}

async function* readParts(path: string, fields: readonly string[]): AsyncGenerator<JsonPart> {
  try {
    yield* splitJsonObject(createReadStream(path), { fields, array: 'samples' });
  } catch (cause) {
    const known = asFileError(cause, { path, action: 'read' });
    if (known !== cause) throw known;
    throw foreignLogError(path, { why: cause instanceof Error ? cause.message : String(cause), cause });
  }
}

function describeLog(
  path: string,
  header: z.infer<typeof headerSchema>,
  readSamples: (head: Head) => AsyncIterable<ForeignSample>,
): ForeignLog {
  const { task, model, packages, task_version, task_args, model_generate_config, config, dataset } = header.eval;
  const lines = new Map((dataset?.sample_ids ?? []).map((id, line) => [id, line]));
  return {
    system: 'inspect',
    version: packages?.inspect_ai ?? null,
    tasks: [task],
    model,
    settings: {
      task,
      task_version: task_version ?? null,
      task_args: task_args ?? null,
      model_generate_config: model_generate_config ?? null,
      plan: header.plan ?? null,
      epochs: config?.epochs ?? 1,
    },
    isComplete: header.status === 'success',
    samplesFiles: [path],
    files: [path],
    readSamples: () => readSamples({ model, lines }),
  };
}

interface PartInput<Content> {
  readonly place: string;
  readonly text: string;
  readonly schema: z.ZodType<Content>;
}

function parsePart<Content>(path: string, { place, text, schema }: PartInput<Content>): Content {
  try {
    return schema.parse(parsePythonJson(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw foreignLogError(path, { why: `${place} is not as inspect writes it: ${excerpt(why)}`, cause });
  }
}

function readSample(
  path: string,
  { place, text, head }: Pick<PartInput<Sample>, 'place' | 'text'> & { readonly head: Head },
): ForeignSample {
  const sample = parsePart(path, { place, text, schema: sampleSchema });
  const resolve = (value: string): string => resolveAttachments(value, sample.attachments ?? {});
  const fromMetadata = listDocumentFields(sample.metadata ?? {});
  const input = typeof sample.input === 'string' ? sample.input : readQuestion(sample.input);
  const { target, output } = sample;
  const reference = typeof target === 'string' ? target : target?.[0];
  const error = readError(sample);
  const choice = output?.choices?.[0];
  const reply = output?.completion ?? (choice === undefined ? '' : readText(choice.message.content));
  // Of a sample of several calls all are counted, and none of those of a model that graded it.
  const tokens = sample.model_usage?.[head.model] ?? output?.usage ?? undefined;
  return {
    place,
    document: {
      ids: [...fromMetadata.ids, String(sample.id)],
      texts: [resolve(input), ...fromMetadata.texts.map(resolve)],
      line: head.lines.get(sample.id),
      ...(reference === undefined ? {} : { reference }),
    },
    epoch: sample.epoch - 1,
    reply: error === undefined ? resolve(reply) : '',
    // A sample that met a limit was stopped, whatever its last call says of itself.
    finishReason: sample.limit == null ? (finishReasons[choice?.stop_reason ?? ''] ?? 'unknown') : 'length',
    ...(error === undefined ? {} : { error }),
    ...(tokens === undefined ? {} : { usage: countTokens(tokens) }),
    ...(output?.time == null ? {} : { latencyMs: Math.round(1000 * output.time) }),
    judgement: readScores(sample, { isError: error !== undefined }),
  };
}

/** Why a sample has no reply that counts. */
function readError({ error, output, limit, invalidation }: Sample): ForeignSample['error'] {
  const failure = error?.message ?? output?.error ?? undefined;
  if (failure !== undefined) return { code: 'SOURCE_ERROR', message: excerpt(failure) };
  if (limit?.type === 'operator') return { code: 'SOURCE_ERROR', message: 'A person stopped the sample.' };
  if (invalidation == null) return undefined;
  return { code: 'SOURCE_INVALID', message: excerpt(invalidation.reason ?? 'The sample was marked as not valid.') };
}

function countTokens(tokens: z.infer<typeof usage>): NonNullable<ForeignSample['usage']> {
  const cached = (tokens.input_tokens_cache_read ?? 0) + (tokens.input_tokens_cache_write ?? 0);
  return { promptTokens: tokens.input_tokens + cached, completionTokens: tokens.output_tokens };
}

const finishReasons: Readonly<Record<string, ForeignSample['finishReason']>> = {
  stop: 'stop',
  max_tokens: 'length',
  model_length: 'length',
  content_filter: 'content-filter',
};

/** The last message of the user: what stands before it is an instruction or an example. */
function readQuestion(messages: readonly z.infer<typeof message>[]): string {
  const question = messages.findLast(({ role }) => role === 'user');
  return question === undefined ? '' : readText(question.content);
}

/** The text alone: a reasoning model's thoughts are a part of another type. */
function readText(value: z.infer<typeof content>): string {
  if (typeof value === 'string') return value;
  return value.flatMap(({ type, text }) => (type === 'text' && text !== undefined ? [text] : [])).join('\n');
}

/** Long texts may stand once in the sample, named where they belong. */
function resolveAttachments(text: string, attachments: Readonly<Record<string, string>>): string {
  return text.replace(/attachment:\/\/([0-9a-f]{32})/g, (name, hash: string) => attachments[hash] ?? name);
}

function readScores({ scores }: Sample, { isError }: { readonly isError: boolean }): ForeignJudgement {
  const verdicts = new Map<string, ForeignVerdict>();
  const unclear = new Set<string>();
  for (const [scorer, { value }] of Object.entries(scores ?? {})) {
    // A scorer may give several values, each under a name or at a place.
    const values = typeof value === 'object' && value !== null ? Object.entries(value) : [[undefined, value] as const];
    for (const [key, one] of values) {
      const name = key === undefined ? scorer : `${scorer}.${key}`;
      const verdict = readVerdict(one);
      if (isError || verdict === undefined) unclear.add(name);
      else verdicts.set(name, verdict);
    }
  }
  return { verdicts, unclear };
}

/** What inspect itself counts as 1 and 0. P, partial, is neither right nor wrong, and so is NaN, not scored. */
function readVerdict(value: unknown): ForeignVerdict | undefined {
  if (value === 'N') return 'no-answer';
  if (value === 'C' || value === 1 || value === true) return 'correct';
  if (value === 'I' || value === 0 || value === false) return 'wrong';
  if (typeof value !== 'string') return undefined;
  if (/^(yes|true|1(\.0*)?)$/i.test(value)) return 'correct';
  return /^(no|false|0(\.0*)?)$/i.test(value) ? 'wrong' : undefined;
}
