import { isUtf8 } from 'node:buffer';
import type { RawLine } from '@scalequest/core';
import { CsvError, parse } from 'csv-parse/sync';
import { describeTooLong, notUtf8 } from './bad-line.ts';
import type { RawRecord } from './raw-record.ts';

const quote = 0x22;

/** An open quote takes at most this much; then it counts as one that somebody forgot to close. */
const maxOpenBytes = 4 * 2 ** 20;

/**
 * Joins lines into the rows of a table, as RFC 4180 has it: a line feed between quotes belongs to the cell.
 *
 * A row ends at the first line end with an even number of quotes before it. Where what was joined so is no row, or
 * nothing closes a quote, the first of its lines alone is bad, and reading goes on with the line behind it: one quote
 * too many does not cost the rest of the file.
 */
export class RowReader {
  readonly #delimiter: string;
  readonly #maxBytes: number;
  /** The lines since the quote that is open. */
  #open: RawLine[] = [];
  #openBytes = 0;

  constructor({ delimiter, maxBytes }: { readonly delimiter: string; readonly maxBytes: number }) {
    this.#delimiter = delimiter;
    this.#maxBytes = maxBytes;
  }

  /** The rows that the line completes: mostly one; none inside of quotes. */
  *push(line: RawLine): Generator<RawRecord<readonly string[]>> {
    if (this.#open.length === 0) {
      if (line.isTooLong) yield makeBad(line, describeTooLong(this.#maxBytes));
      else if (hasOddQuotes(line.bytes)) this.#hold(line);
      else if (!isBlank(line.bytes)) yield this.#read([line]);
      return;
    }
    this.#hold(line);
    if (line.isTooLong || this.#openBytes > maxOpenBytes) yield* this.#giveUp();
    else if (hasOddQuotes(line.bytes)) {
      const row = this.#read(this.#open);
      if (row.kind === 'bad' && row.error !== notUtf8) yield* this.#giveUp();
      else {
        this.#release();
        yield row;
      }
    }
  }

  /** What is left at the end of the input. */
  *end(): Generator<RawRecord<readonly string[]>> {
    while (this.#open.length > 0) yield* this.#giveUp();
  }

  #hold(line: RawLine): void {
    this.#open.push(line);
    this.#openBytes += line.bytes.length;
  }

  #release(): RawLine[] {
    const lines = this.#open;
    this.#open = [];
    this.#openBytes = 0;
    return lines;
  }

  /** The first line is bad for its own reason. Only the last can open a quote anew: each line is read twice at most. */
  *#giveUp(): Generator<RawRecord<readonly string[]>> {
    const [first, ...others] = this.#release();
    if (first !== undefined) yield this.#read([first]);
    for (const line of others) yield* this.push(line);
  }

  #read(lines: readonly RawLine[]): RawRecord<readonly string[]> {
    const [first] = lines;
    if (first === undefined) throw new Error('A row has no lines.');
    const bytes = lines.length === 1 ? first.bytes : joinLines(lines);
    if (!isUtf8(bytes)) return { kind: 'bad', error: notUtf8, text: bytes.toString(), line: first.line };
    const text = stripEnds(bytes.toString(), first.line);
    const cells = splitCells(text, this.#delimiter);
    if (typeof cells === 'string') return { kind: 'bad', error: cells, text, line: first.line };
    return { kind: 'read', content: cells, text, line: first.line };
  }
}

/** The cells of a row, or why it has none. */
function splitCells(text: string, delimiter: string): readonly string[] | string {
  // The parser takes eleven microseconds for a row, and most rows need none.
  if (!text.includes('"')) return text.split(delimiter);
  try {
    const rows: string[][] = parse(text, { delimiter, relax_column_count: true, record_delimiter: '\n' });
    if (rows.length === 1 && rows[0] !== undefined) return rows[0];
    return 'is not one row';
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return reasons[error.code] ?? error.message;
  }
}

const reasons: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'has text behind a closing quote; a quote inside of a quoted cell is written twice',
  INVALID_OPENING_QUOTE: 'has a quote inside of a cell that is not quoted',
  CSV_QUOTE_NOT_CLOSED: 'opens a quote that is not closed',
};

function hasOddQuotes(bytes: Buffer): boolean {
  let isOdd = false;
  for (let at = bytes.indexOf(quote); at >= 0; at = bytes.indexOf(quote, at + 1)) isOdd = !isOdd;
  return isOdd;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length === 0 || (bytes.length < 10 && bytes.toString().trim() === '');
}

function joinLines(lines: readonly RawLine[]): Buffer {
  const lineFeed = Buffer.from('\n');
  return Buffer.concat(lines.flatMap(({ bytes }, index) => (index === 0 ? [bytes] : [lineFeed, bytes])));
}

/** A CR before the line end is a part of it, and a byte order mark is no part of the first cell. */
function stripEnds(text: string, line: number): string {
  const withoutMark = line === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
  return withoutMark.endsWith('\r') ? withoutMark.slice(0, -1) : withoutMark;
}

function makeBad({ bytes, line }: RawLine, error: string): RawRecord<never> {
  return { kind: 'bad', error, text: bytes.toString(), line };
}
