import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  asFileError,
  createJsonLinesWriter,
  cutTornTail,
  excerpt,
  type JsonLinesWriter,
  pathExists,
  writeFileAtomic,
} from '@scalequest/core';
import { RunsError } from './errors.ts';
import { type JournalRecord, journalRecordSchema } from './journal/journal-record.ts';
import { readRecords } from './journal/read-records.ts';
import { diffIdentities, type RunDescription, type RunSession, runDescriptionSchema } from './run-description.ts';
import { acquireRunLock } from './run-lock.ts';
import { createSampleTable, type SampleTable } from './sample-table.ts';

export interface OpenRunOptions {
  readonly folder: string;
  readonly kind: RunDescription['kind'];
  readonly identity: RunDescription['identity'];
  readonly details: RunDescription['details'];
  /** The problems of the run, in order, each once. */
  readonly ids: readonly string[];
  /** @defaultValue 1 */
  readonly epochs?: number;
  /** Ask again for the samples whose journal line is an error. @defaultValue false */
  readonly retryErrors?: boolean;
  /** Sees every record that stands in the journal already, in order. */
  readonly onRecord?: (record: JournalRecord, sample: number) => void | Promise<void>;
  /** @defaultValue () => new Date() */
  readonly now?: () => Date;
}

/** An open run folder. One process at a time; `close` gives it back. */
export interface Run {
  readonly folder: string;
  readonly samples: SampleTable;
  /** The sessions so far, this one the last. */
  readonly sessions: readonly RunSession[];
  /** Adds a record to the journal (group commit) and marks its sample. Rejects when the disk does. */
  readonly append: (record: JournalRecord) => Promise<void>;
  /** Writes `summary.json`, atomically. */
  readonly writeSummary: (summary: unknown) => Promise<void>;
  /** Flushes the journal, records how the session ended, and lets the folder go. Safe to call twice. */
  readonly close: (status: Exclude<RunDescription['status'], 'running'>, details?: object) => Promise<void>;
}

export const runFiles = {
  description: 'run.json',
  journal: 'journal.jsonl',
  scores: 'scores',
  summary: 'summary.json',
} as const;

/**
 * Begins a run in a folder, or resumes the one that is there. A sample that the journal holds is never asked again; a
 * torn last line, which a kill leaves, is cut off first.
 *
 * @throws RunsError `RUN_OTHER_IDENTITY` (the folder holds a run with other settings; the difference is in the
 * message), `RUN_LOCKED`, `JOURNAL_CORRUPT`, `JOURNAL_UNKNOWN_SAMPLE`; CoreError where the disk refuses
 * @example
 * const run = await openRun({ folder: 'runs/demo', kind: 'eval', identity: { model: 'm' }, details: {}, ids: ['a'] });
 * await run.append({ id: 'a', epoch: 0, reply: '\\boxed{1}', finishReason: 'stop' });
 * await run.close('finished');
 */
export async function openRun(options: OpenRunOptions): Promise<Run> {
  const { folder, identity, kind, now = () => new Date() } = options;
  const paths = {
    description: join(folder, runFiles.description),
    journal: join(folder, runFiles.journal),
    summary: join(folder, runFiles.summary),
  };
  await makeFolder(folder);
  const releaseLock = await acquireRunLock(folder);
  try {
    const before = await readRunDescription(folder);
    if (before !== undefined) requireSameIdentity(folder, { before, identity, kind });
    await cutTornTail(paths.journal);
    const samples = createSampleTable({ ids: options.ids, epochs: options.epochs ?? 1 });
    await replayJournal(paths.journal, samples, options);

    const session = { startedAt: now().toISOString(), endedAt: null, samples: 0 };
    const sessions: RunSession[] = [...(before?.sessions ?? []), session];
    let description: RunDescription = {
      format: 1,
      kind,
      identity,
      extent: { problems: samples.problems, epochs: samples.epochs },
      // What an earlier session learned, such as who answered, stays unless this one says otherwise.
      details: { ...before?.details, ...options.details },
      status: 'running',
      sessions,
    };
    const save = (): Promise<void> => writeFileAtomic(paths.description, `${JSON.stringify(description, null, 2)}\n`);
    await save();
    return createRun({
      folder,
      samples,
      sessions,
      journal: await createJsonLinesWriter(paths.journal),
      writeSummary: (summary) => writeFileAtomic(paths.summary, `${JSON.stringify(summary, null, 2)}\n`),
      finish: async ({ status, details, appended }) => {
        sessions[sessions.length - 1] = { ...session, endedAt: now().toISOString(), samples: appended };
        description = { ...description, status, details: { ...description.details, ...details } };
        await save();
      },
      releaseLock,
    });
  } catch (error) {
    await releaseLock();
    throw error;
  }
}

