import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { asFileError, getSystemErrorCode, hashFile, makeFolder, writeFileAtomic } from '@scalequest/core';
import { formatRowId, type Json } from '../engine/row.ts';
import { readSpent, readVersions } from '../engine/session.ts';
import { SynthError } from '../errors.ts';
import {
  bulkyFields,
  type Column,
  type Flat,
  fitToColumns,
  flattenRow,
  listColumns,
  type Seen,
  widen,
} from './columns.ts';
import { type CardDetails, renderDatasetCard } from './dataset-card.ts';
import { nameHalfWritten, removeHalfWritten } from './half-written.ts';
import { checkLicence } from './hub-licences.ts';
import { LinesFile } from './lines-file.ts';
import type { openParquetWriter, ParquetFiles } from './parquet-writer.ts';
import { readContaminations } from './read-contaminations.ts';
import {
  isWithheld,
  planRun,
  type ReadShard,
  type RejectedRow,
  type RunPlan,
  readContaminated,
  readShards,
} from './read-shards.ts';
import { type RunSummary, summarizeRun } from './summarize-run.ts';

export interface WriteDatasetOptions {
  /** The folder of the run, which may still go on: then the rows that are sure. */
  readonly run: string;
  readonly out: string;
  /**
   * A second configuration, `rejected`, with every row that was dropped and why: id, stage, reason, because, query; of a contaminated
   * one, and of one that repeats it, without its query. @defaultValue false
   */
  readonly withRejected?: boolean;
  /** `train.jsonl` beside the Parquet files, with the same columns. @defaultValue false */
  readonly withJsonLines?: boolean;
  /** Fields that stay in the run folder. @defaultValue `responses` and `checks` */
  readonly leaveOut?: readonly string[];
  /**
   * Bytes of values, before they are packed, after which a file is full. About three times as many are in memory.
   * @defaultValue 268_435_456
   */
  readonly fileBytes?: number;
  /** Replaces what an earlier call wrote into `out`, where it is another dataset than this. @defaultValue false */
  readonly overwrite?: boolean;
  /** What the card says and no run folder knows. */
  readonly card?: CardDetails;
  readonly signal?: AbortSignal;
  /** Told after each shard: rows of the dataset that were read. */
  readonly onProgress?: (progress: { readonly rows: number; readonly of: number }) => void;
}

/** A configuration of the dataset, in the words of the Hugging Face hub. */
export interface DatasetConfig {
  readonly name: 'default' | 'rejected';
  readonly columns: readonly Column[];
  readonly rows: number;
  /** Of values, before they are packed. */
  readonly bytes: number;
  /** Paths in the dataset's folder. */
  readonly files: readonly string[];
  /** On the disk. */
  readonly fileBytes: number;
}

export interface WrittenDataset {
  readonly configs: readonly DatasetConfig[];
  /** Generators of which more rows are wanted: the run goes on, or they came to their end. */
  readonly unfinished: RunSummary['unfinished'];
}

/**
 * Makes the dataset of a run: `data/train-00000-of-000NN.parquet` and a README.md that is its card, as the Hugging Face hub and
 * the `datasets` library take them.
 *
 * The same run gives the same bytes with the same version of ScaleQuest, on any machine and with any number of cores. Columns
 * are the fields that the rows have. The folder comes to be when all is written; a call that fails leaves none.
 *
 * @throws SynthError `DATASET_EMPTY`, `FOLDER_NOT_EMPTY`, `DATASET_UNWRITABLE`, `SHARD_DAMAGED`, `INVALID_OPTION`
 * @example
 * await writeDataset({ run: 'runs/questions', out: 'questions-1m', card: { licence: 'apache-2.0' } });
 */
