import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { excerpt, pathExists } from '@scalequest/core';
import { readRecords, runFiles } from '@scalequest/runs';
import { z } from 'zod';
import { EvaluationError } from './errors.ts';
import { type Outcome, scoreSchema } from './outcomes/outcome.ts';
import type { Summary } from './outcomes/summary.ts';
import { getScoresPath, oursGrader } from './pipeline/scorer.ts';
import { testMcNemar } from './statistics/mcnemar.ts';
import { computePairedDifferenceInterval } from './statistics/paired-difference.ts';

/** A sample that one run has correct and the other has not. */
export interface Flip {
  readonly id: string;
  readonly epoch: number;
  readonly a: Outcome;
  readonly b: Outcome;
}

export interface Comparison {
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  /** Samples that both runs have; the figures below are about these. */
  readonly pairs: number;
  /** Samples that only one of the runs has. */
  readonly unpaired: number;
  /** Accuracy of b less accuracy of a over the pairs. */
  readonly difference: number;
  /** 95 % interval of the difference, problem by problem. */
  readonly interval: { readonly low: number; readonly high: number };
  /** Correct in b only, and in a only. */
  readonly gained: number;
  readonly lost: number;
  /** Exact McNemar. Null where a problem was sampled more than once: the pairs are not independent then. */
  readonly pValue: number | null;
  readonly flips: readonly Flip[];
  /** Differences in what was run that the reader should know of, such as another protocol. */
  readonly notes: readonly string[];
}

export interface ComparedRun {
  readonly folder: string;
  readonly model: string;
  readonly benchmark: string;
  readonly protocol: string;
  readonly correct: number;
}

type SummaryHead = Pick<
  Summary,
  'benchmark' | 'model' | 'protocol' | 'protocolSha256' | 'rowsSha256' | 'goldFixes' | 'isComplete'
>;

const summaryHeadSchema: z.ZodType<SummaryHead> = z.object({
  benchmark: z.string(),
  model: z.string(),
  protocol: z.string(),
  protocolSha256: z.string(),
  rowsSha256: z.string(),
  goldFixes: z.array(z.string()),
  isComplete: z.boolean(),
});

/**
 * Compares two runs of one benchmark sample by sample. Pairing takes the problems' difficulty out of the comparison, so
 * that a much smaller gap can be told from chance than two separate intervals could.
 *
 * @throws EvaluationError `NOT_A_RUN`, `RUNS_NOT_COMPARABLE` (other problems)
 */
export async function compareRuns(input: { readonly a: string; readonly b: string }): Promise<Comparison> {
  const [a, b] = [await readRun(input.a), await readRun(input.b)];
  const runs = { a, b };
  if (a.head.rowsSha256 !== b.head.rowsSha256) throw otherProblemsError(runs);
  const pairs = [...a.outcomes].filter(([key]) => b.outcomes.has(key));
  if (pairs.length === 0) throw nothingSharedError(runs);
  const problems = new Map<string, { a: number; b: number; count: number }>();
  const flips: Flip[] = [];
  for (const [key, outcomeA] of pairs) {
    const outcomeB = b.outcomes.get(key) as Outcome;
    const { id, epoch } = parseKey(key);
    const isCorrect = { a: Number(outcomeA === 'correct'), b: Number(outcomeB === 'correct') };
    const problem = problems.get(id) ?? { a: 0, b: 0, count: 0 };
    problems.set(id, { a: problem.a + isCorrect.a, b: problem.b + isCorrect.b, count: problem.count + 1 });
    if (isCorrect.a !== isCorrect.b) flips.push({ id, epoch, a: outcomeA, b: outcomeB });
  }
  const gained = flips.filter((flip) => flip.b === 'correct').length;
  const lost = flips.length - gained;
  const counts = [...problems.values()];
  const epochs = Math.max(...new Set(counts.map(({ count }) => count)));
  return {
    a: describeRun(a),
    b: describeRun(b),
    pairs: pairs.length,
    unpaired: a.outcomes.size + b.outcomes.size - 2 * pairs.length,
    difference: (gained - lost) / pairs.length,
    interval: computePairedDifferenceInterval({
      // A problem that lacks some of its epochs counts by the share of those it has.
      a: counts.map((problem) => (problem.a * epochs) / problem.count),
      b: counts.map((problem) => (problem.b * epochs) / problem.count),
      epochs,
    }),
    gained,
    lost,
    pValue: epochs === 1 ? testMcNemar({ gained, lost }) : null,
    flips,
    notes: listNotes(runs),
  };
}

interface ReadRun {
  readonly folder: string;
  readonly head: SummaryHead;
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

async function readRun(folder: string): Promise<ReadRun> {
  const path = join(folder, runFiles.summary);
  if (!(await pathExists(path))) throw notARunError(folder, `There is no ${runFiles.summary}.`);
  const text = await readFile(path, 'utf8');
  const head = summaryHeadSchema.safeParse(parseJson(text));
  if (!head.success) throw notARunError(folder, `Its ${runFiles.summary} begins with: ${excerpt(text)}`);
  const outcomes = new Map<string, Outcome>();
  for await (const { id, epoch, outcome } of readRecords(getScoresPath(folder, oursGrader), scoreSchema)) {
    outcomes.set(toKey(id, epoch), outcome);
  }
  return { folder, head: head.data, outcomes };
}

function toKey(id: string, epoch: number): string {
  return `${epoch} ${id}`;
}

function parseKey(key: string): { readonly id: string; readonly epoch: number } {
  const space = key.indexOf(' ');
  return { epoch: Number(key.slice(0, space)), id: key.slice(space + 1) };
}

function describeRun({ folder, head, outcomes }: ReadRun): ComparedRun {
  const correct = [...outcomes.values()].filter((outcome) => outcome === 'correct').length;
  return { folder, model: head.model, benchmark: head.benchmark, protocol: head.protocol, correct };
}

interface TwoRuns {
  readonly a: ReadRun;
  readonly b: ReadRun;
}

function listNotes({ a, b }: TwoRuns): string[] {
  const notes: string[] = [];
  if (a.head.protocolSha256 !== b.head.protocolSha256) {
    notes.push(`The protocols differ: ${a.head.protocol} and ${b.head.protocol}.`);
  }
  if (a.head.goldFixes.length !== b.head.goldFixes.length) {
    notes.push(
      `The references differ: ${a.head.goldFixes.length} gold fixes in A, ${b.head.goldFixes.length} in B. Score both alike.`,
    );
  }
  for (const { folder, head } of [a, b]) if (!head.isComplete) notes.push(`Run '${folder}' is not finished.`);
  return notes;
}

function otherProblemsError({ a, b }: TwoRuns): EvaluationError {
  return new EvaluationError({
    code: 'RUNS_NOT_COMPARABLE',
    kind: 'request',
    what: `The runs '${a.folder}' and '${b.folder}' were measured on different problems.`,
    why: `One is of ${a.head.benchmark} (${a.head.rowsSha256.slice(0, 12)}), the other of ${b.head.benchmark} (${b.head.rowsSha256.slice(0, 12)}).`,
    next: 'Give two runs of one benchmark.',
    fields: { a: a.folder, b: b.folder },
  });
}

function nothingSharedError({ a, b }: TwoRuns): EvaluationError {
  return new EvaluationError({
    code: 'RUNS_NOT_COMPARABLE',
    kind: 'request',
    what: `The runs '${a.folder}' and '${b.folder}' have no sample in common.`,
    why: `One has ${a.outcomes.size} samples, the other ${b.outcomes.size}.`,
    next: 'Give two runs that asked the same problems.',
    fields: { a: a.folder, b: b.folder },
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
