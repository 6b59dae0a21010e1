import { open, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { asFileError, readJsonLines } from '@scalequest/core';
import { DatasetsError } from './errors.ts';
import { quoteJsonFields } from './quote-json-fields.ts';

/**
 * The records of a JSON Lines file (gzip or not), of a JSON file with an array, or of a Parquet file. Which one it is,
 * its first bytes say.
 *
 * @param options - `rawFields`: the fields of JSON Lines that come as their JSON text
 */
export async function readRecords(
  path: string,
  options: { readonly signal?: AbortSignal | undefined; readonly rawFields?: readonly string[] } = {},
): Promise<readonly unknown[]> {
  const { signal, rawFields = [] } = options;
  signal?.throwIfAborted();
  if (await isParquet(path)) return readParquet(path);
  if (rawFields.length > 0) return readRawFields(path, rawFields);
  return (await readSmallFile(path)) ?? readLineByLine(path, { signal });
}

const smallBytes = 16 * 2 ** 20;
/** Node's own 16 KiB would mean a turn of the event loop for each of hundreds of pieces. */
const chunkSize = 2 ** 20;

/**
 * All lines at once, which is three times as fast as one by one and takes no more memory in the end: a benchmark is
 * held whole anyway. Gives up on anything unusual, so that the line reader takes it, or says which line is bad.
 */
async function readSmallFile(path: string): Promise<readonly unknown[] | undefined> {
  try {
    if ((await stat(path)).size > smallBytes) return undefined;
    const text = await readText(path);
    if (text.trimStart().startsWith('[')) return JSON.parse(text) as unknown[];
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line): unknown => JSON.parse(line));
  } catch {
    return undefined;
  }
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isGzip ? await promisify(gunzip)(bytes, { chunkSize }) : bytes).toString('utf8');
}

async function readRawFields(path: string, fields: readonly string[]): Promise<readonly unknown[]> {
  const lines = (await readText(path).catch((error: unknown) => Promise.reject(unreadableError(path, error)))).split(
    '\n',
  );
  const records: unknown[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    try {
      records.push(JSON.parse(quoteJsonFields(line, fields)));
    } catch (error) {
      throw unreadableError(`${path}:${index + 1}`, error);
    }
  }
  return records;
}

async function readLineByLine(
  path: string,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<readonly unknown[]> {
  const records: unknown[] = [];
  for await (const { value } of readJsonLines(path, signal === undefined ? {} : { signal })) records.push(value);
  return records;
}

async function isParquet(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r');
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
      return bytesRead === 4 && buffer.toString('latin1') === 'PAR1';
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}

async function readParquet(path: string): Promise<readonly unknown[]> {
  // Loaded here, because the usual copy is JSON Lines and never needs them.
  const [{ asyncBufferFromFile, parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  try {
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors });
    return rows.map(withPlainNumbers);
  } catch (error) {
    throw unreadableError(path, error, 'Parquet file');
  }
}

function unreadableError(path: string, error: unknown, kind = 'file'): DatasetsError {
  return new DatasetsError({
    code: 'DATA_UNREADABLE',
    kind: 'request',
    what: `The ${kind} '${path}' cannot be read.`,
    why: error instanceof Error ? error.message : String(error),
    next: 'Get the file again.',
    fields: { path },
    cause: error,
  });
}

/** 64-bit integers come as BigInt. What a number holds exactly becomes one, as in the JSON Lines copy. */
function withPlainNumbers(row: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(row).map(([key, value]) => [
    key,
    typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value,
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}
