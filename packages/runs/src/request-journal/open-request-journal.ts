import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createJsonLinesWriter, cutTornTail, makeFolder, pathExists, writeFileAtomic } from '@scalequest/core';
import { RunsError } from '../errors.ts';
import { readNumberedRecords, readRecords } from '../journal/read-records.ts';
import { removeLeftovers } from '../remove-leftovers.ts';
import { acquireRunLock } from '../run-lock.ts';
import { createLineIndex, type LineIndex } from './line-index.ts';
import { type RecordedError, type RequestRecord, requestRecordSchema, sentRecordSchema } from './request-record.ts';

/** How a request ended that an earlier session, or this one, had sent. */
export type RecordedEnd = { readonly response: unknown } | { readonly error: RecordedError };

export interface RequestCounts {
  /** Requests with an answer in the journal. */
  readonly answered: number;
  /** Requests that were given up, with their reason. */
  readonly setAside: number;
  /** Requests that were out when an earlier session ended, and have no end yet. */
  readonly unfinished: number;
  /** Of those, how many this session has sent once more. The server may have worked twice on them. */
  readonly resent: number;
}

/** An open journal of requests. One process at a time; `close` gives it back. */
export interface RequestJournal {
  readonly folder: string;
  readonly getCounts: () => RequestCounts;
  /**
   * The end of a request, or undefined where it has none.
   *
   * @throws RunsError `REQUEST_CHANGED` where the key stands for another request
   */
  readonly find: (key: string, request: string) => Promise<RecordedEnd | undefined>;
  /**
   * Must be awaited before a request is sent: it resolves when the operating system has the line. Rejects once an end could
   * not be written: what is asked for then would be lost.
   */
  readonly begin: (key: string) => Promise<void>;
  /**
   * Adds the end of a request (group commit).
   *
   * @throws RunsError `JOURNAL_DUPLICATE`
   */
  readonly end: (key: string, request: string, end: RecordedEnd) => Promise<void>;
  /** Resolves when the disk holds every end. */
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface OpenRequestJournalOptions {
  readonly folder: string;
  /** Sends the requests again that were set aside. @defaultValue false */
  readonly retrySetAside?: boolean;
}

export const requestJournalFiles = { answers: 'answers.jsonl', sent: 'sent.jsonl' } as const;

/**
 * Remembers requests across kills: one that has ended is never sent again, and one that was out when the process died is
 * known to have been, so that sending it once more is no secret.
 *
 * Two files: `sent.jsonl` has a short line for each request, which the operating system has before the request goes;
 * `answers.jsonl` has a line for each that ended. Memory is about a hundred bytes a request; answers stay on the disk.
 *
 * @throws RunsError `RUN_LOCKED`, `JOURNAL_CORRUPT`, `JOURNAL_DUPLICATE`; CoreError where the disk refuses
 * @example
 * const journal = await openRequestJournal({ folder: 'runs/questions/requests' });
 * const client = createJournaledClient({ client: createOpenAiClient({ model, baseUrls }), journal });
 */
export async function openRequestJournal({
  folder,
  retrySetAside = false,
}: OpenRequestJournalOptions): Promise<RequestJournal> {
  await makeFolder(folder);
  const unlock = await acquireRunLock(folder);
  const answersPath = join(folder, requestJournalFiles.answers);
  const sentPath = join(folder, requestJournalFiles.sent);
  try {
    await removeLeftovers(folder);
    await cutTornTail(answersPath);
    const { index, counts } = await readAnswers(answersPath, { retrySetAside });
    const unfinished = await readUnfinished(sentPath, index);
    // What has ended need not be read again the next time.
    await writeFileAtomic(sentPath, [...unfinished].flatMap(([key, sends]) => repeatLine(key, sends)).join(''));
    const answers = await createJsonLinesWriter(answersPath);
    const sent = await createJsonLinesWriter(sentPath, { sync: false });
    const sends = new Map<string, number>();
    const ended = new Set<string>();
    let file: Promise<FileHandle> | undefined;
    let resent = 0;
    let failure: { readonly error: unknown } | undefined;
    let isClosed = false;

    const read = async (key: string): Promise<RequestRecord | undefined> => {
      const place = index.find(key);
      if (place === undefined) return undefined;
      file ??= open(answersPath, 'r');
      const { buffer } = await (await file).read(Buffer.alloc(place.bytes), 0, place.bytes, place.offset);
      return requestRecordSchema.parse(JSON.parse(buffer.toString('utf8')));
    };

    return {
      folder,
      getCounts: () => ({ ...counts, unfinished: unfinished.size, resent }),
      find: async (key, request) => {
        if (ended.has(key)) throw askedTwice(key, folder);
        const record = await read(key);
        if (record === undefined) return undefined;
        if (record.request !== request) throw otherRequest(key, folder);
        return 'error' in record ? { error: record.error } : { response: record.response };
      },
      begin: async (key) => {
        // An answer that cannot be kept is not to be asked for.
        if (failure !== undefined) throw failure.error;
        const before = unfinished.get(key) ?? 0;
        const times = sends.get(key) ?? 0;
        if (before > 0 && times === 0) resent += 1;
        sends.set(key, times + 1);
        await sent.append({ key });
        await sent.flush();
      },
      end: async (key, request, end) => {
        if (ended.has(key) || index.find(key) !== undefined) throw askedTwice(key, folder);
        const total = (unfinished.get(key) ?? 0) + (sends.get(key) ?? 0);
        ended.add(key);
        try {
          await answers.append({ key, request, sends: total, ...end } satisfies RequestRecord);
        } catch (error) {
          ended.delete(key);
          failure ??= { error };
          throw error;
        }
        sends.delete(key);
        unfinished.delete(key);
        if ('error' in end) counts.setAside += 1;
        else counts.answered += 1;
      },
      flush: answers.flush,
      close: async () => {
        if (isClosed) return;
        isClosed = true;
        const ends = await Promise.allSettled([answers.close(), sent.close(), file?.then((one) => one.close())]);
        await unlock();
        for (const end of ends) if (end.status === 'rejected') throw end.reason;
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function readAnswers(
  path: string,
  { retrySetAside }: { readonly retrySetAside: boolean },
): Promise<{ readonly index: LineIndex; readonly counts: { answered: number; setAside: number } }> {
  const index = createLineIndex();
  const counts = { answered: 0, setAside: 0 };
  const isSetAside = new Set<string>();
  for await (const { record, offset, bytes } of readNumberedRecords(path, requestRecordSchema)) {
    const { key } = record;
    // Only what was set aside may stand there again: it was asked for once more.
    if (index.find(key) !== undefined && !isSetAside.delete(key)) throw duplicateLine(key, path);
    if ('error' in record) isSetAside.add(key);
    index.set(key, { offset, bytes });
  }
  counts.setAside = isSetAside.size;
  counts.answered = index.size - isSetAside.size;
  if (!retrySetAside) return { index, counts };
  for (const key of isSetAside) index.delete(key);
  counts.setAside = 0;
  return { index, counts };
}

/** How often each request was sent that has no end. */
async function readUnfinished(path: string, index: LineIndex): Promise<Map<string, number>> {
  const unfinished = new Map<string, number>();
  if (!(await pathExists(path))) return unfinished;
  await cutTornTail(path);
  for await (const { key } of readRecords(path, sentRecordSchema)) {
    if (index.find(key) === undefined) unfinished.set(key, (unfinished.get(key) ?? 0) + 1);
  }
  return unfinished;
}

function repeatLine(key: string, times: number): readonly string[] {
  return Array.from({ length: times }, () => `${JSON.stringify({ key })}\n`);
}

function askedTwice(key: string, folder: string): RunsError {
  return new RunsError({
    code: 'JOURNAL_DUPLICATE',
    what: `Request '${key}' was asked twice in one run.`,
    why: `The journal in '${folder}' holds one end for each.`,
    next: 'Give each request an id and epoch of its own.',
    fields: { key, folder },
  });
}

function otherRequest(key: string, folder: string): RunsError {
  return new RunsError({
    code: 'REQUEST_CHANGED',
    kind: 'request',
    what: `Request '${key}' is not the one that the journal in '${folder}' holds an answer to.`,
    why: 'Its model, prompt or sampling has changed since.',
    next: 'Give another folder, or ask as before.',
    fields: { key, folder },
  });
}

function duplicateLine(key: string, path: string): RunsError {
  return new RunsError({
    code: 'JOURNAL_DUPLICATE',
    what: `'${path}' holds two ends of request '${key}'.`,
    next: 'Nothing was changed. Two journals may have been joined: remove one of the lines on a copy.',
    fields: { path, key },
  });
}
