import { checkFairness, type TwoRuns, type Unfairness } from './comparison/check-fairness.ts';
import { listCautions } from './comparison/list-cautions.ts';
import type { ProblemOutcomes, ReadRun } from './comparison/read-run.ts';
import { openSide, type ReadSidesOptions, readSides, type Side } from './comparison/read-sides.ts';
import { testPairs } from './comparison/test-pairs.ts';
import { EvaluationError } from './errors.ts';
import { type Outcome, outcomes } from './outcomes/outcome.ts';
import { computePairedDifferenceInterval } from './statistics/paired-difference.ts';
import { findSmallestGap, findSmallestMeanGap } from './statistics/smallest-gap.ts';

/** A problem that came out better in one run than in the other. */
export interface Flip {
  readonly id: string;
  /** `gained` where b is better. */
  readonly direction: 'gained' | 'lost';
  /** How many samples of the problem had which outcome: `{ wrong: 1 }`, or `{ correct: 3, truncated: 1 }` of 4 epochs. */
  readonly a: OutcomeCounts;
  readonly b: OutcomeCounts;
}

export type OutcomeCounts = Readonly<Partial<Record<Outcome, number>>>;

export interface Comparison {
  /** Of both runs, where they name it otherwise. */
  readonly benchmark: string;
  /** The grader whose verdicts are compared; of both runs, where different ones were allowed. */
  readonly grader: string;
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  /** Problems that both runs have; the figures below are about these. */
  readonly problems: number;
  /** Problems that only one of the runs has. */
  readonly unpaired: number;
  /** Accuracy of b less accuracy of a: the mean over the problems. */
  readonly difference: number;
  /** 95 % interval of the difference, problem by problem. */
  readonly interval: { readonly low: number; readonly high: number };
  /** Problems that are better in b, and in a: of one sample each, those that only b, or only a, has correct. */
  readonly gained: number;
  readonly lost: number;
  readonly test: PairedTest;
  /**
   * The smallest difference that such a test would call significant (5 %) in 80 of 100 repetitions, at this number of
   * problems and this discordance. Null where none would: too few problems, or too few of them changed.
   */
  readonly smallestGap: number | null;
  /** The greatest changes first, then by id. */
  readonly flips: readonly Flip[];
  /** What the reader should know of: differences that were allowed, problems left out, other epochs, errors. */
  readonly notes: readonly string[];
}

/** `mcnemar` for one sample a problem, `permutation` for means over epochs. */
export interface PairedTest {
  readonly name: 'mcnemar' | 'permutation';
  /** Two-sided. */
  readonly pValue: number;
  /** Random draws that the p-value rests on; 0 where it is exact. */
  readonly draws: number;
}

export interface ComparedRun {
  readonly folder: string;
  readonly model: string;
  readonly benchmark: string;
  /** Null for recorded replies of which nobody said it. */
  readonly protocol: string | null;
  readonly grader: string;
  /** Of the problems that are compared, as is the rest. */
  readonly correct: number;
  readonly samples: number;
  readonly accuracy: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Where the accuracy would lie if every undecided sample and every error were wrong, or correct. */
  readonly bounds: { readonly low: number; readonly high: number };
}

export interface CompareRunsInput extends CompareOptions {
  /** Run folders, or logs of lm-eval or inspect. */
  readonly a: string;
  readonly b: string;
}

export interface CompareOptions extends ReadSidesOptions {
  /** Differences to compare across all the same. @defaultValue none */
  readonly allow?: readonly Unfairness[];
}

/**
 * Compares two runs of one benchmark problem by problem. Pairing takes the problems' difficulty out of the comparison, so
 * that a much smaller gap can be told from chance than two separate intervals could.
 *
 * @throws EvaluationError `NOT_A_RUN`, `UNKNOWN_GRADER`, `RUNS_NOT_COMPARABLE` (they differ in more than the model)
 */
export async function compareRuns({ a, b, ...options }: CompareRunsInput): Promise<Comparison> {
  return await compareSides({ a: await openSide(a), b: await openSide(b) }, options);
}

/** The same for sides that are open. */
export async function compareSides(
  sides: { readonly a: Side; readonly b: Side },
  { allow = [], ...options }: CompareOptions,
): Promise<Comparison> {
  const runs = await readSides(sides, options);
  const allowed = checkFairness(runs, allow);
  const pairs = pairProblems(runs);
  if (pairs.length === 0) throw nothingSharedError(runs);
  const [first, second] = [describeRun(runs.a, pairs, 'a'), describeRun(runs.b, pairs, 'b')];
  const differences = pairs.map((pair) => share(pair.b) - share(pair.a));
  const { difference, gained, lost, test } = testPairs(pairs.map(({ a, b }) => ({ a: count(a), b: count(b) })));
  const hasOneSampleEach = pairs.every((pair) => pair.a.size === 1 && pair.b.size === 1);
  return {
    benchmark: nameBoth(runs.a.head.benchmark, runs.b.head.benchmark),
    grader: nameBoth(runs.a.grader, runs.b.grader),
    a: first,
    b: second,
    problems: pairs.length,
    unpaired: runs.a.problems.size + runs.b.problems.size - 2 * pairs.length,
    difference,
    interval: computePairedDifferenceInterval({ a: countAs(pairs, 'a'), b: countAs(pairs, 'b') }),
    gained,
    lost,
    test,
    smallestGap: hasOneSampleEach
      ? findSmallestGap({ problems: pairs.length, discordance: (gained + lost) / pairs.length })
      : findSmallestMeanGap(differences),
    flips: listFlips(pairs),
    notes: [...allowed, ...runs.notes, ...listNotes(runs, pairs), ...listCautions(runs, [first, second])],
  };
}

