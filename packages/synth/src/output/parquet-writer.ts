import { join } from 'node:path';
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBListValue,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  VARCHAR,
} from '@duckdb/node-api';
import { makeFolder } from '@scalequest/core';
import type { Json } from '../engine/row.ts';
import { SynthError } from '../errors.ts';
import type { Column, ColumnType, Flat } from './columns.ts';

export interface ParquetWriterOptions {
  readonly folder: string;
  readonly columns: readonly Column[];
  /** A file is full with so many bytes of values, before it is packed; they are in memory until then, in two files at once. */
  readonly fileBytes: number;
}

export interface ParquetFiles {
  /** In their order, as `part-00000.parquet`. */
  readonly files: readonly string[];
  readonly rows: number;
  /** Of values, before they are packed. */
  readonly bytes: number;
}

/** Rows into Parquet files packed with zstd, one file filled while another is written. */
export interface ParquetWriter {
  /** Rows that come together, such as those of a shard, end in one file. */
  readonly append: (rows: readonly Flat[]) => Promise<void>;
  readonly end: () => Promise<ParquetFiles>;
  /** Gives the memory back; also after a failure. */
  readonly close: () => Promise<void>;
}

/** What DuckDB takes at once. */
const chunkRows = 2048;
const groupBytes = 32 * 1024 * 1024;

const types: Readonly<Record<ColumnType, DuckDBType>> = {
  text: VARCHAR,
  integer: BIGINT,
  number: DOUBLE,
  boolean: BOOLEAN,
  texts: LIST(VARCHAR),
  numbers: LIST(DOUBLE),
  json: VARCHAR,
};

/**
 * Opens a writer. The same rows give the same bytes: one thread writes each file, in the order of the rows, and where a file
 * or a row group ends depends on the rows alone.
 */
export async function openParquetWriter({ folder, columns, fileBytes }: ParquetWriterOptions): Promise<ParquetWriter> {
  await makeFolder(folder);
  const database = await DuckDBInstance.create(':memory:', { threads: '1', preserve_insertion_order: 'true' });
  const filling = await database.connect();
  const copying = await database.connect();
  const columnTypes = columns.map(({ type }) => types[type]);
  const files: string[] = [];
  const total = { rows: 0, bytes: 0 };
  let open = await openTable(filling, { number: 0, columns });
  let copy: Promise<void> = Promise.resolve();

  const flushChunk = (rows: readonly Flat[]): void => {
    const chunk = DuckDBDataChunk.create(columnTypes, rows.length);
    let bytes = 0;
    const values = columns.map(({ name, type }) =>
      rows.map((row) => {
        const value = toValue(row[name] ?? null, type);
        bytes += sizeOf(row[name] ?? null);
        return value;
      }),
    );
    chunk.setColumns(values);
    open.appender.appendDataChunk(chunk);
    open.rows += rows.length;
    open.bytes += bytes;
  };

  /** Packs the table that is full. Of the next one nothing is written before this one is. */
  const pack = async (): Promise<void> => {
    const { name, rows, bytes, appender } = open;
    appender.closeSync();
    await copy;
    const path = join(folder, `part-${String(files.length).padStart(5, '0')}.parquet`);
    files.push(path);
    total.rows += rows;
    total.bytes += bytes;
    const group =
      Math.min(Math.max(Math.floor((groupBytes * rows) / Math.max(bytes, 1) / chunkRows), 1), 60) * chunkRows;
    copy = copyTable(copying, { name, path, group });
    copy.catch(() => undefined);
  };

  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw unwritable(folder, error);
    }
  };

  return {
    append: (rows) =>
      guard(async () => {
        for (let begin = 0; begin < rows.length; begin += chunkRows) flushChunk(rows.slice(begin, begin + chunkRows));
        if (open.bytes < fileBytes) return;
        await pack();
        open = await openTable(filling, { number: files.length, columns });
      }),
    end: () =>
      guard(async () => {
        if (open.rows > 0 || files.length === 0) await pack();
        await copy;
        return { files, ...total };
      }),
    close: async () => {
      await copy.catch(() => undefined);
      filling.closeSync();
      copying.closeSync();
      database.closeSync();
    },
  };
}

async function openTable(
  connection: DuckDBConnection,
  { number, columns }: { readonly number: number; readonly columns: readonly Column[] },
) {
  const name = `part_${number}`;
  const list = columns.map((column) => `"${column.name.replaceAll('"', '""')}" ${types[column.type]}`);
  await connection.run(`CREATE TABLE ${name} (${list.join(', ')})`);
  return { name, appender: await connection.createAppender(name), rows: 0, bytes: 0 };
}

async function copyTable(
  connection: DuckDBConnection,
  { name, path, group }: { readonly name: string; readonly path: string; readonly group: number },
): Promise<void> {
  const options = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${group}`;
  await connection.run(`COPY ${name} TO '${path.replaceAll("'", "''")}' (${options})`);
  await connection.run(`DROP TABLE ${name}`);
}

function sizeOf(value: Json): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return Array.isArray(value) ? value.reduce((sum: number, one: Json) => sum + sizeOf(one), 0) : 8;
}

function toValue(value: Json, type: ColumnType): DuckDBValue {
  if (value === null) return null;
  if (type === 'json') return JSON.stringify(value);
  if (type === 'integer') return BigInt(value as number);
  if (type === 'texts' || type === 'numbers')
    return new DuckDBListValue([...(value as readonly (string | number | null)[])]);
  return value as string | number | boolean;
}

function unwritable(folder: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return new SynthError({
    code: 'DATASET_UNWRITABLE',
    what: `The Parquet files in '${folder}' could not be written.`,
    why: error.message.split('\n')[0] ?? '',
    next: 'The run is as it was. Make room, or give another folder, and write it again.',
    fields: { folder },
    cause: error,
  });
}
