import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { excerpt, pathExists } from '@scalequest/core';
import { readRecords, runFiles } from '@scalequest/runs';
import { z } from 'zod';
import { EvaluationError } from '../errors.ts';
import { type Outcome, scoreSchema } from '../outcomes/outcome.ts';
import type { Summary } from '../outcomes/summary.ts';
import { getScoresPath } from '../pipeline/scorer.ts';

/** What a comparison needs of a summary. */
export type SummaryHead = Pick<
  Summary,
  | 'benchmark'
  | 'model'
  | 'protocol'
  | 'protocolSha256'
  | 'rowsSha256'
  | 'goldFixes'
  | 'grader'
  | 'epochs'
  | 'isComplete'
>;

const summaryHeadSchema: z.ZodType<SummaryHead> = z.object({
  benchmark: z.string(),
  model: z.string(),
  protocol: z.string(),
  protocolSha256: z.string(),
  rowsSha256: z.string(),
  goldFixes: z.array(z.string()),
  grader: z.string(),
  epochs: z.number().int().min(1),
  isComplete: z.boolean(),
});

/** The outcomes of one problem, by epoch. */
export type ProblemOutcomes = ReadonlyMap<number, Outcome>;

/** A run folder as a comparison sees it. */
export interface ReadRun {
  readonly folder: string;
  readonly head: SummaryHead;
  /** The grader whose scores were read. */
  readonly grader: string;
  readonly problems: ReadonlyMap<string, ProblemOutcomes>;
}

/** @throws EvaluationError `NOT_A_RUN` */
export async function readRunHead(folder: string): Promise<SummaryHead> {
  const path = join(folder, runFiles.summary);
  if (!(await pathExists(path))) throw notARunError(folder, `There is no ${runFiles.summary}.`);
  const text = await readFile(path, 'utf8');
  const head = summaryHeadSchema.safeParse(parseJson(text));
  if (!head.success) throw notARunError(folder, `Its ${runFiles.summary} begins with: ${excerpt(text)}`);
  return head.data;
}

/**
 * Reads the outcomes that one grader gave a run.
 *
 * @param grader - a name such as `ours@3` or `source-label`; by default the run's headline grader
 * @throws EvaluationError `NOT_A_RUN`, `UNKNOWN_GRADER`
 */
export async function readRun(folder: string, grader?: string): Promise<ReadRun> {
  const head = await readRunHead(folder);
  const used = grader ?? head.grader;
  const path = getScoresPath(folder, used);
  // A name with a slash would read a file outside of the scores.
  if (/[/\\]/.test(used) || !(await pathExists(path))) throw unknownGraderError(folder, { head, grader: used });
  const problems = new Map<string, Map<number, Outcome>>();
  // Of several lines for a sample the last counts: an error that was put right has two.
  for await (const { id, epoch, outcome } of readRecords(path, scoreSchema)) {
    const outcomes = problems.get(id) ?? new Map<number, Outcome>();
    problems.set(id, outcomes.set(epoch, outcome));
  }
  return { folder, head, grader: used, problems };
}

function unknownGraderError(
  folder: string,
  { head, grader }: { readonly head: SummaryHead; readonly grader: string },
): EvaluationError {
  return new EvaluationError({
    code: 'UNKNOWN_GRADER',
    kind: 'request',
    what: `The run '${folder}' has no scores of the grader ${excerpt(grader)}.`,
    why: `Its headline grader is '${head.grader}', and each grader has a file in '${join(folder, runFiles.scores)}'.`,
    next: 'Give --grader one that both runs have, or judge the replies again with `scalequest score`.',
    fields: { folder, grader },
  });
}

function notARunError(folder: string, why: string): EvaluationError {
  return new EvaluationError({
    code: 'NOT_A_RUN',
    kind: 'request',
    what: `Folder '${folder}' holds no finished or interrupted run.`,
    why,
    next: 'Give the folder that `scalequest eval` or `scalequest score` named at its end.',
    fields: { folder },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
