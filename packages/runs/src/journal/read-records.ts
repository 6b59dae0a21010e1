import { asFileError, type BadLine, excerpt, pathExists, readJsonLines } from '@scalequest/core';
import type { z } from 'zod';
import { RunsError } from '../errors.ts';

/**
 * Streams the records of a run's JSON Lines file. A missing file has none. A torn last line is left out: a kill leaves
 * one, and its sample was never finished. A bad line anywhere else is damage, and stops the reading.
 *
 * @throws RunsError `JOURNAL_CORRUPT`
 */
export async function* readRecords<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  for await (const { record } of readNumberedRecords(path, schema)) yield record;
}

/** A record and where its line stands in the file. */
export interface NumberedRecord<T> {
  readonly record: T;
  readonly offset: number;
  readonly bytes: number;
}

/** The same, with the place of each line. */
export async function* readNumberedRecords<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<NumberedRecord<T>> {
  if (!(await isThere(path))) return;
  const throwUnlessTorn = (bad: BadLine): void => {
    if (!bad.isTorn) throw corruptError(path, { line: bad.line, why: bad.why, text: bad.text });
  };
  for await (const { value, line, offset, bytes } of readJsonLines(path, { onBadLine: throwUnlessTorn })) {
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const why = `${issue?.path.join('.') || 'The line'}: ${issue?.message}`;
      throw corruptError(path, { line, why, text: JSON.stringify(value) });
    }
    yield { record: parsed.data, offset, bytes };
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return await pathExists(path);
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}

function corruptError(
  path: string,
  { line, why, text }: { readonly line: number; readonly why: string; readonly text: string },
): RunsError {
  return new RunsError({
    code: 'JOURNAL_CORRUPT',
    what: `Line ${line} of '${path}' is damaged.`,
    why: `${why}. It reads: ${excerpt(text)}`,
    next: `Nothing was changed. Restore the file, or remove line ${line} (\`sed -i ${line}d\` on a copy): its sample is then asked again.`,
    fields: { path, line },
  });
}
