import type { z } from 'zod';
import { type Asked, asBadLine, type InputLine, readInputLine } from './input-line.ts';
import { readValue } from './read-value.ts';
import { type SplitLinesOptions, splitLines } from './split-lines.ts';

/**
 * Reads JSON Lines as a schema says, one line in memory at a time. Blank lines, CR LF ends and a byte order mark are
 * taken as they come; a line that cannot be read is given in its place and stops nothing.
 */
export async function* readJsonLines<Item>(
  chunks: AsyncIterable<Uint8Array>,
  { schema, ...options }: SplitLinesOptions & { readonly schema: z.ZodType<Asked<Item>> },
): AsyncGenerator<InputLine<Item>> {
  for await (const line of splitLines(chunks, options)) {
    const record = readValue(line, { maxBytes: options.maxLineBytes });
    if (record?.kind === 'bad') yield asBadLine(record);
    else if (record !== undefined) yield readInputLine(schema, record.content, record);
  }
}
