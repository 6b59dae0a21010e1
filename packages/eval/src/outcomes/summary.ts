import type { LoadedBenchmark, Problem } from '@scalequest/datasets';
import type { SampleTable } from '@scalequest/runs';
import type { Task } from '../benchmarks/task.ts';
import type { ResolvedProtocol } from '../protocols/protocol.ts';
import { computeClusteredInterval } from '../statistics/clustered.ts';
import { estimatePassAtK } from '../statistics/pass-at-k.ts';
import { describePrecision, type Precision } from '../statistics/precision.ts';
import type { Interval } from '../statistics/wilson.ts';
import type { Calls } from './calls.ts';
import { type Outcome, outcomes } from './outcome.ts';
import type { Tally, TokenCounts } from './tally.ts';
import { computeVoting, listKs, type VotingFigures } from './voting.ts';

/** How often the source's own label and our outcome say the same, for recorded replies that carry labels. */
export interface LabelAgreement {
  readonly labelled: number;
  readonly labelCorrect: number;
  readonly agree: number;
  /** Samples that we call correct and the label does not, and the other way round. */
  readonly onlyOursCorrect: number;
  readonly onlyLabelCorrect: number;
}

/** What one grader makes of the replies. */
export interface GraderRow {
  readonly correct: number;
  readonly accuracy: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
}

/** What the tokens of a run cost, in the currency of the prices. */
export interface Cost {
  readonly total: number;
  /** Prices of a million tokens. */
  readonly priceIn: number;
  readonly priceOut: number;
}

/** Prices of a million tokens, in any one currency. */
export type Prices = Pick<Cost, 'priceIn' | 'priceOut'>;

/** One row of a breakdown, such as level 5. */
export interface BreakdownRow {
  readonly value: string;
  readonly problems: number;
  readonly correct: number;
  readonly samples: number;
  readonly accuracy: number;
  readonly interval: Interval;
}

/** The content of `summary.json`. Every share is correct, or whatever it names, over the full count of samples. */
export interface Summary extends VotingFigures {
  readonly format: 1;
  /** The name of the result: `math-embedded`, never `math`, for the embedded problems. */
  readonly benchmark: string;
  readonly model: string;
  /** `asked` from the model of the run, by the protocol; `recorded` elsewhere, by the protocol that was declared, if any. */
  readonly replies: 'asked' | 'recorded';
  /** Null for recorded replies of which nobody said how they were asked. */
  readonly protocol: string | null;
  readonly protocolSha256: string | null;
  readonly rowsSha256: string;
  /** Ids of the problems whose reference was corrected; the hash is of the rows without it. */
  readonly goldFixes: readonly string[];
  /** Whose verdicts everything below counts, but for `graders` and `spread`. */
  readonly grader: string;
  /** Every grader that judged the same replies, by label. */
  readonly graders: Readonly<Record<string, GraderRow>>;
  /** The lowest and the highest accuracy that a grader gives. */
  readonly spread: { readonly min: number; readonly max: number };
  /** Problems asked, of how many the benchmark has. */
  readonly problems: number;
  readonly benchmarkProblems: number;
  readonly epochs: number;
  readonly samples: number;
  /** False while samples are missing: the score is then of no use yet. */
  readonly isComplete: boolean;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly accuracy: number;
  readonly interval: Interval;
  /** Where the accuracy would lie if every undecided sample and every error were wrong, or correct. */
  readonly bounds: { readonly low: number; readonly high: number };
  readonly rates: Readonly<Record<Exclude<Outcome, 'correct' | 'wrong'>, number>>;
  readonly truncatedButEqual: number;
  /** Verdicts that rest on computer algebra (rule `cas`), and undecided ones on which it was killed over its budget. */
  readonly secondOpinions: { readonly equal: number; readonly killed: number };
  /** What a run of this size can show. */
  readonly precision: Precision;
  /** Unbiased pass@k for k = 1, 2, 4, ... and the epochs; of programs for 1, 10, 100, ... and the epochs. */
  readonly passAtK: Readonly<Record<string, number>>;
  /** Of each of these, with the problem as the unit. */
  readonly passAtKIntervals: Readonly<Record<string, Interval>>;
  readonly breakdowns: Readonly<Record<string, readonly BreakdownRow[]>>;
  readonly labels?: LabelAgreement;
  /** Null where no server counted tokens. */
  readonly tokens: TokenCounts | null;
  /** Null where no prices are given, or no server counted tokens. */
  readonly cost: Cost | null;
  /** Samples that ended in an error, by its code, such as `CONTEXT_TOO_LONG`. */
  readonly setAside: Readonly<Record<string, number>>;
  /**
   * What the servers were asked, in all sessions; of one that was killed up to its last ten seconds. Null where nobody
   * was asked.
   */
  readonly calls: Calls | null;
  /** Time spent in all sessions of the run, in milliseconds. */
  readonly wallMs: number;
}

