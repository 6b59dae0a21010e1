import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { asFileError, type BadLine, excerpt, readJsonLines } from '@scalequest/core';
import type { TrainKind } from '../config/train-config.ts';
import { rowForms, rowSchemas, type TrainRow } from '../config/train-row.ts';
import { TrainBridgeError } from '../errors.ts';

export interface WrittenRows {
  readonly rows: number;
  /** Of the file. */
  readonly sha256: string;
}

/** Writes rows as JSON Lines, one at a time; the file is there whole or not at all. */
export async function writeRows(
  path: string,
  rows: Iterable<TrainRow> | AsyncIterable<TrainRow>,
  signal?: AbortSignal,
): Promise<WrittenRows> {
  const hash = createHash('sha256');
  let count = 0;
  async function* toLines(): AsyncGenerator<string> {
    let block = '';
    for await (const row of rows) {
      block += `${JSON.stringify(row)}\n`;
      if (++count % 500 !== 0) continue;
      hash.update(block);
      yield block;
      block = '';
      // Rows are made without a pause; a signal must get through.
      await nextTurn();
      signal?.throwIfAborted();
    }
    hash.update(block);
    yield block;
  }
  const temporary = `${path}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await pipeline(Readable.from(toLines()), createWriteStream(temporary, { flush: true }));
    await rename(temporary, path);
  } catch (error) {
    // A part of many gigabytes is no use to anybody, least of all on a full disk.
    await rm(temporary, { force: true });
    throw asFileError(error, { path, action: 'written' });
  }
  return { rows: count, sha256: hash.digest('hex') };
}

/**
 * The rows of a user's own file, each checked to be one that this kind of training takes.
 *
 * @throws TrainBridgeError `BAD_ROWS`
 */
export async function* readRows(path: string, kind: TrainKind): AsyncGenerator<TrainRow> {
  let count = 0;
  const onBadLine = ({ line, text, isTorn }: BadLine): never => {
    const torn = isTorn ? 'It has no line end: the file looks cut short. ' : '';
    throw refuseRow({
      path,
      line,
      why: `${torn}It is not JSON: ${excerpt(text)}`,
      next: 'Correct or remove the line.',
    });
  };
  for await (const { value, line } of readJsonLines(path, { onBadLine })) {
    const row = rowSchemas[kind].safeParse(value);
    if (!row.success) {
      const custom = row.error.issues.find(({ code }) => code === 'custom')?.message;
      throw refuseRow({
        path,
        line,
        why: custom === undefined ? `It is ${describeValue(value)}.` : `${custom}.`,
        next: `A row for this training is ${rowForms[kind]}; a text holds no half of a character (a lone surrogate).`,
      });
    }
    count++;
    yield row.data;
  }
  if (count > 0) return;
  throw new TrainBridgeError({
    code: 'BAD_ROWS',
    kind: 'request',
    what: `'${path}' holds no rows.`,
    next: 'Give a file with one row a line.',
    fields: { path },
  });
}

interface RefusedRow {
  readonly path: string;
  readonly line: number;
  readonly why: string;
  readonly next: string;
}

function refuseRow({ path, line, why, next }: RefusedRow): TrainBridgeError {
  return new TrainBridgeError({
    code: 'BAD_ROWS',
    kind: 'request',
    what: `Line ${line} of '${path}' is no row to train on.`,
    why,
    next,
    fields: { path, line },
  });
}

/** Its keys and what stands under them: mostly there is one too many, or a number where a text is wanted. */
function describeValue(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return describeType(value);
  const keys = Object.entries(value).map(([key, child]) => `${JSON.stringify(key)}: ${describeType(child)}`);
  return excerpt(`{${keys.join(', ')}}`);
}

function describeType(value: unknown): string {
  if (value === '') return 'an empty text';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  const names: Readonly<Record<string, string>> = { string: 'text', object: 'an object' };
  return names[typeof value] ?? `a ${typeof value}`;
}
