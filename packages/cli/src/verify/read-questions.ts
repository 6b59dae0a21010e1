import { LineSplitter, type RawLine } from '@scalequest/core';
import type { PoolItem } from '@scalequest/verifier/pool';
import { z } from 'zod';
import { CliError } from '../errors.ts';
import { delimiterOf, type FileFormat } from './file-format.ts';
import type { RawRecord } from './raw-record.ts';
import { readValue } from './read-value.ts';
import { RowReader } from './row-reader.ts';
import { TableHeader } from './table-header.ts';

/** A line of the input in its place: a question, or a line that cannot be one. */
export type InputLine = QuestionLine | BadInputLine;

export interface QuestionLine {
  readonly kind: 'question';
  readonly id: string | number;
  readonly item: PoolItem;
  /** About how much memory it takes, in characters. */
  readonly size: number;
}

export interface BadInputLine {
  readonly kind: 'bad';
  readonly id: string | number | null;
  readonly line: number;
  readonly error: string;
  /** The line as it was read; of one that is too long its beginning. */
  readonly text: string;
  readonly size: number;
}

interface Question {
  readonly id: string | number;
  readonly item: PoolItem;
}

const text = z.string({ error: ({ input }) => describeNoText(input) });

// Programs that write tables as JSON write null for what is not there.
const optionalText = text.nullish();

const questionSchema: z.ZodType<Question> = z
  .object(
    {
      id: z.union(
        [
          z.string(),
          z.number().refine((id) => !Number.isInteger(id) || Number.isSafeInteger(id), {
            message: 'is too large for a number of JSON; write it as text',
          }),
        ],
        { error: ({ input }) => ((input ?? null) === null ? 'is missing' : 'is neither text nor a number') },
      ),
      reference: text,
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

/** A number is not taken for its text: digits that JSON cannot hold are lost by then, and `1e-7` reads as something else. */
function describeNoText(input: unknown): string {
  if ((input ?? null) === null) return 'is missing';
  return typeof input === 'number' ? 'is a number; write it as text, in quotes' : 'is no text';
}

/** A longer line is bad: it would be several times in memory. */
const defaultMaxLineBytes = 32 * 2 ** 20;

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
  { name, format, maxLineBytes = defaultMaxLineBytes }: ReadQuestionsOptions,
): AsyncGenerator<InputLine> {
  const splitter = new LineSplitter(maxLineBytes);
  const reader = format === 'jsonl' ? new ValueLines(maxLineBytes) : new TableLines({ name, format, maxLineBytes });
  for await (const chunk of chunks) {
    for (const line of splitter.push(chunk)) {
      if (line.line === 1) refuseUtf16(line.bytes, name);
      yield* reader.push(line);
    }
  }
  const last = splitter.end();
  if (last !== undefined) {
    if (last.line === 1) refuseUtf16(last.bytes, name);
    yield* reader.push(last);
  }
  yield* reader.end();
}

class ValueLines {
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  *push(line: RawLine): Generator<InputLine> {
    const record = readValue(line, { maxBytes: this.#maxBytes });
    if (record?.kind === 'bad') yield asBadLine(record);
    else if (record !== undefined) yield readQuestion(record.content, record);
  }

  *end(): Generator<InputLine> {}
}

class TableLines {
  readonly #name: string;
  readonly #rows: RowReader;
  #header: TableHeader | undefined;

  constructor({ name, format, maxLineBytes }: Required<ReadQuestionsOptions> & { readonly format: 'csv' | 'tsv' }) {
    this.#name = name;
    this.#rows = new RowReader({ delimiter: delimiterOf(format), maxBytes: maxLineBytes });
  }

  *push(line: RawLine): Generator<InputLine> {
    for (const record of this.#rows.push(line)) yield* this.#read(record);
  }

  *end(): Generator<InputLine> {
    for (const record of this.#rows.end()) yield* this.#read(record);
    if (this.#header === undefined) throw noHeaderError(this.#name, 'It is empty.');
  }

  *#read(record: RawRecord<readonly string[]>): Generator<InputLine> {
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
    else yield readQuestion(row.value, record);
  }
}

function readQuestion(value: unknown, { line, text }: { readonly line: number; readonly text: string }): InputLine {
  const parsed = questionSchema.safeParse(value);
  if (parsed.success) return { kind: 'question', ...parsed.data, size: text.length };
  const issue = parsed.error.issues[0];
  const error = `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'not understood'}`;
  return { kind: 'bad', id: findId(value), line, error, text, size: text.length };
}

function asBadLine({ error, text, line }: Extract<RawRecord<unknown>, { readonly kind: 'bad' }>): BadInputLine {
  return { kind: 'bad', id: null, line, error, text, size: text.length };
}

/** The id of a line that is bad for another reason, so that its reader can tell which one it is. */
function findId(value: unknown): string | number | null {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

function refuseUtf16(bytes: Buffer, name: string): void {
  const [first, second] = bytes;
  if (!((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))) return;
  throw new CliError({
    code: 'NOT_UTF8',
    kind: 'request',
    what: `'${name}' is UTF-16, and only UTF-8 is read.`,
    next: 'Convert it: iconv -f UTF-16 -t UTF-8.',
    fields: { name },
  });
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
