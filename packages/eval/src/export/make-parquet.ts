import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ExportRow, RunExport } from './read-export.ts';

/** The rows of a run as a Parquet file (Snappy), with the columns of {@link ExportRow}; null is what is not known. */
export function makeParquet({ graders }: RunExport): Uint8Array {
  const rows = graders.flatMap((grader) => grader.rows);
  const hasTexts = rows[0]?.problem !== undefined;
  const names = hasTexts ? [...columns, ...textColumns] : columns;
  const columnData = names.map(([name, type]) => ({
    name,
    type,
    nullable: true,
    data: rows.map((row) => row[name] ?? null),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

type Column = readonly [name: keyof ExportRow, type: 'STRING' | 'INT32' | 'DOUBLE'];

const columns: readonly Column[] = [
  ['benchmark', 'STRING'],
  ['model', 'STRING'],
  ['grader', 'STRING'],
  ['id', 'STRING'],
  ['epoch', 'INT32'],
  ['outcome', 'STRING'],
  ['score', 'INT32'],
  ['verdict', 'STRING'],
  ['rule', 'STRING'],
  ['reason', 'STRING'],
  ['gradingMs', 'DOUBLE'],
  ['finishReason', 'STRING'],
  ['promptTokens', 'INT32'],
  ['completionTokens', 'INT32'],
  ['latencyMs', 'DOUBLE'],
  // Seeds may be larger than an INT32, and below 2^53.
  ['seed', 'DOUBLE'],
];

const textColumns: readonly Column[] = [
  ['problem', 'STRING'],
  ['reference', 'STRING'],
  ['reply', 'STRING'],
  ['answer', 'STRING'],
];
