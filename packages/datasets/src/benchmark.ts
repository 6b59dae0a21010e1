import { excerpt } from '@scalequest/core';
import type { z } from 'zod';
import { DatasetsError } from './errors.ts';
import type { GoldFix } from './gold-fixes.ts';
import type { Problem } from './problem.ts';

/** Where a benchmark comes from. `checked` says whether the project itself compared that copy with the pinned rows. */
export type Origin = HubOrigin | CommitOrigin | GeneratedOrigin;

/** Files of a data set on the Hugging Face hub, read one after the other. */
export interface HubOrigin {
  readonly kind: 'hub';
  readonly repository: string;
  readonly revision: string;
  readonly files: readonly string[];
  readonly checked: boolean;
}

/** `owner/name:path@commit` of a public repository. Provenance only: nothing is downloaded from there. */
export interface CommitOrigin {
  readonly kind: 'commit';
  readonly source: string;
  readonly checked: boolean;
}

/** Made by this package on the spot. */
export interface GeneratedOrigin {
  readonly kind: 'generated';
  readonly seed: number;
  readonly checked: boolean;
}

/** What `scalequest data list` shows of a benchmark. */
export interface BenchmarkInfo {
  readonly name: string;
  readonly title: string;
  /** `test`, `train`, ... */
  readonly split: string;
  /** How many problems there are, the excluded records not counted; undefined where nothing is pinned. */
  readonly count: number | undefined;
  /** Records of the source that are left out, because they give no problem with a reference. */
  readonly excludedCount: number;
  /** The pin: `computeRowsSha256` of the problems without gold fixes; undefined where nothing is pinned. */
  readonly rowsSha256: string | undefined;
  readonly licence: string;
  readonly citation: string;
  readonly origins: readonly Origin[];
  /** Ids of the problems whose reference `goldFixes` corrects. */
  readonly fixableIds: readonly string[];
}

/** A record that gives no problem, and why. */
export interface ExcludedRecord {
  readonly excluded: string;
}

/** A benchmark of the registry, or one of your own. Made by {@link defineBenchmark}. */
export interface Benchmark extends BenchmarkInfo {
  readonly rows: RecordRows | GeneratedRows;
  readonly goldFixes: readonly GoldFix[];
}

export interface RecordRows {
  readonly kind: 'records';
  /** The folder of the benchmark's files: `benchmark/<folder>/<split>.jsonl.gz` in a data folder. */
  readonly folder: string;
  /** The names of its files there, without ending; one for each split where the problems are in several. */
  readonly splits: readonly string[];
  /** The name that the file has at its source, without ending, `*` for its version: looked for as well. */
  readonly fileName: string | undefined;
  /** One file that has them all; then nothing else is looked for. */
  readonly file: string | undefined;
  /** Which order the problems have: that of the file, or that of the ids where copies of the data differ in theirs. */
  readonly order: 'file' | 'id';
  /** Fields of which `parseRecord` gets the JSON text, where the file is JSON. */
  readonly rawFields: readonly string[];
  readonly parseRecord: (record: unknown, index: number) => Problem | ExcludedRecord;
}

export interface GeneratedRows {
  readonly kind: 'generated';
  readonly generate: () => Promise<readonly Problem[]>;
}

interface CommonDefinition {
  /** As on the command line: lower case, words joined by `-`. */
  readonly name: string;
  readonly title: string;
  readonly split: string;
  /** Left out together with `rowsSha256`, the benchmark is unpinned: it loads, and says so. Alone, it is checked. */
  readonly count?: number;
  readonly rowsSha256?: string;
  readonly licence: string;
  readonly citation: string;
  readonly origins: readonly Origin[];
}

