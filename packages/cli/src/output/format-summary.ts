import type { BreakdownRow, GraderRow, Interval, Summary } from '@scalequest/eval';
import {
  countOf,
  countPart,
  formatCount,
  formatDuration,
  formatInterval,
  formatPercent,
  formatTable,
} from './format.ts';
import { formatCalls } from './format-calls.ts';

/** The final table of a run, as text. */
export function formatSummary(summary: Summary): string {
  const parts = [formatHead(summary), formatOutcomes(summary)];
  if (Object.keys(summary.graders).length > 1) parts.push(formatGraders(summary));
  for (const [field, rows] of Object.entries(summary.breakdowns)) parts.push(formatBreakdown(field, rows));
  if (summary.labels !== undefined) parts.push(formatLabels(summary.labels));
  const calls = formatCalls(summary);
  if (calls !== '') parts.push(calls);
  return parts.join('\n\n');
}

function formatHead(summary: Summary): string {
  const { problems, benchmarkProblems, epochs, samples, outcomes, wallMs, tokens } = summary;
  const asked = countPart({ problems, of: benchmarkProblems });
  // A score of a part is not the benchmark's, and is not to be copied as one.
  const name = problems === benchmarkProblems ? summary.benchmark : `${summary.benchmark}, ${asked}`;
  const each = epochs === 1 ? '' : ` x ${epochs} epochs = ${countOf(samples, 'sample')}`;
  const lines = [
    `${name}: ${formatPercent(summary.accuracy)} correct (${formatCount(outcomes.correct)} of ${formatCount(samples)}), 95 % interval ${formatInterval(summary.interval)}`,
    `model ${summary.model}, ${formatProtocol(summary)}, grader ${summary.grader}`,
    `${asked}${each}, ${formatDuration(wallMs)}${tokens === null ? '' : `, ${formatCount(tokens.prompt)} + ${formatCount(tokens.completion)} tokens`}`,
  ];
  if (summary.cost !== null) lines.push(formatCost(summary.cost));
  if (summary.goldFixes.length > 0)
    lines.push(`${formatCount(summary.goldFixes.length)} references corrected (--gold-fixes)`);
  lines.push(...formatManySamples(summary), ...formatPrecision(summary));
  if (!summary.isComplete) lines.push('NOT COMPLETE: samples are missing, run the same command again to go on.');
  return lines.join('\n');
}

/** A declared protocol is what somebody says of recorded replies; another one is what the model was asked by. */
function formatProtocol({ replies, protocol, protocolSha256 }: Summary): string {
  if (protocol === null) return 'recorded replies, protocol not known';
  const label = `protocol ${protocol} (${protocolSha256?.slice(0, 8)})`;
  return replies === 'recorded' ? `recorded replies, declared ${label}` : label;
}

/** pass@k and the votes, where problems were sampled more than once. */
function formatManySamples(summary: Summary): string[] {
  const { samples, passAtK, passAtKIntervals, majAtK, bestOfK, weightedMajAtK, voting } = summary;
  const join = (name: string, figures: Readonly<Record<string, number>> | null): string[] => {
    const entries = Object.entries(figures ?? {}).filter(([k]) => k !== '1');
    return entries.length === 0 ? [] : [entries.map(([k, value]) => `${name}@${k} ${formatPercent(value)}`).join(', ')];
  };
  const lines = [
    ...formatPassAtK(passAtK, passAtKIntervals),
    ...join('maj', majAtK),
    ...join('best-of', bestOfK),
    ...join('weighted-maj', weightedMajAtK),
  ];
  if (voting.simulated > 0) {
    lines.push(
      `votes: ${formatCount(voting.simulated)} of ${formatCount(voting.estimates)} figures of single problems are simulated (${formatCount(voting.draws)} seeded draws each), the others exact`,
    );
  }
  if (voting.unconfirmedProblems > 0) {
    lines.push(
      `votes: the answers to ${formatCount(voting.unconfirmedProblems)} problems were too many to compare all`,
    );
  }
  if (voting.scored > 0 && bestOfK === null) {
    lines.push(
      `${formatCount(voting.scored)} of ${formatCount(samples)} samples carry a score: best-of and weighted-maj need one on every reply`,
    );
  }
  if (voting.weights === 'logistic') {
    lines.push('weighted-maj: a vote weighs 1 / (1 + e^-score), as some scores of replies are below 0');
  }
  return lines;
}

/** pass@1 is the accuracy, which stands in the first line. */
function formatPassAtK(figures: Summary['passAtK'], intervals: Summary['passAtKIntervals']): string[] {
  const entries = Object.entries(figures).filter(([k]) => k !== '1');
  if (entries.length === 0) return [];
  const texts = entries.map(
    ([k, value]) => `pass@${k} ${formatPercent(value)} ${formatInterval(intervals[k] as Interval)}`,
  );
  return [`${texts.join(', ')}, with 95 % intervals`];
}

