import { join } from 'node:path';
import { createJsonLinesWriter, cutTornTail, pathExists, readJsonLines } from '@scalequest/core';
import type { Problem } from '@scalequest/datasets';
import { type JournalRecord, runFiles, type SampleTable } from '@scalequest/runs';
import type { VerifyOptions, VerifyReplyInput, VerifyReplyResult } from '@scalequest/verifier';
import type { Task } from '../benchmarks/task.ts';
import { decideOutcome, type Score, scoreSchema } from '../outcomes/outcome.ts';
import type { Tally } from '../outcomes/tally.ts';

/** The grader whose verdicts make the headline: `@scalequest/verifier` with its default policies, or the benchmark's. */
export const oursGrader = 'ours@2';

/** A verdict, and how long its comparison took in its worker. */
type TimedResult = VerifyReplyResult & Pick<Score, 'secondOpinion'> & { readonly ms: number };

/** The part of a verifier pool that scoring needs. */
export interface ReplyVerifier {
  readonly verify: (input: VerifyReplyInput & { readonly options?: VerifyOptions }) => Promise<TimedResult>;
}

export interface Scorer {
  /**
   * Takes a record to judge. Resolves when there is room for the next: judging goes on beside generation, and no more
   * than a bounded number of replies wait for it.
   */
  readonly push: (record: JournalRecord, sample: number) => Promise<void>;
  /** Resolves when all that was pushed is judged and written, or when the signal gives up what is not judged yet. */
  readonly close: (abort?: AbortSignal) => Promise<void>;
}

export interface ScorerOptions {
  readonly folder: string;
  readonly problems: readonly Problem[];
  readonly task: Pick<Task, 'verify'>;
  readonly verifier: ReplyVerifier;
  readonly tally: Tally;
  /** `append` goes on with the scores of an earlier session, `replace` begins anew. */
  readonly mode: 'append' | 'replace';
}

/** Replies that may wait for a verdict: enough to keep the workers in full batches, few enough to stay flat. */
const maxWaiting = 512;

export function getScoresPath(folder: string, grader: string): string {
  return join(folder, runFiles.scores, `${grader}.jsonl`);
}

/** Opens the scoring of a run: verdicts in worker threads, one line each in `scores/ours@2.jsonl`. */
export async function createScorer(options: ScorerOptions): Promise<Scorer> {
  const { folder, problems, task, verifier, tally, mode } = options;
  // Scores can be made again from the journal, so they need no fsync.
  const writer = await createJsonLinesWriter(getScoresPath(folder, oursGrader), { mode, sync: false });
  let failure: { readonly error: unknown } | undefined;
  let waiting = 0;
  let isClosed = false;
  const roomWaiters: (() => void)[] = [];

  const score = async (record: JournalRecord, sample: number): Promise<void> => {
    try {
      const result = await gradeRecord({
        record,
        problem: problems[sample % problems.length] as Problem,
        task,
        verifier,
      });
      if (isClosed) return;
      tally.setScore(sample, result);
      await writer.append(result);
    } catch (error) {
      failure ??= { error };
    } finally {
      waiting--;
      roomWaiters.shift()?.();
    }
  };

  return {
    push: async (record, sample) => {
      while (waiting >= maxWaiting) await new Promise<void>((resolve) => roomWaiters.push(resolve));
      if (failure !== undefined) throw failure.error;
      waiting++;
      void score(record, sample);
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
      await writer.close();
      if (failure !== undefined) throw failure.error;
    },
  };
}

/** Reads the scores of an earlier session into the tally. Of several lines for a sample the last counts. */
export async function readScores(
  folder: string,
  { samples, tally }: { readonly samples: SampleTable; readonly tally: Tally },
): Promise<void> {
  const path = getScoresPath(folder, oursGrader);
  await cutTornTail(path);
  if (!(await pathExists(path))) return;
  // Scores can be made again from the journal: a line that is damaged is as good as missing.
  for await (const { value } of readJsonLines(path, { onBadLine: () => undefined })) {
    const score = scoreSchema.safeParse(value).data;
    const sample = score === undefined ? undefined : samples.find(score.id, score.epoch);
    if (score !== undefined && sample !== undefined) tally.setScore(sample, score);
  }
}

async function gradeRecord({
  record,
  problem,
  task,
  verifier,
}: {
  readonly record: JournalRecord;
  readonly problem: Problem;
  readonly task: Pick<Task, 'verify'>;
  readonly verifier: ReplyVerifier;
}): Promise<Score> {
  const { id, epoch } = record;
  if (record.error !== undefined) return { id, epoch, outcome: 'error', reason: record.error.code };
  const result = await verifyAgainstAny({ record, problem, task, verifier });
  const { extraction } = result;
  return {
    id,
    epoch,
    outcome: decideOutcome({ result, finishReason: record.finishReason }),
    verdict: result.verdict,
    rule: result.rule,
    reason: result.reason,
    policies: result.policies.length === 0 ? undefined : result.policies,
    ...(result.secondOpinion === undefined ? {} : { secondOpinion: result.secondOpinion }),
    ms: result.ms,
    ...(extraction.status === 'found'
      ? {
          answer: extraction.answer,
          extraction: { rule: extraction.rule, start: extraction.start, end: extraction.end },
        }
      : {}),
  };
}

/** Where a source accepts any of several answers, equal to one is equal, and different needs all to be different. */
async function verifyAgainstAny({
  record,
  problem,
  task,
  verifier,
}: {
  readonly record: JournalRecord;
  readonly problem: Problem;
  readonly task: Pick<Task, 'verify'>;
  readonly verifier: ReplyVerifier;
}): Promise<TimedResult> {
  const options = task.verify?.(problem);
  const verify = (reference: string): Promise<TimedResult> =>
    verifier.verify({
      reference,
      reply: record.reply,
      problem: problem.problem,
      ...(options === undefined ? {} : { options }),
    });
  let best = await verify(problem.reference);
  for (const reference of problem.otherReferences ?? []) {
    if (best.verdict === 'equal') break;
    const next = await verify(reference);
    if (next.verdict === 'equal' || (next.verdict === 'undecided' && best.verdict === 'different')) best = next;
  }
  return best;
}
