import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { type ExportColumn, listColumns } from './export-columns.ts';
import type { ExportRow, RunExport } from './read-export.ts';

/** Rows that are turned into bytes at once: some megabytes, with the texts of long replies some tens of them. */
const groupSize = 20_000;

/** The rows of a run as a Parquet file (Snappy), piece by piece, with the columns of {@link listColumns}; null is what is not known. */
export function* formatParquet(run: RunExport): Generator<Uint8Array> {
  const columns = listColumns(run);
  const writer = new ByteWriter();
  const schema = schemaFromColumnData({
    columnData: columns.map(({ name, type }) => ({ name, type, nullable: true, data: [] })),
  });
  const file = new ParquetWriter({ writer, schema });
  const rows = run.graders.flatMap((grader) => grader.rows);
  for (let start = 0; start < rows.length; start += groupSize) {
    const group = rows.slice(start, start + groupSize);
    const columnData = columns.map((column) => ({
      name: column.name,
      data: group.map((row) => readCell(row, column)),
    }));
    file.write({ columnData, rowGroupSize: groupSize });
    yield takeBytes(writer);
  }
  file.finish();
  yield takeBytes(writer);
}

function readCell(row: ExportRow, { name, type }: ExportColumn): string | number | bigint | null {
  const value = row[name] ?? null;
  return type === 'INT64' && typeof value === 'number' ? BigInt(value) : value;
}

/** What was written since the last time. The writer goes on counting, as the file's own addresses are from its beginning. */
function takeBytes(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
