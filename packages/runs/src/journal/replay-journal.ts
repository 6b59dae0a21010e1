import { readJsonLines } from '@scalequest/core';
import { RunsError } from '../errors.ts';
import type { SampleTable } from '../sample-table.ts';
import { type JournalRecord, journalRecordSchema } from './journal-record.ts';
import { readRecords } from './read-records.ts';

export interface ReplayOptions {
  readonly samples: SampleTable;
  /** Samples whose last record is an error become pending again. */
  readonly retryErrors: boolean;
  readonly onRecord?: ((record: JournalRecord, sample: number | undefined) => void | Promise<void>) | undefined;
}

/**
 * Marks in the table what a journal holds. Changes nothing on the disk.
 *
 * @throws RunsError `JOURNAL_CORRUPT`, `JOURNAL_DUPLICATE`
 */
export async function replayJournal(path: string, { samples, retryErrors, onRecord }: ReplayOptions): Promise<void> {
  for await (const record of readRecords(path, journalRecordSchema)) {
    const sample = samples.find(record.id, record.epoch);
    // A journal may hold more than is asked now: an earlier session may have had a higher --limit or --epochs.
    if (sample === undefined) {
      await onRecord?.(record, sample);
      continue;
    }
    // Errors may be tried again, a reply never is: the later line would win in silence and its tokens count twice.
    if (samples.getState(sample) === 'finished') throw await duplicateLineError(path, record);
    const isFailed = record.error !== undefined;
    samples.setState(sample, isFailed ? (retryErrors ? 'pending' : 'failed') : 'finished');
    await onRecord?.(record, sample);
  }
}

async function duplicateLineError(path: string, { id, epoch }: JournalRecord): Promise<RunsError> {
  const { first, second } = await findFinishedTwice(path, { id, epoch });
  return new RunsError({
    code: 'JOURNAL_DUPLICATE',
    what: `Line ${second} of '${path}' is a second record of sample '${id}' in epoch ${epoch}.`,
    why: `Line ${first} holds a reply to it already.`,
    next: `Nothing was changed. Two journals may have been joined: remove line ${second} on a copy, and keep the one that was scored.`,
    fields: { path, line: second, firstLine: first, id, epoch },
  });
}

/** Reads the file once more: line numbers are not worth their cost while all is well. */
async function findFinishedTwice(
  path: string,
  { id, epoch }: Pick<JournalRecord, 'id' | 'epoch'>,
): Promise<{ readonly first: number | undefined; readonly second: number | undefined }> {
  let first: number | undefined;
  for await (const { value, line } of readJsonLines<JournalRecord>(path, { onBadLine: () => undefined })) {
    if (value.id !== id || value.epoch !== epoch) continue;
    if (first !== undefined) return { first, second: line };
    if (value.error === undefined) first = line;
  }
  return { first, second: undefined };
}
