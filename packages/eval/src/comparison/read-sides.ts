import type { ForeignLog } from '../foreign/foreign-log.ts';
import { describeUnmapped } from '../foreign/map-log.ts';
import { openForeignLog } from '../foreign/open-foreign-log.ts';
import { type ComparedProblems, readLogRun } from '../foreign/read-log-run.ts';
import { isSourceLabel } from '../pipeline/source-label.ts';
import type { TwoRuns } from './check-fairness.ts';
import { noProblemsError } from './no-problems-error.ts';
import { type ReadRun, readRun, readRunHead, type SummaryHead } from './read-run.ts';

/**
 * Loads the problems that a log of another system is paired by, and what judges it.
 *
 * @param asked - the benchmark, and the gold fixes of the run that the log is compared with
 */
export type LoadComparedProblems = (asked: Pick<SummaryHead, 'benchmark' | 'goldFixes'>) => Promise<ComparedProblems>;

/** A run folder, or a log of another system. */
export type Side =
  | { readonly path: string; readonly head: SummaryHead; readonly log?: undefined }
  | { readonly path: string; readonly log: ForeignLog };

/** @throws EvaluationError `NOT_A_RUN`, `FOREIGN_LOG_UNREADABLE` */
export async function openSide(path: string): Promise<Side> {
  const log = await openForeignLog(path);
  return log === undefined ? { path, head: await readRunHead(path) } : { path, log };
}

export interface ReadSidesOptions {
  /**
   * Whose scores to compare. A log has its own under `source-label`; every other grader judges its replies anew.
   *
   * @defaultValue the headline grader of a run, also for the log that it is compared with; of two logs the benchmark's own
   */
  readonly grader?: string | undefined;
  /** What a log is of. @defaultValue what the run on the other side is of */
  readonly benchmark?: string | undefined;
  /** Needed where a side is a log. */
  readonly loadProblems?: LoadComparedProblems | undefined;
}

/**
 * Reads both sides of a comparison.
 *
 * @throws EvaluationError `NOT_A_RUN`, and what readRun and readLogRun throw
 */
export async function readSides(
  { a, b }: { readonly a: Side; readonly b: Side },
  { grader, benchmark: named, loadProblems }: ReadSidesOptions,
): Promise<TwoRuns & { readonly notes: readonly string[] }> {
  const log = a.log === undefined ? b : a;
  if (log.log === undefined) return { a: await readRun(a.path, grader), b: await readRun(b.path, grader), notes: [] };
  const native = a.log === undefined ? a : b.log === undefined ? b : undefined;
  const name = named ?? native?.head.benchmark;
  if (loadProblems === undefined || name === undefined) throw noProblemsError(log.path);
  const benchmark = await loadProblems({ benchmark: name, goldFixes: native?.head.goldFixes ?? [] });
  const notes: string[] = [];
  const read = async (which: 'A' | 'B', side: Side): Promise<ReadRun> => {
    if (side.log === undefined) return await readRun(side.path, grader);
    const by = grader ?? native?.head.grader;
    const { run, mapped } = await readLogRun(side.path, { log: side.log, benchmark, grader: by });
    const { system, version } = side.log;
    const whose = isSourceLabel(run.grader)
      ? `with its own scores (${mapped.graders.join('; ')})`
      : `judged now by ${run.grader}`;
    notes.push(`${which} is a log of ${system} ${version ?? '(version not known)'}, ${whose}.`);
    if (mapped.unmapped.count > 0) notes.push(`${which}: left out, as ${describeUnmapped(mapped)}`);
    return run;
  };
  return { a: await read('A', a), b: await read('B', b), notes };
}