export interface SummaryInput {
  readonly task: Pick<Task, 'name' | 'breakdowns' | 'tests'>;
  readonly benchmark: Pick<LoadedBenchmark, 'count' | 'rowsSha256' | 'appliedFixes'>;
  /** Null where it is not known, of recorded replies only. */
  readonly protocol: Pick<ResolvedProtocol, 'label' | 'sha256'> | null;
  /** @defaultValue 'asked' */
  readonly replies?: Summary['replies'];
  readonly model: string;
  readonly grader: string;
  /** The problems that were asked, in the order of the sample table. */
  readonly problems: readonly Problem[];
  readonly samples: SampleTable;
  /** Of the grader that makes the headline. */
  readonly tally: Tally;
  /** Every grader with its tally. @defaultValue the one of the headline */
  readonly graders?: readonly { readonly label: string; readonly tally: Tally }[];
  readonly labels?: LabelAgreement | undefined;
  /** @defaultValue none */
  readonly prices?: Prices | undefined;
  /** @defaultValue none */
  readonly setAside?: Summary['setAside'] | undefined;
  /** @defaultValue nobody was asked */
  readonly calls?: Calls | undefined;
  readonly wallMs: number;
}

/** Turns the outcomes of a run into its summary. */
export function buildSummary(input: SummaryInput): Summary {
  const { task, benchmark, protocol, samples, tally, problems } = input;
  const isCode = task.tests !== undefined;
  const correctByProblem = countCorrectByProblem(samples, tally);
  const correct = tally.count('correct');
  const interval = computeClusteredInterval(correctByProblem, samples.epochs);
  const share = (n: number): number => (samples.size === 0 ? 0 : n / samples.size);
  const { graders = [{ label: input.grader, tally }] } = input;
  const rows = graders.map(({ label, tally: own }) => [label, describeGrader(own, samples.size)] as const);
  const accuracies = rows.map(([, { accuracy }]) => accuracy);
  return {
    format: 1,
    benchmark: task.name,
    model: input.model,
    replies: input.replies ?? 'asked',
    protocol: protocol?.label ?? null,
    protocolSha256: protocol?.sha256 ?? null,
    rowsSha256: benchmark.rowsSha256,
    goldFixes: benchmark.appliedFixes,
    grader: input.grader,
    graders: Object.fromEntries(rows),
    spread: { min: Math.min(...accuracies), max: Math.max(...accuracies) },
    problems: samples.problems,
    benchmarkProblems: benchmark.count,
    epochs: samples.epochs,
    samples: samples.size,
    isComplete: graders.every((grader) => grader.tally.countAll() === samples.size),
    outcomes: countOutcomes(tally),
    accuracy: share(correct),
    interval,
    bounds: { low: share(correct), high: share(correct + tally.count('undecided') + tally.count('error')) },
    rates: {
      'no-answer': share(tally.count('no-answer')),
      truncated: share(tally.count('truncated')),
      undecided: share(tally.count('undecided')),
      error: share(tally.count('error')),
    },
    truncatedButEqual: tally.countTruncatedEqual(),
    secondOpinions: tally.countSecondOpinions(),
    precision: describePrecision({ correct: correctByProblem, epochs: samples.epochs }),
    ...computePassAtK(correctByProblem, { epochs: samples.epochs, ks: listKs(samples.epochs, isCode ? 10 : 2) }),
    ...computeVoting(samples, tally, { takesVotes: !isCode }),
    breakdowns: Object.fromEntries(
      task.breakdowns.map((field) => [field, breakDown({ field, problems, correctByProblem, epochs: samples.epochs })]),
    ),
    ...(input.labels === undefined ? {} : { labels: input.labels }),
    tokens: tally.getTokens() ?? null,
    cost: computeCost(tally.getTokens(), input.prices) ?? null,
    setAside: input.setAside ?? {},
    calls: input.calls ?? null,
    wallMs: input.wallMs,
  };
}

