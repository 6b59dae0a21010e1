import { readJsonLines } from '@scalequest/core';
import type { Problem } from '../problem.ts';
import { detectReplyFormat, getReplyFormat } from './detect-reply-format.ts';
import { createEpochCounter } from './epoch-counter.ts';
import {
  badRecordError,
  describeLocator,
  emptyFileError,
  otherProblemError,
  repeatedReplyError,
  unknownIdsError,
} from './reply-errors.ts';
import type {
  FormatReply,
  Locator,
  RecordedError,
  RecordedFinishReason,
  RecordedForm,
  RecordedOutcome,
  ReplyFormat,
} from './reply-format.ts';
import { createResolver, type Resolution } from './resolve.ts';

/** One sample that a model wrote at another time. */
export interface RecordedReply {
  /** The benchmark's id of the problem. */
  readonly id: string;
  /** 0 for the first reply to the problem. */
  readonly epoch: number;
  readonly reply: string;
  /** Left out where the source does not say. */
  readonly finishReason?: RecordedFinishReason;
  /** Why there is no reply; `reply` is then empty. Left out where there is one. */
  readonly error?: RecordedError;
  /** Where the reply is code. Left out where the source does not say. */
  readonly form?: RecordedForm;
  /** The source's own verdict, where it gives one. */
  readonly label?: boolean;
  /** What the sample came to by each of the source's graders, where it has named ones. `label` is then one of them. */
  readonly labels?: Readonly<Record<string, RecordedOutcome>>;
  /** The source's own reward, where it gives one. */
  readonly score?: number;
  /** Tokens of the request, and how long it took in milliseconds, where the source counted them. */
  readonly usage?: { readonly promptTokens: number; readonly completionTokens: number };
  readonly latencyMs?: number;
  /** 1-based line of the file; left out where it has no lines. */
  readonly line?: number;
}

export interface ReadRepliesOptions {
  /** The whole benchmark, in its file's order: several formats name a problem by its line. */
  readonly problems: readonly Problem[];
  /** One of `replyFormats`. @defaultValue what {@link detectReplyFormat} finds */
  readonly format?: string;
  /** What to do with a record of a problem that is not in the benchmark. @defaultValue 'error' */
  readonly onUnknown?: 'error' | 'skip';
  readonly signal?: AbortSignal;
}

/**
 * Streams recorded replies, each with the id of the problem in the benchmark that it answers.
 *
 * The file is read twice. The first pass only checks: a record that cannot be read, an id that the benchmark does not
 * have, or a question that differs from the benchmark's is an error before the first reply is given. Memory grows with
 * the number of replies by a few bytes each, never by their text.
 *
 * @throws DatasetsError `UNKNOWN_REPLY_FORMAT`, `EMPTY_REPLY_FILE`, `REPLY_INVALID`, `UNKNOWN_REPLY_IDS`,
 *   `REPLY_OF_OTHER_PROBLEM`, `REPEATED_REPLY`
 * @example
 * for await (const { id, epoch, reply } of readReplies('replies.jsonl', { problems })) console.log(id, epoch, reply);
 */
export async function* readReplies(path: string, options: ReadRepliesOptions): AsyncGenerator<RecordedReply> {
  const { problems, onUnknown = 'error', signal } = options;
  const format = getReplyFormat(options.format ?? (await detectReplyFormat(path)));
  const source: Source = { path, format, resolve: createResolver(problems), signal };
  const { replaced } = await checkReplies(source, onUnknown);
  for await (const { id, replies, line } of readRecords(source)) {
    if (id === undefined || replaced.has(line)) continue;
    for (const { text, ...rest } of replies) yield { id, reply: text, ...rest, line };
  }
}

interface Source {
  readonly path: string;
  readonly format: ReplyFormat;
  readonly resolve: (locator: Locator) => Resolution;
  readonly signal: AbortSignal | undefined;
}

interface ResolvedRecord {
  readonly locator: Locator;
  /** Undefined where the benchmark has no such problem. */
  readonly id: string | undefined;
  readonly replies: readonly (FormatReply & { readonly epoch: number })[];
  readonly line: number;
  /** Earlier lines that were errors, in whose place this one stands. */
  readonly replaces: readonly number[];
}

async function* readRecords({ path, format, resolve, signal }: Source): AsyncGenerator<ResolvedRecord> {
  const epochs = createEpochCounter();
  for await (const { value, line } of readJsonLines(path, signal === undefined ? {} : { signal })) {
    signal?.throwIfAborted();
    const place = { path, line };
    const parsed = format.record.safeParse(value);
    if (!parsed.success) throw badRecordError(place, { format: format.name, error: parsed.error });
    const { locator, replies } = parsed.data;
    const resolution = resolve(locator);
    if (resolution.status === 'other-problem') throw otherProblemError(place, resolution);
    if (resolution.status === 'unknown') {
      yield { locator, id: undefined, replies: [], line, replaces: [] };
      continue;
    }
    const { id } = resolution.problem;
    const replaces: number[] = [];
    const numbered = replies.map((reply) => {
      const taken = epochs.take(id, { wanted: reply.epoch, isError: reply.error !== undefined, line });
      if (taken === undefined) throw repeatedReplyError(place, { id, epoch: reply.epoch });
      if (taken.replaces !== undefined) replaces.push(taken.replaces);
      return { ...reply, epoch: taken.epoch };
    });
    yield { locator, id, replies: numbered, line, replaces };
  }
}

const unknownShown = 5;

/** Checks the whole file, and finds the lines of errors that a later line puts right. */
async function checkReplies(
  source: Source,
  onUnknown: 'error' | 'skip',
): Promise<{ readonly replaced: ReadonlySet<number> }> {
  const { path, format } = source;
  const replaced = new Set<number>();
  const firstUnknown: string[] = [];
  let unknownCount = 0;
  let recordCount = 0;
  for await (const { locator, id, line, replaces } of readRecords(source)) {
    recordCount++;
    for (const earlier of replaces) replaced.add(earlier);
    if (id !== undefined) continue;
    unknownCount++;
    if (firstUnknown.length < unknownShown) firstUnknown.push(`${describeLocator(locator)} (line ${line})`);
  }
  if (recordCount === 0) throw emptyFileError(path);
  if (unknownCount > 0 && onUnknown === 'error') {
    throw unknownIdsError({ path, format: format.name, unknownCount, recordCount, firstUnknown });
  }
  return { replaced };
}
