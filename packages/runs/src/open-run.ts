import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  asFileError,
  createJsonLinesWriter,
  cutTornTail,
  excerpt,
  type JsonLinesWriter,
  makeFolder,
  pathExists,
  writeFileAtomic,
} from '@scalequest/core';
import { createDescriptionKeeper, type DescriptionKeeper } from './description-keeper.ts';
import { RunsError } from './errors.ts';
import { type JournalRecord, journalRecordSchema } from './journal/journal-record.ts';
import { readRecords } from './journal/read-records.ts';
import { replayJournal } from './journal/replay-journal.ts';
import { removeLeftovers } from './remove-leftovers.ts';
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
  /**
   * Sees every record that stands in the journal already, in order. `sample` is undefined where an earlier session asked
   * more than this one.
   */
  readonly onRecord?: (record: JournalRecord, sample: number | undefined) => void | Promise<void>;
  /** Read whenever the session is recorded, and at its end. @defaultValue nothing is recorded */
  readonly getCalls?: () => RunSession['calls'];
  /** @defaultValue () => new Date() */
  readonly now?: () => Date;
}

/** An open run folder. One process at a time; `close` gives it back. */
export interface Run {
  readonly folder: string;
  readonly samples: SampleTable;
  /** The sessions so far, this one the last. */
  readonly sessions: readonly RunSession[];
  /**
   * Adds a record to the journal (group commit) and marks its sample. Rejects when the disk does.
   *
   * @throws RunsError `JOURNAL_UNKNOWN_SAMPLE`, `JOURNAL_DUPLICATE`
   */
  readonly append: (record: JournalRecord) => Promise<void>;
  /** Writes `summary.json`, atomically, once the disk holds every sample that was appended. */
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
 * What a kill may cost, in milliseconds of replies: as many as are in flight anyway, at a fraction of the writes.
 */
const writeMs = 4;

/**
 * Begins a run in a folder, or resumes the one that is there. A sample that the journal holds is never asked again; a
 * torn last line, which a kill leaves, is cut off. A folder that is refused is left as it is.
 *
 * @throws RunsError `RUN_OTHER_IDENTITY` (the folder holds a run with other settings; the difference is in the
 * message), `RUN_UNREADABLE`, `RUN_LOCKED`, `JOURNAL_CORRUPT`, `JOURNAL_DUPLICATE`, `DUPLICATE_ID`; CoreError where the
 * disk refuses
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
    else await requireNoJournal(folder);
    const samples = createSampleTable({ ids: options.ids, epochs: options.epochs ?? 1 });
    const { retryErrors = false, onRecord } = options;
    await replayJournal(paths.journal, { samples, retryErrors, onRecord });

    // All that could refuse the folder has been asked: from here on it is changed.
    await cutTornTail(paths.journal);
    await removeLeftovers(folder);
    const description: RunDescription = {
      format: 1,
      kind,
      identity,
      extent: {
        problems: Math.max(samples.problems, before?.extent.problems ?? 0),
        epochs: Math.max(samples.epochs, before?.extent.epochs ?? 0),
      },
      asked: { problems: samples.problems, epochs: samples.epochs },
      // What an earlier session learned, such as who answered, stays unless this one says otherwise.
      details: { ...before?.details, ...options.details },
      status: 'running',
      sessions: before?.sessions ?? [],
    };
    const keeper = createDescriptionKeeper({ path: paths.description, description, now, getCalls: options.getCalls });
    await keeper.save();
    const journal = await createJsonLinesWriter(paths.journal, { writeMs });
    keeper.start();
    return createRun({ folder, samples, journal, keeper, summaryPath: paths.summary, releaseLock });
  } catch (error) {
    await releaseLock();
    throw error;
  }
}

interface RunParts {
  readonly folder: string;
  readonly samples: SampleTable;
  readonly journal: JsonLinesWriter;
  readonly keeper: DescriptionKeeper;
  readonly summaryPath: string;
  readonly releaseLock: () => Promise<void>;
}

function createRun({ folder, samples, journal, keeper, summaryPath, releaseLock }: RunParts): Run {
  let isClosed = false;
  return {
    folder,
    samples,
    sessions: keeper.sessions,
    append: async (record) => {
      const sample = samples.find(record.id, record.epoch);
      if (sample === undefined) throw unknownSampleError(folder, record);
      const before = samples.getState(sample);
      if (before === 'finished') throw duplicateSampleError(folder, record);
      // Marked before the disk answers, so that a second append of the sample meanwhile is refused.
      samples.setState(sample, record.error === undefined ? 'finished' : 'failed');
      try {
        await journal.append(record);
      } catch (error) {
        samples.setState(sample, before);
        throw error;
      }
      keeper.countSample();
    },
    writeSummary: async (summary) => {
      // A summary that counts samples which the journal may still lose would be believed.
      await journal.flush();
      await writeFileAtomic(summaryPath, `${JSON.stringify(summary, null, 2)}\n`);
    },
    close: async (status, details = {}) => {
      if (isClosed) return;
      isClosed = true;
      try {
        await journal.close();
        await keeper.end({ status, details });
      } finally {
        await keeper.stop();
        await releaseLock();
      }
    },
  };
}

/** The `run.json` of a folder, or undefined where there is none. */
export async function readRunDescription(folder: string): Promise<RunDescription | undefined> {
  const path = join(folder, runFiles.description);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
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

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await pathExists(path)) ? await readFile(path, 'utf8') : undefined;
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}

/** Replies of unknown settings must not count for these. */
async function requireNoJournal(folder: string): Promise<void> {
  if (!(await pathExists(join(folder, runFiles.journal)))) return;
  throw new RunsError({
    code: 'RUN_UNREADABLE',
    kind: 'request',
    what: `Folder '${folder}' holds a journal but no ${runFiles.description}.`,
    why: 'Which settings made its replies cannot be known.',
    next: `Restore ${runFiles.description}, or give another --out. Nothing was changed.`,
    fields: { folder },
  });
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
  const differences = diffIdentities({
    there: { kind: before.kind, ...before.identity },
    asked: { kind, ...identity },
  }).map(({ path, there, asked }) => ({
    path,
    there: there === undefined ? 'absent' : excerpt(there),
    asked: asked === undefined ? 'absent' : excerpt(asked),
  }));
  if (differences.length === 0) return;
  const lines = differences.map(({ path, there, asked }) => `  ${path}: ${there} there, ${asked} asked`);
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

function duplicateSampleError(folder: string, { id, epoch }: JournalRecord): RunsError {
  return new RunsError({
    code: 'JOURNAL_DUPLICATE',
    what: `Sample '${id}' of epoch ${epoch} is finished already in the run in '${folder}'.`,
    why: 'A second reply would count twice.',
    next: 'Append only samples that are pending or failed.',
    fields: { folder, id, epoch },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