function describeGrader(tally: Tally, samples: number): GraderRow {
  const correct = tally.count('correct');
  return { correct, accuracy: samples === 0 ? 0 : correct / samples, outcomes: countOutcomes(tally) };
}

function countOutcomes(tally: Tally): Record<Outcome, number> {
  return Object.fromEntries(outcomes.map((outcome) => [outcome, tally.count(outcome)])) as Record<Outcome, number>;
}

/** Undefined where tokens or prices are not known. */
export function computeCost(tokens: TokenCounts | undefined, prices: Prices | undefined): Cost | undefined {
  if (tokens === undefined || prices === undefined) return undefined;
  const { priceIn, priceOut } = prices;
  return { total: (tokens.prompt * priceIn + tokens.completion * priceOut) / 1e6, priceIn, priceOut };
}

function countCorrectByProblem(samples: SampleTable, tally: Tally): Uint32Array {
  const correct = new Uint32Array(samples.problems);
  for (let sample = 0; sample < samples.size; sample++) {
    const problem = sample % samples.problems;
    if (tally.getOutcome(sample) === 'correct') correct[problem] = (correct[problem] as number) + 1;
  }
  return correct;
}

/** Unbiased pass@k, with the problem as the unit, from the correct samples of each problem. */
export function computePassAtK(
  correctByProblem: Uint32Array,
  { epochs, ks }: { readonly epochs: number; readonly ks: readonly number[] },
): Pick<Summary, 'passAtK' | 'passAtKIntervals'> {
  const figures = ks.map((k) => {
    const chances = Array.from(correctByProblem, (c) => estimatePassAtK({ n: epochs, c, k }));
    const mean = chances.length === 0 ? 0 : chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
    // A chance is the share of groups of k samples that pass: it takes the place of the share of samples.
    const interval = computeClusteredInterval(
      chances.map((chance) => chance * epochs),
      epochs,
    );
    return { k: String(k), mean, interval };
  });
  return {
    passAtK: Object.fromEntries(figures.map(({ k, mean }) => [k, mean])),
    passAtKIntervals: Object.fromEntries(figures.map(({ k, interval }) => [k, interval])),
  };
}

function breakDown({
  field,
  problems,
  correctByProblem,
  epochs,
}: {
  readonly field: string;
  readonly problems: readonly Problem[];
  readonly correctByProblem: Uint32Array;
  readonly epochs: number;
}): BreakdownRow[] {
  const groups = new Map<string, number[]>();
  problems.forEach((problem, index) => {
    const value = String(problem.meta[field] ?? 'unknown');
    const group = groups.get(value) ?? [];
    group.push(correctByProblem[index] as number);
    groups.set(value, group);
  });
  return [...groups]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([value, counts]) => {
      const correct = counts.reduce((sum, count) => sum + count, 0);
      const samples = counts.length * epochs;
      const interval = computeClusteredInterval(counts, epochs);
      return { value, problems: counts.length, correct, samples, accuracy: correct / samples, interval };
    });
}