export async function writeDataset(options: WriteDatasetOptions): Promise<WrittenDataset> {
  const { run, overwrite = false, card = {}, fileBytes = 256 * 1024 * 1024 } = options;
  const out = resolve(options.out);
  if (!Number.isSafeInteger(fileBytes) || fileBytes < 1) throw wrongFileBytes(fileBytes);
  if (card.licence !== undefined) checkLicence(card.licence);
  const plan = await planRun(run);
  const summary = summarizeRun(plan);
  if (summary.acceptedRows === 0) throw empty(run);
  const there = await listThere(out);
  if (there.length > 0 && !overwrite && !there.includes('README.md')) throw notEmpty(out, there);
  const half = nameHalfWritten(out);
  try {
    await removeHalfWritten(out);
    await rm(half, { recursive: true, force: true });
    await makeFolder(half);
    const configs = await writeUntilColumnsHold(plan, { ...options, fileBytes, half });
    const examples = await takeExamples(plan);
    const told = {
      spent: await readSpent(run),
      madeWith: await readVersions(run),
      contamination: await readContaminations(run, summary),
    };
    const readme = renderDatasetCard({ summary, configs, examples, details: card, ...told });
    await writeFileAtomic(join(half, 'README.md'), readme);
    if (there.length > 0 && !overwrite) {
      // A call that is made again, such as for the push that follows, finds its own dataset.
      if (!(await holdsSame(out, half))) throw notEmpty(out, there);
      await rm(half, { recursive: true, force: true });
    } else await replace(out, half);
    return { configs, unfinished: summary.unfinished };
  } catch (error) {
    await rm(half, { recursive: true, force: true }).catch(() => undefined);
    if (getSystemErrorCode(error) === undefined) throw error;
    throw asFileError(error, { path: out, action: 'written' });
  }
}

type Work = WriteDatasetOptions & { readonly fileBytes: number; readonly half: string };

/** What a column holds is known when the last row is. Where a later row widens one, the files are begun anew. */
async function writeUntilColumnsHold(plan: RunPlan, work: Work): Promise<readonly DatasetConfig[]> {
  const kept = new Map<string, Seen>();
  const rejected = new Map<string, Seen>();
  for (;;) {
    await rm(work.half, { recursive: true, force: true });
    const configs = await writeOnce(plan, { work, kept, rejected });
    if (configs !== undefined) return configs;
  }
}

/** @returns undefined where a column was too narrow; it is wider now. */
async function writeOnce(
  plan: RunPlan,
  {
    work,
    kept,
    rejected,
  }: { readonly work: Work; readonly kept: Map<string, Seen>; readonly rejected: Map<string, Seen> },
): Promise<readonly DatasetConfig[] | undefined> {
  const { half, withRejected = false, withJsonLines = false, leaveOut = bulkyFields, signal, onProgress } = work;
  const of = plan.shards.reduce((sum, { take }) => sum + take, 0);
  await makeFolder(half);
  const data = new Part({ folder: join(half, 'data'), seen: kept, fileBytes: work.fileBytes });
  const drops = new Part({ folder: join(half, 'rejected'), seen: rejected, fileBytes: work.fileBytes });
  const lines = withJsonLines ? new LinesFile(join(half, 'train.jsonl')) : undefined;
  const contaminated = withRejected ? await readContaminated(plan) : new Set<string>();
  let rows = 0;
  try {
    for await (const shard of readShards(plan, { withRejected, signal })) {
      const flat = shard.rows.map((row) => flattenRow(row, { leaveOut }));
      const fits =
        (await data.append(flat)) && (!withRejected || (await drops.append(flattenRejected(shard, contaminated))));
      if (!fits) return undefined;
      const columns = listColumns(kept);
      await lines?.append(flat.map((row) => fitToColumns(row, columns)));
      rows += flat.length;
      onProgress?.({ rows, of });
    }
    const configs = [await describeFiles(await data.end(), { half, name: 'default', seen: kept })];
    if (withRejected && drops.hasRows)
      configs.push(await describeFiles(await drops.end(), { half, name: 'rejected', seen: rejected }));
    await lines?.end();
    return configs;
  } finally {
    await data.close();
    await drops.close();
    lines?.close();
  }
}

function flattenRejected({ rejected }: ReadShard, contaminated: ReadonlySet<string>): readonly Flat[] {
  return rejected.map((row: RejectedRow) => ({
    id: formatRowId(row),
    generator: row.generator,
    stage: row.stage,
    reason: row.reason,
    because: row.because === undefined ? null : JSON.stringify(row.because),
    // A contaminated question is a benchmark's problem: published, it would contaminate others.
    query: isWithheld(row, contaminated) ? null : ((row.fields.question as Json | undefined) ?? null),
  }));
}

/** A writer that is opened with the first rows, which say what the columns are. */
class Part {
  readonly #options: { readonly folder: string; readonly seen: Map<string, Seen>; readonly fileBytes: number };
  #writer: Awaited<ReturnType<typeof openParquetWriter>> | undefined;

  constructor(options: { readonly folder: string; readonly seen: Map<string, Seen>; readonly fileBytes: number }) {
    this.#options = options;
  }

  get hasRows(): boolean {
    return this.#writer !== undefined;
  }

