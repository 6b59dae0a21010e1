import { formatCsvCell } from '@scalequest/core';
import { createReplacingWriter } from '../output/replacing-writer.ts';
import { delimiterOf, type FileFormat } from './file-format.ts';

/** A line of the output. In a table each field is a cell, and a list its words. */
export type OutputLine = Readonly<Record<string, string | number | null | undefined | readonly string[]>>;

/** Writes lines in a format; see {@link createReplacingWriter} for when they come to stand where. */
export interface LineWriter {
  readonly write: (line: OutputLine) => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly discard: () => Promise<void>;
}

export interface LineWriterOptions {
  readonly format: FileFormat;
  /** The columns of a table; JSON Lines have the fields that a line has. */
  readonly columns: readonly string[];
}

export async function createLineWriter(path: string, { format, columns }: LineWriterOptions): Promise<LineWriter> {
  const writer = await createReplacingWriter(path);
  if (format === 'jsonl') return { ...writer, write: (line) => writer.write(`${JSON.stringify(line)}\n`) };
  const delimiter = delimiterOf(format);
  const formatRow = (cells: readonly OutputLine[string][]): string =>
    `${cells.map((cell) => formatCell(cell, delimiter)).join(delimiter)}\n`;
  await writer.write(formatRow(columns));
  return { ...writer, write: (line) => writer.write(formatRow(columns.map((column) => line[column]))) };
}

function formatCell(value: OutputLine[string], delimiter: string): string {
  return formatCsvCell(typeof value === 'object' && value !== null ? value.join(' ') : String(value ?? ''), delimiter);
}