export interface BenchmarkDefinition<Row> extends CommonDefinition {
  /** @defaultValue the name */
  readonly folder?: string;
  /**
   * Path of a JSON Lines file (gzip or not) or Parquet file. Data folder, cache and hub are then left alone.
   *
   * @defaultValue none: the files are looked for by `folder` and `split`
   */
  readonly file?: string;
  /** The files in a data folder, where the problems are in several. @defaultValue one, `split` */
  readonly splits?: readonly string[];
  /**
   * The name that the file has at its source, without ending; `*` stands for a version, of which the newest is taken. Looked
   * for where `<split>` is not.
   *
   * @defaultValue none
   */
  readonly fileName?: string;
  /**
   * Fields that come as strings of their JSON text, because JavaScript would change what is in them: it does not tell
   * 1.0 from 1. Parquet has no such text.
   *
   * @defaultValue none
   */
  readonly rawFields?: readonly string[];
  /** @defaultValue 'file' */
  readonly order?: 'file' | 'id';
  /** @defaultValue 0 */
  readonly excludedCount?: number;
  /** The shape of the source's records, checked before `parse` sees one. */
  readonly row: z.ZodType<Row>;
  /** `index` is the 0-based number of the record in the file, or in all files one after the other. */
  readonly parse: (row: Row, index: number) => Problem | ExcludedRecord;
  readonly goldFixes?: readonly GoldFix[];
}

export interface GeneratedBenchmarkDefinition extends CommonDefinition {
  /** Asynchronous, so that a generator's code can be loaded when its benchmark is. */
  readonly generate: () => Promise<readonly Problem[]>;
}

/**
 * Makes a benchmark of a definition: the names of the source's fields, and how one record becomes a problem.
 *
 * @example
 * const mine = defineBenchmark({
 *   name: 'mine', title: 'My questions', split: 'test', licence: 'MIT', citation: '', origins: [],
 *   row: z.object({ question: z.string(), answer: z.string() }),
 *   parse: (row, index) => ({ id: `${index}`, problem: row.question, reference: row.answer, meta: {} }),
 * });
 * await loadBenchmark(mine, { dataDir: '/data', cacheDir: '/cache' }); // reads /data/mine/test.jsonl
 */
export function defineBenchmark<Row>(definition: BenchmarkDefinition<Row>): Benchmark {
  const { row: schema, parse, goldFixes = [] } = definition;
  return {
    ...describe(definition),
    excludedCount: definition.excludedCount ?? 0,
    fixableIds: goldFixes.map(({ id }) => id),
    goldFixes,
    rows: {
      kind: 'records',
      folder: definition.folder ?? definition.name,
      splits: definition.splits ?? [definition.split],
      fileName: definition.fileName,
      file: definition.file,
      rawFields: definition.rawFields ?? [],
      order: definition.order ?? 'file',
      parseRecord: (record, index) => {
        const parsed = schema.safeParse(record);
        if (!parsed.success) throw invalidRecordError(definition, index, parsed.error.issues);
        return parse(parsed.data, index);
      },
    },
  };
}

/** The same for problems that code makes: nothing is read, and the pin shows when the generator changes. */
export function defineGeneratedBenchmark(definition: GeneratedBenchmarkDefinition): Benchmark {
  return {
    ...describe(definition),
    excludedCount: 0,
    fixableIds: [],
    goldFixes: [],
    rows: { kind: 'generated', generate: definition.generate },
  };
}

function describe(definition: CommonDefinition): Omit<BenchmarkInfo, 'excludedCount' | 'fixableIds'> {
  const { name, title, split, count, rowsSha256, licence, citation, origins } = definition;
  return { name, title, split, count, rowsSha256, licence, citation, origins };
}

function invalidRecordError(
  { name, file }: { readonly name: string; readonly file?: string },
  index: number,
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): DatasetsError {
  const reasons = issues.map((issue) => `${issue.path.map(String).join('.') || 'record'}: ${issue.message}`);
  return new DatasetsError({
    code: 'RECORD_INVALID',
    kind: 'request',
    what: `Record ${index + 1} of dataset '${name}' does not have the fields of its ${file === undefined ? 'source' : '`row`'}.`,
    why: excerpt(`${reasons.join('; ')}.`),
    next:
      file === undefined
        ? 'Check that the file is a copy of the source, with its original field names.'
        : `Correct the record in '${file}', or \`row\` in the definition.`,
    fields: { name, index, file },
  });
}