  /** @returns false where a column that is being written is too narrow */
  async append(rows: readonly Flat[]): Promise<boolean> {
    const { folder, seen, fileBytes } = this.#options;
    let isWider = false;
    for (const row of rows) if (widen(seen, row)) isWider = true;
    if (isWider && this.#writer !== undefined) return false;
    if (rows.length === 0) return true;
    if (this.#writer === undefined) {
      // It brings DuckDB, which takes longer to load than all that a run needs.
      const { openParquetWriter } = await import('./parquet-writer.ts');
      this.#writer = await openParquetWriter({ folder, columns: listColumns(seen), fileBytes });
    }
    await this.#writer.append(rows);
    return true;
  }

  async end(): Promise<ParquetFiles> {
    return (await this.#writer?.end()) ?? { files: [], rows: 0, bytes: 0 };
  }

  async close(): Promise<void> {
    await this.#writer?.close();
  }
}

/** Gives the files the names that say how many they are. */
async function describeFiles(
  { files, rows, bytes }: ParquetFiles,
  {
    half,
    name,
    seen,
  }: { readonly half: string; readonly name: DatasetConfig['name']; readonly seen: Map<string, Seen> },
): Promise<DatasetConfig> {
  const folder = name === 'default' ? 'data' : 'rejected';
  const count = String(files.length).padStart(5, '0');
  const named: string[] = [];
  let fileBytes = 0;
  for (const [position, file] of files.entries()) {
    const path = `${folder}/train-${String(position).padStart(5, '0')}-of-${count}.parquet`;
    await rename(file, join(half, path));
    fileBytes += (await stat(join(half, path))).size;
    named.push(path);
  }
  return { name, columns: listColumns(seen), rows, bytes, files: named, fileBytes };
}

/** The first row of each generator. */
async function takeExamples(plan: RunPlan): Promise<readonly Flat[]> {
  const firsts = plan.record.generators.flatMap(({ name }) => {
    const shard = plan.shards.find(({ generator, take }) => generator === name && take > 0);
    return shard === undefined ? [] : [{ ...shard, take: 1 }];
  });
  const examples: Flat[] = [];
  for await (const { rows } of readShards({ ...plan, shards: firsts.slice(0, 3) }))
    examples.push(...rows.map((row) => flattenRow(row)));
  return examples;
}

async function listThere(out: string): Promise<readonly string[]> {
  try {
    return await readdir(out);
  } catch (error) {
    if (getSystemErrorCode(error) === 'ENOENT') return [];
    throw asFileError(error, { path: out, action: 'read' });
  }
}

async function holdsSame(out: string, half: string): Promise<boolean> {
  const [before, now] = await Promise.all([listFiles(out), listFiles(half)]);
  if (before.join('\n') !== now.join('\n')) return false;
  for (const path of now) if ((await hashFile(join(out, path))) !== (await hashFile(join(half, path)))) return false;
  return true;
}

/** What is ours in a folder, as paths. */
async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return files.filter((path) => ours.includes(path.split(sep)[0] ?? '')).sort();
}

const ours = ['data', 'rejected', 'README.md', 'train.jsonl'];

/** What is not ours in the folder stays there. */
async function replace(out: string, half: string): Promise<void> {
  await makeFolder(out);
  for (const name of ours) await rm(join(out, name), { recursive: true, force: true });
  for (const name of await readdir(half)) await rename(join(half, name), join(out, name));
  await rm(half, { recursive: true, force: true });
}

function empty(run: string): SynthError {
  return new SynthError({
    code: 'DATASET_EMPTY',
    what: `The run in '${run}' has no row that passed every stage yet.`,
    next: 'Let it go on. Where it is done, look at what was dropped and why: `scalequest synth status`.',
    fields: { run },
  });
}

function notEmpty(out: string, there: readonly string[]): SynthError {
  return new SynthError({
    code: 'FOLDER_NOT_EMPTY',
    kind: 'request',
    what: `'${basename(out)}' holds something else: ${there.slice(0, 3).join(', ')}${there.length > 3 ? ', …' : ''}.`,
    next: 'Give another folder, or allow an earlier dataset to be replaced (--force).',
    fields: { out },
  });
}

function wrongFileBytes(fileBytes: number): SynthError {
  return new SynthError({
    code: 'INVALID_OPTION',
    kind: 'request',
    what: `Option 'fileBytes' is ${fileBytes}; give a whole number above 0.`,
    fields: { fileBytes },
  });
}
