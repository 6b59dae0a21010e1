import { EvaluationError } from '../errors.ts';
import type { ForeignLog } from '../foreign/foreign-log.ts';
import { describeUnmapped } from '../foreign/map-log.ts';
import { openForeignLog } from '../foreign/open-foreign-log.ts';
import { type ComparedProblems, readLogRun } from '../foreign/read-log-run.ts';
import type { TwoRuns } from './check-fairness.ts';
import { readRun, readRunHead } from './read-run.ts';

/**
 * Loads the problems that a log of another system is paired by.
 *
 * @param benchmark - of the run on the other side; undefined where both are logs
 */
export type LoadComparedProblems = (benchmark: string | undefined) => Promise<ComparedProblems>;

export interface ReadSidesInput {
  readonly a: string;
  readonly b: string;
  readonly grader?: string | undefined;
  readonly loadProblems?: LoadComparedProblems | undefined;
}

/**
 * Reads both sides of a comparison: run folders, or logs of other systems.
 *
 * @throws EvaluationError `NOT_A_RUN`, and what readRun and readLogRun throw
 */
export async function readSides({
  a,
  b,
  grader,
  loadProblems,
}: ReadSidesInput): Promise<TwoRuns & { readonly notes: readonly string[] }> {
  const logs = { a: await openForeignLog(a), b: await openForeignLog(b) };
  if (logs.a === undefined && logs.b === undefined) {
    return { a: await readRun(a, grader), b: await readRun(b, grader), notes: [] };
  }
  if (loadProblems === undefined) throw noProblemsError(logs.a === undefined ? b : a);
  const native = logs.a === undefined ? a : logs.b === undefined ? b : undefined;
  const benchmark = await loadProblems(native === undefined ? undefined : (await readRunHead(native)).benchmark);
  const notes: string[] = [];
  const read = async (side: 'A' | 'B', path: string, log: ForeignLog | undefined) => {
    if (log === undefined) return await readRun(path, grader);
    const { run, mapped } = await readLogRun(path, { log, benchmark, grader });
    notes.push(
      `${side} is a log of ${log.system} ${log.version ?? ''} with its own scores (${mapped.graders.join('; ')}).`,
    );
    if (mapped.unmapped.count > 0) notes.push(`${side}: left out, as ${describeUnmapped(mapped)}`);
    return run;
  };
  return { a: await read('A', a, logs.a), b: await read('B', b, logs.b), notes };
}

function noProblemsError(path: string): EvaluationError {
  return new EvaluationError({
    code: 'NOT_A_RUN',
    kind: 'request',
    what: `'${path}' is a log of another system, and the problems to pair it by are not given.`,
    next: 'Compare it on the command line: `scalequest compare`.',
    fields: { path },
  });
}
