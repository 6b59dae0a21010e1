import type { ComparedRun, Comparison, Flip, ModelComparison, OutcomeCounts, PairedTest } from '@scalequest/eval';
import { fewestChanges } from '@scalequest/eval';
import { countOf, formatCount, formatHundredths, formatInterval, formatPercent, formatTable } from './format.ts';

interface FormatOptions {
  /** How many changed problems to list in each direction. */
  readonly flips: number;
}

/** A comparison of two runs as text. */
export function formatComparison(comparison: Comparison, options: FormatOptions): string {
  const { a, b, problems } = comparison;
  const lines = [
    formatTable([
      ['', 'model', 'protocol', 'correct', 'of', 'accuracy'],
      ...[a, b].map((run, i) => [i === 0 ? 'A' : 'B', run.model, run.protocol ?? 'not known', ...formatScore(run)]),
    ]),
    '',
    `${comparison.benchmark}: ${countOf(problems, 'problem')} in both runs; grader ${comparison.grader}`,
    `B - A: ${formatPoints(comparison.difference)}, 95 % interval ${formatInterval(comparison.interval)}`,
    `${formatChanges(comparison)}; ${formatTest(comparison.test)}`,
    formatSmallestGap(comparison),
    ...comparison.notes,
    ...formatFlips(comparison.flips, options),
  ];
  return lines.join('\n');
}

/** A comparison of two models on many benchmarks as text: one table, then the flips of each benchmark. */
export function formatModelComparison({ benchmarks, notes }: ModelComparison, options: FormatOptions): string {
  const table = formatTable([
    ['benchmark', 'A', 'B', 'B - A', '95 % interval', 'gained', 'lost', 'p', 'Holm p', 'smallest gap'],
    ...benchmarks.map((row) => [
      row.benchmark,
      formatPercent(row.a.accuracy),
      formatPercent(row.b.accuracy),
      formatPoints(row.difference),
      formatInterval(row.interval),
      formatCount(row.gained),
      formatCount(row.lost),
      formatP(row.test.pValue),
      formatP(row.holmPValue),
      row.smallestGap === null ? '-' : formatSize(row.smallestGap),
    ]),
  ]);
  const lines = [
    `A: ${listModels(benchmarks.map(({ a }) => a))}`,
    `B: ${listModels(benchmarks.map(({ b }) => b))}`,
    '',
    table,
    '',
    `p: ${[...new Set(benchmarks.map(({ test }) => nameTest(test)))].join('; ')}. Holm p: adjusted for ${countOf(benchmarks.length, 'benchmark')}.`,
    'Smallest gap: what a test of this size and discordance would see with 80 % power at 5 %; - where it would see none.',
    ...notes,
  ];
  for (const { benchmark, notes: ownNotes, flips } of benchmarks) {
    const details = [...ownNotes, ...formatFlips(flips, options)];
    if (details.length > 0) lines.push('', `${benchmark}:`, ...details.filter((line) => line !== ''));
  }
  return lines.join('\n');
}

function formatScore({ correct, samples, accuracy }: ComparedRun): readonly string[] {
  return [formatCount(correct), formatCount(samples), formatPercent(accuracy)];
}

function formatChanges({ gained, lost, test }: Comparison): string {
  if (test.name === 'mcnemar') return `correct in B only ${formatCount(gained)}, in A only ${formatCount(lost)}`;
  return `better in B ${formatCount(gained)}, in A ${formatCount(lost)}`;
}

function formatTest(test: PairedTest): string {
  const p = formatP(test.pValue);
  return `${nameTest(test)} p ${p.startsWith('<') ? p : `= ${p}`}`;
}

function nameTest({ name, draws }: PairedTest): string {
  if (name === 'mcnemar') return 'exact McNemar';
  return `paired permutation over problems (${draws === 0 ? 'exact' : `${formatCount(draws)} seeded draws`})`;
}

function formatP(pValue: number): string {
  return pValue < 0.0001 ? '< 0.0001' : pValue.toFixed(4);
}

function formatSmallestGap({ smallestGap, problems, gained, lost }: Comparison): string {
  const size = `${countOf(problems, 'problem')}, ${formatCount(gained + lost)} of them changed`;
  if (smallestGap !== null) return `smallest gap seen with 80 % power at 5 %: ${formatSize(smallestGap)} (${size})`;
  const reason = `at least ${fewestChanges} changes in one direction are needed for p below 0.05`;
  return `no gap would be seen with 80 % power at 5 %: ${size}; ${reason}`;
}

function formatFlips(flips: readonly Flip[], { flips: shown }: FormatOptions): string[] {
  return (['gained', 'lost'] as const).flatMap((direction) => {
    const all = flips.filter((flip) => flip.direction === direction);
    if (all.length === 0) return [];
    const title = direction === 'gained' ? 'better in B' : 'better in A';
    const rows = all.slice(0, shown).map(({ id, a, b }) => [id, formatOutcomes(a), formatOutcomes(b)]);
    const rest = all.length - rows.length;
    return [
      ...(rows.length === 0 ? [] : ['', formatTable([[title, 'A', 'B'], ...rows])]),
      ...(rest > 0 ? [`and ${formatCount(rest)} more ${title} (--flips ${all.length}, or --json)`] : []),
    ];
  });
}

/** `wrong`, or `correct 3, truncated 1` of several epochs. */
function formatOutcomes(counts: OutcomeCounts): string {
  const entries = Object.entries(counts);
  const [only] = entries;
  if (entries.length === 1 && only?.[1] === 1) return only[0];
  return entries.map(([outcome, count]) => `${outcome} ${count}`).join(', ');
}

function listModels(runs: readonly ComparedRun[]): string {
  return [...new Set(runs.map(({ model }) => model))].join(', ');
}

/** A difference of two shares in percentage points: a percent sign would read as a ratio. */
function formatPoints(share: number): string {
  const text = formatSize(share);
  return share > 0 && !text.startsWith('0.0 ') ? `+${text}` : text;
}

/** The same without a sign for more: a gap of that size either way. */
function formatSize(share: number): string {
  return `${formatHundredths(share)} points`;
}
