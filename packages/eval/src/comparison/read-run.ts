import { readdir, readFile, realpath } from 'node:fs/promises';
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
  | 'problems'
  | 'epochs'
  | 'samples'
  | 'isComplete'
>;

const summaryHeadSchema: z.ZodType<SummaryHead> = z.object({
  benchmark: z.string(),
  model: z.string(),
  protocol: z.string().nullable(),
  protocolSha256: z.string().nullable(),
  rowsSha256: z.string(),
  goldFixes: z.array(z.string()),
  grader: z.string(),
  problems: z.number().int(),
  epochs: z.number().int().min(1),
  samples: z.number().int(),
  isComplete: z.boolean(),
});

/** The outcomes of one problem, by epoch. */
export type ProblemOutcomes = ReadonlyMap<number, Outcome>;

/** A run folder as a comparison sees it. */
export interface ReadRun {
  readonly folder: string;
  /** The folder without links: one run is one path. */
  readonly realPath: string;
  readonly head: SummaryHead;
  /** The grader whose scores were read. */
  readonly grader: string;
  /** Of the samples that the summary counts, those that the grader judged. */
  readonly problems: ReadonlyMap<string, ProblemOutcomes>;
  /** How many samples these are: less than `head.samples` where the grader did not judge them all. */
  readonly judged: number;
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
 * Reads the outcomes that one grader gave the samples of a run's summary. The scores may hold more of them: an earlier
 * session in the same folder may have asked more epochs or more problems.
 *
 * @param grader - a label such as `ours@3` or `source-label`, or a name such as `ours` where one version of it judged; by
 *   default the run's headline grader
 * @throws EvaluationError `NOT_A_RUN`, `UNKNOWN_GRADER`, `RUNS_NOT_COMPARABLE` (which problems the summary counts cannot be told)
 */
export async function readRun(folder: string, grader?: string): Promise<ReadRun> {
  const head = await readRunHead(folder);
  const used = grader === undefined ? head.grader : await findGrader(folder, { head, grader });
  // The headline grader judged what the summary counts, so its scores say which samples these are.
  const counted = await readOutcomes(folder, { head, grader: head.grader });
  if (countSamples(counted) > head.samples) throw tooManySamplesError(folder, head, countSamples(counted));
  const problems = used === head.grader ? counted : await readOutcomes(folder, { head, grader: used, among: counted });
  return { folder, realPath: await realpath(folder), head, grader: used, problems, judged: countSamples(problems) };
}

/** The label under which a grader's scores stand in the folder. */
async function findGrader(
  folder: string,
  { head, grader }: { readonly head: SummaryHead; readonly grader: string },
): Promise<string> {
  const path = join(folder, runFiles.scores);
  const labels = (await pathExists(path)) ? (await readdir(path)).map((name) => name.replace(/\.jsonl$/, '')) : [];
  if (labels.includes(grader)) return grader;
  const [version, ...others] = labels.filter((label) => label.replace(/@\d+$/, '') === grader);
  if (version === undefined || others.length > 0) throw unknownGraderError(folder, { head, grader });
  return version;
}

type Outcomes = ReadonlyMap<string, ProblemOutcomes>;

interface ReadOutcomesOptions {
  readonly head: SummaryHead;
  readonly grader: string;
  /** Leave out every other sample. @defaultValue none of those within the epochs */
  readonly among?: Outcomes;
}

async function readOutcomes(folder: string, { head, grader, among }: ReadOutcomesOptions): Promise<Outcomes> {
  const path = getScoresPath(folder, grader);
  // A name with a slash would read a file outside of the scores.
  if (/[/\\]/.test(grader) || !(await pathExists(path))) throw unknownGraderError(folder, { head, grader });
  const problems = new Map<string, Map<number, Outcome>>();
  // Of several lines for a sample the last counts: an error that was put right has two.
  for await (const { id, epoch, outcome } of readRecords(path, scoreSchema)) {
    if (epoch >= head.epochs || (among !== undefined && among.get(id)?.has(epoch) !== true)) continue;
    const outcomes = problems.get(id) ?? new Map<number, Outcome>();
    problems.set(id, outcomes.set(epoch, outcome));
  }
  return problems;
}

function countSamples(problems: Outcomes): number {
  return [...problems.values()].reduce((sum, outcomes) => sum + outcomes.size, 0);
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

function tooManySamplesError(folder: string, head: SummaryHead, scored: number): EvaluationError {
  const { problems, epochs, samples } = head;
  const each = epochs === 1 ? '' : `, ${epochs} epochs of ${problems} problems`;
  return new EvaluationError({
    code: 'RUNS_NOT_COMPARABLE',
    kind: 'request',
    what: `Which problems the summary of the run '${folder}' counts cannot be told.`,
    why: `It counts ${samples} samples${each}, and there are scores of ${scored}: another session in this folder asked more problems.`,
    next: `\`scalequest score ${folder}\` judges it again and keeps the scores of what it counts. Ask a part of the problems into a folder of its own: --out DIR.`,
    fields: { folder, counted: samples, scored },
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