function nameBoth(a: string, b: string): string {
  return a === b ? a : `${a} and ${b}`;
}

interface Pair {
  readonly id: string;
  readonly a: ProblemOutcomes;
  readonly b: ProblemOutcomes;
}

function pairProblems({ a, b }: TwoRuns): readonly Pair[] {
  return [...a.problems].flatMap(([id, ofA]) => {
    const ofB = b.problems.get(id);
    return ofB === undefined ? [] : [{ id, a: ofA, b: ofB }];
  });
}

function countCorrect(ofProblem: ProblemOutcomes): number {
  return [...ofProblem.values()].filter((outcome) => outcome === 'correct').length;
}

function count(ofProblem: ProblemOutcomes): { readonly correct: number; readonly epochs: number } {
  return { correct: countCorrect(ofProblem), epochs: ofProblem.size };
}

function share(ofProblem: ProblemOutcomes): number {
  return countCorrect(ofProblem) / ofProblem.size;
}

function countAs(
  pairs: readonly Pair[],
  side: 'a' | 'b',
): { readonly correct: readonly number[]; readonly epochs: number } {
  const epochs = Math.max(...new Set(pairs.map((pair) => pair[side].size)));
  // A problem that lacks some of its epochs counts by the share of those it has.
  return { correct: pairs.map((pair) => share(pair[side]) * epochs), epochs };
}

function listFlips(pairs: readonly Pair[]): readonly Flip[] {
  return pairs
    .map((pair) => ({ pair, change: share(pair.b) - share(pair.a) }))
    .filter(({ change }) => change !== 0)
    .sort((x, y) => Math.abs(y.change) - Math.abs(x.change) || compareIds(x.pair.id, y.pair.id))
    .map(({ pair: { id, a, b }, change }) => ({
      id,
      direction: change > 0 ? 'gained' : 'lost',
      a: countOutcomes(a),
      b: countOutcomes(b),
    }));
}

function compareIds(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function countOutcomes(ofProblem: ProblemOutcomes): OutcomeCounts {
  const counts = outcomes.map((outcome) => [outcome, [...ofProblem.values()].filter((o) => o === outcome).length]);
  return Object.fromEntries(counts.filter(([, count]) => count !== 0));
}

function describeRun({ folder, head, grader }: ReadRun, pairs: readonly Pair[], side: 'a' | 'b'): ComparedRun {
  const correct = pairs.reduce((sum, pair) => sum + countCorrect(pair[side]), 0);
  const samples = pairs.reduce((sum, pair) => sum + pair[side].size, 0);
  const accuracy = pairs.reduce((sum, pair) => sum + share(pair[side]), 0) / pairs.length;
  const counts = pairs.map((pair) => countOutcomes(pair[side]));
  const total = (outcome: Outcome): number => counts.reduce((sum, count) => sum + (count[outcome] ?? 0), 0);
  const open = pairs.reduce((sum, pair, i) => sum + countOpen(counts[i]) / pair[side].size, 0) / pairs.length;
  const { model, benchmark, protocol } = head;
  return {
    folder,
    model,
    benchmark,
    protocol,
    grader,
    correct,
    samples,
    accuracy,
    outcomes: Object.fromEntries(outcomes.map((outcome) => [outcome, total(outcome)])) as Record<Outcome, number>,
    bounds: { low: accuracy, high: accuracy + open },
  };
}

/** Samples of which it is not known whether they are correct. */
function countOpen({ undecided = 0, error = 0 }: OutcomeCounts = {}): number {
  return undecided + error;
}

function listNotes({ a, b }: TwoRuns, pairs: readonly Pair[]): string[] {
  const notes: string[] = [];
  const [onlyA, onlyB] = [a.problems.size - pairs.length, b.problems.size - pairs.length];
  if (onlyA + onlyB > 0) {
    notes.push(
      `Left out: ${onlyA} ${onlyA === 1 ? 'problem' : 'problems'} that only A has and ${onlyB} that only B has.`,
    );
  }
  if (a.head.epochs !== b.head.epochs) {
    notes.push(`A has ${a.head.epochs} and B ${b.head.epochs} epochs: each problem counts by its mean.`);
  }
  return notes;
}

function nothingSharedError({ a, b }: TwoRuns): EvaluationError {
  return new EvaluationError({
    code: 'RUNS_NOT_COMPARABLE',
    kind: 'request',
    what: `The runs '${a.folder}' and '${b.folder}' have no problem in common.`,
    why: `One has ${a.problems.size} problems, the other ${b.problems.size}.`,
    next: 'Give two runs that asked the same problems.',
    fields: { a: a.folder, b: b.folder },
  });
}