/** Below, no number of epochs makes a benchmark of them. */
const fewProblems = 20;

/** Two runs of one model lie within so many standard errors of one of them in 19 of 20 cases: 1.96 times the root of 2. */
const errorsBetweenRuns = 2.77;

/** What a run of this size can show; and how many epochs a small benchmark needs. */
function formatPrecision({ problems, benchmarkProblems, epochs, precision }: Summary): string[] {
  const points = (share: number): string => `${(share * 100).toFixed(1)} points`;
  if (problems < fewProblems) return [`few problems: ${formatCount(problems)} say little about a model`];
  const { smallestGap, epochsWanted, samplingError } = precision;
  const lines = [
    `two such runs, read side by side, show a gap from ${points(smallestGap)} on (80 % power, 5 %); paired, by scalequest compare, usually a smaller one`,
  ];
  if (epochs >= epochsWanted) return lines;
  const move = `the score may move by ${points(errorsBetweenRuns * samplingError)}`;
  const isPart = problems < benchmarkProblems;
  lines.push(
    isPart
      ? `part of the benchmark: ${formatCount(problems)} of ${formatCount(benchmarkProblems)} problems; asked again at a temperature above 0, ${move}`
      : `few samples: ${formatCount(problems)} problems need ${epochsWanted} to ${2 * epochsWanted} epochs at a temperature above 0 (--epochs); asked again so, ${move}`,
  );
  return lines;
}

function formatOutcomes(summary: Summary): string {
  const rows = Object.entries(summary.outcomes).map(([outcome, count]) => [
    outcome,
    formatCount(count),
    formatPercent(summary.samples === 0 ? 0 : count / summary.samples),
  ]);
  const notes = [`bounds ${formatInterval(summary.bounds)}: every undecided sample and error wrong, or correct`];
  if (summary.truncatedButEqual > 0) {
    notes.push(`${formatCount(summary.truncatedButEqual)} truncated replies hold the right answer; they do not count`);
  }
  const { equal, killed } = summary.secondOpinions;
  if (equal + killed > 0) {
    notes.push(
      `computer algebra: ${formatCount(equal)} verdicts rest on it, ${formatCount(killed)} ran over its budget`,
    );
  }
  return `${formatTable([['outcome', 'samples', 'share'], ...rows])}\n${notes.join('\n')}`;
}

/** What each grader makes of the same replies, the headline's first. */
function formatGraders({ graders, grader, spread, samples }: Summary): string {
  const labels = [grader, ...Object.keys(graders).filter((label) => label !== grader)];
  const rows = labels.map((label) => {
    const { correct, accuracy, outcomes } = graders[label] as GraderRow;
    return [
      label === grader ? `${label} (headline)` : label,
      formatCount(correct),
      formatPercent(accuracy),
      ...graderOutcomes.map((outcome) => formatCount(outcomes[outcome])),
    ];
  });
  const table = formatTable([['grader', 'correct', 'accuracy', ...graderOutcomes], ...rows]);
  const { min, max } = spread;
  return `${table}\nspread over the graders: ${formatPercent(min)} to ${formatPercent(max)} of ${formatCount(samples)} samples`;
}

const graderOutcomes = ['wrong', 'no-answer', 'truncated', 'undecided'] as const;

function formatCost({ total, priceIn, priceOut }: NonNullable<Summary['cost']>): string {
  const amount = total > 0 && total < 0.01 ? total.toPrecision(2) : total.toFixed(2);
  return `cost ${amount}, at ${priceIn} and ${priceOut} for a million tokens of prompts and replies`;
}

function formatBreakdown(field: string, rows: readonly BreakdownRow[]): string {
  return formatTable([
    [field, 'problems', 'correct', 'accuracy', '95 % interval'],
    ...rows.map(({ value, problems, correct, accuracy, interval }) => [
      value,
      formatCount(problems),
      formatCount(correct),
      formatPercent(accuracy),
      formatInterval(interval),
    ]),
  ]);
}

function formatLabels(labels: NonNullable<Summary['labels']>): string {
  const { labelled, labelCorrect, agree, onlyOursCorrect, onlyLabelCorrect } = labels;
  return [
    `source's own labels: ${formatPercent(labelCorrect / labelled)} correct (${formatCount(labelCorrect)} of ${formatCount(labelled)})`,
    `agreement ${formatPercent(agree / labelled)}; correct for us only ${formatCount(onlyOursCorrect)}, for the label only ${formatCount(onlyLabelCorrect)}`,
  ].join('\n');
}
