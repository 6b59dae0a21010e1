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
import { normal95 } from './statistics/wilson.ts';

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
  /** 95 % interval of the difference, from the paired differences of the problems. */
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

type SummaryHead = Pick<Summary, 'benchmark' | 'model' | 'protocol' | 'protocolSha256' | 'rowsSha256' | 'isComplete'>;

const summaryHeadSchema: z.ZodType<SummaryHead> = z.object({
  benchmark: z.string(),
  model: z.string(),
  protocol: z.string(),
  protocolSha256: z.string(),
  rowsSha256: z.string(),
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
  if (a.head.rowsSha256 !== b.head.rowsSha256) throw notComparableError(a, b);
  const pairs = [...a.outcomes].filter(([key]) => b.outcomes.has(key));
  const differences = new Map<string, { sum: number; count: number }>();
  const flips: Flip[] = [];
  let gained = 0;
  let lost = 0;
  for (const [key, outcomeA] of pairs) {
    const outcomeB = b.outcomes.get(key) as Outcome;
    const { id, epoch } = parseKey(key);
    const change = Number(outcomeB === 'correct') - Number(outcomeA === 'correct');
    const problem = differences.get(id) ?? { sum: 0, count: 0 };
    differences.set(id, { sum: problem.sum + change, count: problem.count + 1 });
    if (change === 0) continue;
    flips.push({ id, epoch, a: outcomeA, b: outcomeB });
    if (change > 0) gained++;
    else lost++;
  }
  const difference = pairs.length === 0 ? 0 : (gained - lost) / pairs.length;
  return {
    a: describeRun(a),
    b: describeRun(b),
    pairs: pairs.length,
    unpaired: a.outcomes.size + b.outcomes.size - 2 * pairs.length,
    difference,
    interval: computeDifferenceInterval(differences, difference),
    gained,
    lost,
    pValue: differences.size === pairs.length ? testMcNemar({ gained, lost }) : null,
    flips,
    notes: listNotes(a, b),
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

function computeDifferenceInterval(
  differences: ReadonlyMap<string, { readonly sum: number; readonly count: number }>,
  mean: number,
): { readonly low: number; readonly high: number } {
  const n = differences.size;
  if (n < 2) return { low: -1, high: 1 };
  let squares = 0;
  for (const { sum, count } of differences.values()) squares += (sum / count - mean) ** 2;
  const half = normal95 * Math.sqrt(squares / (n - 1) / n);
  return { low: Math.max(-1, mean - half), high: Math.min(1, mean + half) };
}

function listNotes(a: ReadRun, b: ReadRun): string[] {
  const notes: string[] = [];
  if (a.head.protocolSha256 !== b.head.protocolSha256) {
    notes.push(`The protocols differ: ${a.head.protocol} and ${b.head.protocol}.`);
  }
  for (const { folder, head } of [a, b]) if (!head.isComplete) notes.push(`Run '${folder}' is not finished.`);
  return notes;
}

function notComparableError(a: ReadRun, b: ReadRun): EvaluationError {
  return new EvaluationError({
    code: 'RUNS_NOT_COMPARABLE',
    kind: 'request',
    what: `The runs '${a.folder}' and '${b.folder}' were measured on different problems.`,
    why: `One is of ${a.head.benchmark} (${a.head.rowsSha256.slice(0, 12)}), the other of ${b.head.benchmark} (${b.head.rowsSha256.slice(0, 12)}).`,
    next: 'Give two runs of one benchmark.',
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
