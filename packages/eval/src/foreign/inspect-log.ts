import { createReadStream } from 'node:fs';
import { asFileError, excerpt } from '@scalequest/core';
import { z } from 'zod';
import type { ForeignLog, ForeignSample, ForeignVerdict } from './foreign-log.ts';
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

type Header = z.infer<typeof headerSchema>;

const part = z.looseObject({ type: z.string().optional(), text: z.string().optional() });
const content = z.union([z.string(), z.array(part)]);
const message = z.looseObject({ role: z.string(), content });

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
    })
    .nullish(),
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
  return describeLog(path, header, async function* () {
    using members = await openZip(path);
    for (const member of members.names.filter((one) => /^samples\/.+\.json$/.test(one))) {
      yield readSample(path, { place: member, text: await members.readText(member), header });
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
  return describeLog(path, header, async function* () {
    for await (const { index, text } of readParts(path, [])) {
      yield readSample(path, { place: `sample ${index} of the list`, text, header });
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

function describeLog(path: string, header: Header, readSamples: ForeignLog['readSamples']): ForeignLog {
  const { task, model, packages, task_version, task_args, model_generate_config, config } = header.eval;
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
    files: [path],
    readSamples,
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
  { place, text, header }: Pick<PartInput<Sample>, 'place' | 'text'> & { readonly header: Header },
): ForeignSample {
  const sample = parsePart(path, { place, text, schema: sampleSchema });
  const resolve = (value: string): string => resolveAttachments(value, sample.attachments ?? {});
  const fromMetadata = listDocumentFields(sample.metadata ?? {});
  const input = typeof sample.input === 'string' ? sample.input : readQuestion(sample.input);
  const { target } = sample;
  const reference = typeof target === 'string' ? target : target?.[0];
  const failure = sample.error?.message ?? sample.output?.error ?? undefined;
  const choice = sample.output?.choices?.[0];
  const reply = sample.output?.completion ?? (choice === undefined ? '' : readText(choice.message.content));
  return {
    place,
    document: {
      ids: [...fromMetadata.ids, String(sample.id)],
      texts: [resolve(input), ...fromMetadata.texts.map(resolve)],
      line: findLine(sample.id, header),
      ...(reference === undefined ? {} : { reference }),
    },
    epoch: sample.epoch - 1,
    reply: failure === undefined ? resolve(reply) : '',
    finishReason: finishReasons[choice?.stop_reason ?? ''] ?? 'unknown',
    ...(failure === undefined ? {} : { error: { code: 'SOURCE_ERROR', message: excerpt(failure) } }),
    ...readScores(sample),
  };
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

function findLine(id: string | number, { eval: { dataset } }: Header): number | undefined {
  const line = dataset?.sample_ids?.indexOf(id) ?? -1;
  return line < 0 ? undefined : line;
}

function readScores({ scores, error }: Sample): Pick<ForeignSample, 'verdicts' | 'unclear'> {
  const verdicts: Record<string, ForeignVerdict> = {};
  const unclear: string[] = [];
  for (const [scorer, { value }] of Object.entries(scores ?? {})) {
    // A scorer may give several values, each under a name.
    const values = typeof value === 'object' && value !== null ? Object.entries(value) : [[undefined, value] as const];
    for (const [key, one] of values) {
      const name = key === undefined ? scorer : `${scorer}.${key}`;
      const verdict = readVerdict(one);
      if (error != null || verdict === undefined) unclear.push(name);
      else verdicts[name] = verdict;
    }
  }
  return { verdicts, unclear };
}

/** inspect's own letters: correct, incorrect, no answer. P, partial, is neither right nor wrong. */
function readVerdict(value: unknown): ForeignVerdict | undefined {
  if (value === 'C' || value === 1 || value === true) return 'correct';
  if (value === 'N') return 'no-answer';
  return value === 'I' || value === 0 || value === false ? 'wrong' : undefined;
}