interface RunParts {
  readonly folder: string;
  readonly samples: SampleTable;
  readonly sessions: readonly RunSession[];
  readonly journal: JsonLinesWriter;
  readonly writeSummary: Run['writeSummary'];
  readonly finish: (end: {
    readonly status: RunDescription['status'];
    readonly details: object;
    readonly appended: number;
  }) => Promise<void>;
  readonly releaseLock: () => Promise<void>;
}

function createRun({ folder, samples, sessions, journal, writeSummary, finish, releaseLock }: RunParts): Run {
  let appended = 0;
  let isClosed = false;
  return {
    folder,
    samples,
    sessions,
    append: async (record) => {
      const sample = samples.find(record.id, record.epoch);
      if (sample === undefined) throw unknownSampleError(folder, record);
      await journal.append(record);
      appended++;
      samples.setState(sample, record.error === undefined ? 'finished' : 'failed');
    },
    writeSummary,
    close: async (status, details = {}) => {
      if (isClosed) return;
      isClosed = true;
      try {
        await journal.close();
        await finish({ status, details, appended });
      } finally {
        await releaseLock();
      }
    },
  };
}

/** The `run.json` of a folder, or undefined where there is none. */
export async function readRunDescription(folder: string): Promise<RunDescription | undefined> {
  const path = join(folder, runFiles.description);
  if (!(await pathExists(path))) return undefined;
  const text = await readFile(path, 'utf8');
  const parsed = runDescriptionSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new RunsError({
    code: 'RUN_UNREADABLE',
    kind: 'request',
    what: `File '${path}' is not a description of a run.`,
    why: `It begins with: ${excerpt(text)}`,
    next: 'Give the folder of a run, or another --out.',
    fields: { path },
  });
}

/** Streams the journal of a run folder without opening the run. */
export function readJournal(folder: string): AsyncGenerator<JournalRecord> {
  return readRecords(join(folder, runFiles.journal), journalRecordSchema);
}

async function replayJournal(path: string, samples: SampleTable, options: OpenRunOptions): Promise<void> {
  for await (const record of readRecords(path, journalRecordSchema)) {
    const sample = samples.find(record.id, record.epoch);
    // A journal may hold more than is asked now: an earlier session may have had a higher --limit or --epochs.
    if (sample === undefined) continue;
    const isFailed = record.error !== undefined;
    samples.setState(sample, isFailed ? (options.retryErrors === true ? 'pending' : 'failed') : 'finished');
    await options.onRecord?.(record, sample);
  }
}

function requireSameIdentity(
  folder: string,
  {
    before,
    identity,
    kind,
  }: {
    readonly before: RunDescription;
    readonly identity: RunDescription['identity'];
    readonly kind: RunDescription['kind'];
  },
): void {
  const differences = diffIdentities({ kind: before.kind, ...before.identity }, { kind, ...identity });
  if (differences.length === 0) return;
  const lines = differences.map(
    ({ path, there, asked }) => `  ${path}: ${there ?? 'absent'} there, ${asked ?? 'absent'} asked`,
  );
  throw new RunsError({
    code: 'RUN_OTHER_IDENTITY',
    kind: 'request',
    what: `Folder '${folder}' holds a run with other settings.`,
    why: `They differ in:\n${lines.join('\n')}`,
    next: 'Give another --out, or ask with the same settings. Nothing was changed.',
    fields: { folder, differences },
  });
}

function unknownSampleError(folder: string, { id, epoch }: JournalRecord): RunsError {
  return new RunsError({
    code: 'JOURNAL_UNKNOWN_SAMPLE',
    what: `Sample '${id}' of epoch ${epoch} does not belong to the run in '${folder}'.`,
    next: 'Check that the replies are for this benchmark, and how many epochs the run has.',
    fields: { folder, id, epoch },
  });
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw asFileError(error, { path: folder, action: 'written' });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
