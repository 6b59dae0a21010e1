import { excerpt } from '@scalequest/core';
import { z } from 'zod';
import { DatasetsError } from '../errors.ts';
import type { Locator } from './reply-format.ts';
import type { Resolution } from './resolve.ts';

/** A line of a file of replies. */
interface Place {
  readonly path: string;
  readonly line: number;
}

export function emptyFileError(path: string): DatasetsError {
  return new DatasetsError({
    code: 'EMPTY_REPLY_FILE',
    kind: 'request',
    what: `File '${path}' holds no replies.`,
    next: 'Give a JSON Lines file with one record a line.',
    fields: { path },
  });
}

export function badRecordError(
  { path, line }: Place,
  { format, error }: { readonly format: string; readonly error: z.ZodError },
): DatasetsError {
  return new DatasetsError({
    code: 'REPLY_INVALID',
    kind: 'request',
    what: `Line ${line} of '${path}' is not a record of format '${format}'.`,
    why: excerpt(z.prettifyError(error)),
    next: 'Correct the line, or name another format with --format.',
    fields: { path, line, format },
    cause: error,
  });
}

export function otherProblemError(
  { path, line }: Place,
  { problem, disagreement }: Extract<Resolution, { readonly status: 'other-problem' }>,
): DatasetsError {
  const { about, recorded, expected } = disagreement;
  return new DatasetsError({
    code: 'REPLY_OF_OTHER_PROBLEM',
    kind: 'request',
    what: `Line ${line} of '${path}' answers another problem than '${problem.id}' of the benchmark.`,
    why: `Its ${about} reads: ${excerpt(recorded.trim())}\nThe benchmark's reads: ${excerpt(expected.trim())}`,
    next: 'Give the benchmark that the replies were recorded on.',
    fields: { path, line, id: problem.id, about },
  });
}

export function repeatedReplyError(
  { path, line }: Place,
  { id, epoch }: { readonly id: string; readonly epoch: number | undefined },
): DatasetsError {
  return new DatasetsError({
    code: 'REPEATED_REPLY',
    kind: 'request',
    what: `Line ${line} of '${path}' gives epoch ${epoch} of '${id}' again.`,
    next: "Remove one of the two lines, or leave 'epoch' out: the same id again is then the next epoch.",
    fields: { path, line, id, epoch },
  });
}

export function unknownIdsError(found: {
  readonly path: string;
  readonly format: string;
  readonly unknownCount: number;
  readonly recordCount: number;
  /** Each with its line. */
  readonly firstUnknown: readonly string[];
}): DatasetsError {
  const { path, format, unknownCount, recordCount, firstUnknown } = found;
  const more = unknownCount > firstUnknown.length ? ', ...' : '';
  return new DatasetsError({
    code: 'UNKNOWN_REPLY_IDS',
    kind: 'request',
    what: `${unknownCount} of ${recordCount} records in '${path}' answer no problem of the benchmark.`,
    why: `The first: ${firstUnknown.join(', ')}${more}.`,
    next: `Check that the replies were recorded on this benchmark, and that their format is '${format}' (--format).`,
    fields: { ...found },
  });
}

/** What a record calls its problem. */
export function describeLocator(locator: Locator): string {
  switch (locator.by) {
    case 'id':
      return `'${excerpt(locator.id)}'`;
    case 'line':
      return `problem ${locator.line}, counted from 0`;
    case 'question':
      return `'${locator.question.trim().slice(0, 40)}...'`;
    case 'code-prompt':
      return `'${locator.prompt.trim().slice(0, 40)}...'`;
  }
}
