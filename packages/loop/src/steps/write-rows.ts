import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { asFileError } from '@scalequest/core';
import type { StepContext } from '../engine/step.ts';

const rowsFile = 'rows.jsonl';

/** What {@link writeRows} left. */
export interface WrittenRows {
  /** Those of the step. */
  readonly files: { readonly rows: string };
  readonly count: number;
}

/**
 * Writes what a step makes as JSON Lines, the file `rows` of the step, one row after the other: they need not fit in memory.
 *
 * @throws CoreError `FILE_UNWRITABLE`; what the rows throw
 */
export async function writeRows(
  rows: AsyncIterable<object> | Iterable<object>,
  { folder, abort }: Pick<StepContext, 'folder' | 'abort'>,
): Promise<WrittenRows> {
  const path = join(folder, rowsFile);
  let count = 0;
  async function* listLines(): AsyncGenerator<string> {
    for await (const row of rows) {
      count += 1;
      yield `${JSON.stringify(row)}\n`;
    }
  }
  try {
    await pipeline(listLines, createWriteStream(path), { signal: abort });
  } catch (error) {
    throw asFileError(error, { path, action: 'written' });
  }
  return { files: { rows: rowsFile }, count };
}
