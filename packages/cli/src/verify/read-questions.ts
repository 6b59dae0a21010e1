import type { PoolItem } from '@scalequest/verifier/pool';
import { z } from 'zod';
import { CliError } from '../errors.ts';
import { delimiterOf, type FileFormat } from '../lines/file-format.ts';
import { type Asked, asBadLine, type InputLine, idSchema, readInputLine, textSchema } from '../lines/input-line.ts';
import type { RawRecord } from '../lines/raw-record.ts';
import { readJsonLines } from '../lines/read-json-lines.ts';
import { RowReader } from '../lines/row-reader.ts';
import { defaultMaxLineBytes, type SplitLinesOptions, splitLines } from '../lines/split-lines.ts';
import { TableHeader } from './table-header.ts';

// Programs that write tables as JSON write null for what is not there.
const optionalText = textSchema.nullish();

const questionSchema: z.ZodType<Asked<PoolItem>> = z
  .object(
    {
      id: idSchema,
      reference: textSchema,
      candidate: optionalText,
      reply: optionalText,
      problem: optionalText,
    },
    { error: 'is no JSON object' },
  )
  .refine(({ candidate, reply }) => (candidate ?? null) === null || (reply ?? null) === null, {
    message: 'has "candidate" and "reply"; give one of the two',
  })
  .refine(({ candidate, reply }) => (candidate ?? reply ?? null) !== null, {
    message: 'needs "candidate" or "reply", one of the two',
  })
  .transform(({ id, reference, candidate, reply, problem }) => {
    if (typeof candidate === 'string') return { id, item: { reference, candidate } };
    return { id, item: { reference, reply: reply ?? '', ...(typeof problem === 'string' ? { problem } : {}) } };
  });

export interface ReadQuestionsOptions {
  /** How errors call the source. */
  readonly name: string;
  readonly format: FileFormat;
  /** @defaultValue 32 MiB */
  readonly maxLineBytes?: number;
}

/**
 * Reads questions from bytes, one line in memory at a time. Blank lines, CR LF ends and a byte order mark are taken as
 * they come; a line that cannot be read is given in its place and stops nothing.
 *
 * @throws CliError `BAD_HEADER`, `NOT_UTF8` for a file that begins as UTF-16
 */
export async function* readQuestions(
  chunks: AsyncIterable<Uint8Array>,
  { format, maxLineBytes = defaultMaxLineBytes, name }: ReadQuestionsOptions,
): AsyncGenerator<InputLine<PoolItem>> {
  const options = { name, maxLineBytes };
  if (format === 'jsonl') yield* readJsonLines(chunks, { ...options, schema: questionSchema });
  else yield* readTable(chunks, { ...options, delimiter: delimiterOf(format) });
}

async function* readTable(
  chunks: AsyncIterable<Uint8Array>,
  { delimiter, ...options }: SplitLinesOptions & { readonly delimiter: string },
): AsyncGenerator<InputLine<PoolItem>> {
  const rows = new RowReader({ delimiter, maxBytes: options.maxLineBytes });
  const table = new Table(options.name);
  for await (const line of splitLines(chunks, options)) {
    for (const record of rows.push(line)) yield* table.read(record);
  }
  for (const record of rows.end()) yield* table.read(record);
  if (!table.hasHeader) throw noHeaderError(options.name, 'It is empty.');
}

class Table {
  readonly #name: string;
  #header: TableHeader | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  get hasHeader(): boolean {
    return this.#header !== undefined;
  }

  *read(record: RawRecord<readonly string[]>): Generator<InputLine<PoolItem>> {
    if (this.#header === undefined) {
      if (record.kind === 'bad') throw noHeaderError(this.#name, `Line ${record.line} ${record.error}.`);
      this.#header = new TableHeader(record.content, this.#name);
      return;
    }
    if (record.kind === 'bad') {
      yield asBadLine(record);
      return;
    }
    const row = this.#header.read(record.content);
    if ('error' in row) yield asBadLine({ ...record, kind: 'bad', error: row.error });
    else yield readInputLine(questionSchema, row.value, record);
  }
}

function noHeaderError(source: string, why: string): CliError {
  return new CliError({
    code: 'BAD_HEADER',
    kind: 'request',
    what: `'${source}' has no header line.`,
    why,
    next: 'The first line names the columns: id, reference, candidate or reply, and problem if there is one.',
    fields: { source },
  });
}
