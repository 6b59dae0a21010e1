import { join } from 'node:path';
import { createJsonLinesWriter, cutTornTail, type JsonLinesWriter, pathExists, readJsonLines } from '@scalequest/core';
import type { Problem } from '@scalequest/datasets';
import { type JournalRecord, runFiles, type SampleTable } from '@scalequest/runs';
import type { Task } from '../benchmarks/task.ts';
import { type Score, scoreSchema } from '../outcomes/outcome.ts';
import { createTally, type Tally } from '../outcomes/tally.ts';
import { createOursGrader, type Grader, type ReplyVerifier } from './grader.ts';

export { oursGrader, type ReplyVerifier } from './grader.ts';

/** A grader, and what it found so far. */
export interface Judge {
  readonly grader: Grader;
  readonly tally: Tally;
}

export interface Scorer {
  /**
   * Takes a record to judge, by every judge or by those of `only`. Resolves when there is room for the next: judging
   * goes on beside generation, and no more than a bounded number of replies wait for it.
   */
  readonly push: (record: JournalRecord, sample: number, only?: readonly Judge[]) => Promise<void>;
  /** Resolves when all that was pushed is judged and written, or when the signal gives up what is not judged yet. */
  readonly close: (abort?: AbortSignal) => Promise<void>;
}

export interface ScorerOptions {
  readonly folder: string;
  readonly problems: readonly Problem[];
  readonly task: Pick<Task, 'verify'>;
  readonly judges: readonly Judge[];
  /** Where the scores of a grader go. @defaultValue {@link getScoresPath} */
  readonly getPath?: (label: string) => string;
  /** `append` goes on with the scores of an earlier session, `replace` begins anew. */
  readonly mode: 'append' | 'replace';
}

/** Replies that may wait for a verdict: enough to keep the workers in full batches, few enough to stay flat. */
const maxWaiting = 512;

export function getScoresPath(folder: string, grader: string): string {
  return join(folder, runFiles.scores, `${grader}.jsonl`);
}

/** The judges of a run, and the one whose verdicts make the headline. */
export interface Panel {
  readonly judges: readonly Judge[];
  readonly headline: Judge;
}

export interface GraderOptions {
  /** Who is our own grader where `graders` is left out. */
  readonly verifier: ReplyVerifier;
  /** Everyone who judges. @defaultValue the verifier alone */
  readonly graders?: readonly Grader[];
  /** Label of the grader whose verdicts make the headline. @defaultValue the first */
  readonly headline?: string;
}

export function seatJudges(
  { verifier, graders = [createOursGrader(verifier)], headline }: GraderOptions,
  { samples, keepsAnswers }: { readonly samples: number; readonly keepsAnswers: boolean },
): Panel {
  const first = graders.find(({ label }) => label === headline) ?? graders[0];
  const judges = graders.map((grader) => ({
    grader,
    // Votes are counted for the headline only.
    tally: createTally(samples, { keepsAnswers: keepsAnswers && grader === first }),
  }));
  const judge = judges.find(({ grader }) => grader === first);
  if (judge === undefined) throw new TypeError('A run needs at least one grader.');
  return { judges, headline: judge };
}

/** Opens the scoring of a run: verdicts in worker threads, one line each in `scores/<grader>.jsonl`. */
export async function createScorer(options: ScorerOptions): Promise<Scorer> {
  const { folder, problems, task, judges, mode, getPath = (label) => getScoresPath(folder, label) } = options;
  // Scores can be made again from the journal, so they need no fsync and no haste.
  const writers = new Map<Judge, JsonLinesWriter>();
  for (const judge of judges) {
    writers.set(judge, await createJsonLinesWriter(getPath(judge.grader.label), { mode, sync: false, writeMs: 100 }));
  }
  let failure: { readonly error: unknown } | undefined;
  let waiting = 0;
  let isClosed = false;
  const roomWaiters: (() => void)[] = [];

  const scoreBy = async (judge: Judge, record: JournalRecord, sample: number): Promise<void> => {
    const problem = problems[sample % problems.length] as Problem;
    const score = record.error === undefined ? await judge.grader.grade({ record, problem, task }) : scoreError(record);
    if (isClosed) return;
    judge.tally.setScore(sample, score);
    await writers.get(judge)?.append(score);
  };

  const score = async (record: JournalRecord, sample: number, by: readonly Judge[]): Promise<void> => {
    try {
      await Promise.all(by.map((judge) => scoreBy(judge, record, sample)));
    } catch (error) {
      failure ??= { error };
    } finally {
      waiting--;
      roomWaiters.shift()?.();
    }
  };

  return {
    push: async (record, sample, only = judges) => {
      while (waiting >= maxWaiting) await new Promise<void>((resolve) => roomWaiters.push(resolve));
      if (failure !== undefined) throw failure.error;
      waiting++;
      void score(record, sample, only);
    },
    close: async (abort) => {
      // What is given up stands in the journal, and is judged on resume.
      const onAbort = (): void => roomWaiters.shift()?.();
      abort?.addEventListener('abort', onAbort);
      while (waiting > 0 && abort?.aborted !== true) {
        await new Promise<void>((resolve) => roomWaiters.push(resolve));
      }
      abort?.removeEventListener('abort', onAbort);
      isClosed = true;
      await Promise.all([...writers.values()].map((writer) => writer.close()));
      if (failure !== undefined) throw failure.error;
    },
  };
}

function scoreError({ id, epoch, error }: JournalRecord): Score {
  return { id, epoch, outcome: 'error', reason: error?.code };
}

/** Reads a grader's scores of an earlier session into its tally. Of several lines for a sample the last counts. */
export async function readScores(
  folder: string,
  { samples, label, tally }: { readonly samples: SampleTable; readonly label: string; readonly tally: Tally },
): Promise<void> {
  const path = getScoresPath(folder, label);
  await cutTornTail(path);
  if (!(await pathExists(path))) return;
  // Scores can be made again from the journal: a line that is damaged is as good as missing.
  for await (const { value } of readJsonLines(path, { onBadLine: () => undefined })) {
    const score = scoreSchema.safeParse(value).data;
    const sample = score === undefined ? undefined : samples.find(score.id, score.epoch);
    if (score !== undefined && sample !== undefined) tally.setScore(sample, score);
  }
}
