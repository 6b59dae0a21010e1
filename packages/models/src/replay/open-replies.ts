import { type FileHandle, open, stat } from 'node:fs/promises';
import { asFileError, excerpt, readJsonLines } from '@scalequest/core';
import { z } from 'zod';
import { ModelsError } from '../errors.ts';
import type { FinishReason, Usage } from '../model-client.ts';

/** One recorded reply. */
export interface RecordedReply {
  readonly id: string;
  /** Which sample of the problem, from 0. @defaultValue how often the id occurred before */
  readonly epoch?: number | undefined;
  readonly reply: string;
  readonly reasoning?: string | undefined;
  /** @defaultValue 'stop' */
  readonly finishReason?: FinishReason | undefined;
  readonly usage?: Usage | undefined;
}

const recordedReplySchema: z.ZodType<RecordedReply> = z.object({
  id: z.string(),
  epoch: z.int().nonnegative().optional(),
  reply: z.string(),
  reasoning: z.string().optional(),
  finishReason: z.enum(['stop', 'length', 'content-filter', 'unknown']).optional(),
  usage: z.object({ promptTokens: z.number(), completionTokens: z.number() }).optional(),
});

/** Recorded replies by id and epoch. */
export interface Replies {
  readonly get: (id: string, epoch: number) => Promise<RecordedReply | undefined>;
  readonly countEpochs: (id: string) => number;
  readonly close: () => Promise<void>;
}

export type RepliesSource =
  | { readonly path: string; readonly maxBytesInMemory?: number }
  | { readonly entries: Iterable<RecordedReply> };

/** Where a reply stands in its file. */
interface Place {
  readonly offset: number;
  readonly bytes: number;
  readonly line: number;
}

export async function openReplies(source: RepliesSource): Promise<Replies> {
  if ('entries' in source) return indexEntries(source.entries);
  const { path, maxBytesInMemory = 64 * 2 ** 20 } = source;
  // A compressed file has no places to go back to.
  const isOnDisk = !path.endsWith('.gz') && (await readSize(path)) > maxBytesInMemory;
  return isOnDisk ? indexOnDisk(path) : indexInMemory(path);
}

function indexEntries(entries: Iterable<RecordedReply>): Replies {
  const index = createEpochIndex<RecordedReply>('the given replies');
  let entryNumber = 0;
  for (const entry of entries) index.add(entry, { value: entry, line: ++entryNumber });
  return { get: async (id, epoch) => index.get(id, epoch), countEpochs: index.count, close: async () => undefined };
}

async function indexInMemory(path: string): Promise<Replies> {
  const index = createEpochIndex<RecordedReply>(path);
  for await (const { value, line } of readJsonLines(path)) {
    const reply = parseReply(value, { path, line });
    index.add(reply, { value: reply, line });
  }
  return { get: async (id, epoch) => index.get(id, epoch), countEpochs: index.count, close: async () => undefined };
}

async function indexOnDisk(path: string): Promise<Replies> {
  const index = createEpochIndex<Place>(path);
  for await (const { value, line, offset, bytes } of readJsonLines(path)) {
    index.add(parseReply(value, { path, line }), { value: { offset, bytes, line }, line });
  }
  const file: FileHandle = await open(path, 'r');
  return {
    get: async (id, epoch) => {
      const place = index.get(id, epoch);
      if (place === undefined) return undefined;
      const { buffer } = await file.read(Buffer.alloc(place.bytes), 0, place.bytes, place.offset);
      return parseReply(JSON.parse(buffer.toString('utf8').replace(/^\uFEFF/, '')), { path, line: place.line });
    },
    countEpochs: index.count,
    close: () => file.close(),
  };
}

interface EpochIndex<T> {
  /** Puts a value at the reply's epoch, or at the next one of its id where it names none. */
  readonly add: (reply: RecordedReply, entry: { readonly value: T; readonly line: number }) => void;
  readonly get: (id: string, epoch: number) => T | undefined;
  readonly count: (id: string) => number;
}

function createEpochIndex<T>(source: string): EpochIndex<T> {
  const byId = new Map<string, Map<number, T>>();
  return {
    add: ({ id, epoch: named }, { value, line }) => {
      const epochs = byId.get(id) ?? new Map<number, T>();
      const epoch = named ?? epochs.size;
      if (epochs.has(epoch)) {
        throw badLine({ source, line, why: `It is the second reply to '${id}', epoch ${epoch}.` });
      }
      epochs.set(epoch, value);
      byId.set(id, epochs);
    },
    get: (id, epoch) => byId.get(id)?.get(epoch),
    count: (id) => byId.get(id)?.size ?? 0,
  };
}

function parseReply(value: unknown, { path, line }: { readonly path: string; readonly line: number }): RecordedReply {
  const parsed = recordedReplySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const problem = `${issue?.path.join('.') || 'line'}: ${issue?.message ?? 'another shape'}`;
  throw badLine({ source: path, line, why: `${problem}. It is ${excerpt(JSON.stringify(value))}` });
}

function badLine({
  source,
  line,
  why,
}: {
  readonly source: string;
  readonly line: number;
  readonly why: string;
}): ModelsError {
  return new ModelsError({
    code: 'REPLAY_BAD_LINE',
    kind: 'request',
    errorClass: 'fatal',
    what: `Line ${line} of ${source} is no recorded reply.`,
    why,
    next: 'Write one JSON object a line: {"id": "...", "reply": "..."}; the same id again is the next epoch.',
    fields: { source, line },
  });
}

async function readSize(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}
