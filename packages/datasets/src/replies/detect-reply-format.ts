import { describeCloseNames, readJsonLines } from '@scalequest/core';
import { DatasetsError } from '../errors.ts';
import { emptyFileError } from './reply-errors.ts';
import type { ReplyFormat } from './reply-format.ts';
import { formats, replyFormats } from './reply-formats.ts';

const recordsRead = 5;
const fieldsShown = 12;

/**
 * Finds out the format of a file of recorded replies, from the fields of its first records and never from its name.
 *
 * @throws DatasetsError `UNKNOWN_REPLY_FORMAT`, `EMPTY_REPLY_FILE`
 */
export async function detectReplyFormat(path: string): Promise<string> {
  const records = await readFirstRecords(path);
  if (records.length === 0) throw emptyFileError(path);
  const found = formats.find((format) => records.every((record) => hasFieldsOf(record, format)));
  if (found === undefined) throw unrecognisedError(path, records);
  return found.name;
}

/** @throws DatasetsError `UNKNOWN_REPLY_FORMAT` */
export function getReplyFormat(name: string): ReplyFormat {
  const format = formats.find((candidate) => candidate.name === name);
  if (format !== undefined) return format;
  const closeNames = describeCloseNames(name, replyFormats);
  throw new DatasetsError({
    code: 'UNKNOWN_REPLY_FORMAT',
    kind: 'request',
    what: `Reply format '${name}' is not known.`,
    ...(closeNames === '' ? {} : { why: closeNames }),
    next: `The formats are ${replyFormats.join(', ')}.`,
    fields: { format: name, formats: replyFormats },
  });
}

async function readFirstRecords(path: string): Promise<readonly unknown[]> {
  const records: unknown[] = [];
  for await (const { value } of readJsonLines(path)) {
    records.push(value);
    if (records.length === recordsRead) break;
  }
  return records;
}

function hasFieldsOf(record: unknown, { fields, absentFields = [] }: ReplyFormat): boolean {
  const present = getFields(record);
  return fields.every((field) => present.includes(field)) && !absentFields.some((field) => present.includes(field));
}

function getFields(record: unknown): readonly string[] {
  return typeof record === 'object' && record !== null && !Array.isArray(record) ? Object.keys(record) : [];
}

function unrecognisedError(path: string, records: readonly unknown[]): DatasetsError {
  const seen = [...new Set(records.flatMap(getFields))];
  const shown = seen.slice(0, fieldsShown).join(', ') + (seen.length > fieldsShown ? ', ...' : '');
  return new DatasetsError({
    code: 'UNKNOWN_REPLY_FORMAT',
    kind: 'request',
    what: `The format of the replies in '${path}' was not recognised.`,
    why: seen.length === 0 ? 'Its first records are not objects.' : `Its first records have the fields ${shown}.`,
    next: `Write lines of {"id", "reply"}, or name the format with --format: ${replyFormats.join(', ')}.`,
    fields: { path, seen, formats: replyFormats },
  });
}
