import { LineSplitter, type RawLine } from '@scalequest/core';
import { CliError } from '../errors.ts';

/** A longer line is bad: it would be several times in memory. */
export const defaultMaxLineBytes: number = 32 * 2 ** 20;

export interface SplitLinesOptions {
  /** How errors call the source. */
  readonly name: string;
  readonly maxLineBytes: number;
}

/** @throws CliError `NOT_UTF8` for a file that begins as UTF-16 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  { name, maxLineBytes }: SplitLinesOptions,
): AsyncGenerator<RawLine> {
  const splitter = new LineSplitter(maxLineBytes);
  for await (const chunk of chunks) {
    for (const line of splitter.push(chunk)) {
      if (line.line === 1) refuseUtf16(line.bytes, name);
      yield line;
    }
  }
  const last = splitter.end();
  if (last === undefined) return;
  if (last.line === 1) refuseUtf16(last.bytes, name);
  yield last;
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
