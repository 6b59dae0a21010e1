import { testMcNemar } from '@scalequest/eval';
import type { Fields, StepEntry } from '@scalequest/loop';
import { listByBenchmark } from './describe-figures.ts';
import { formatHundredths, formatInterval, formatPercent, formatTable } from './format.ts';

/** What a student of a loop can do. */
export interface ArmResult {
  readonly arm: string;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly problems: number;
  /** On the same problems; undefined for the baseline itself, and where it is not in the loop. */
  readonly against: PairedDifference | undefined;
}

export interface PairedDifference {
  readonly arm: string;
  /** Problems that only this arm, and only the other, has solved. */
  readonly gained: number;
  readonly lost: number;
  /** Share of the problems. */
  readonly difference: number;
  /** McNemar's exact test. */
  readonly p: number;
}

const baseline = 'seeds-only';
const stepPrefix = 'evaluate-';

/** The arms of a loop that is done, in its order. */
export function listArms(done: ReadonlyMap<string, StepEntry>): readonly ArmResult[] {
  const other = done.get(`${stepPrefix}${baseline}`)?.figures.letters;
  return [...done.values()].flatMap(({ step, figures }) => {
    if (!step.startsWith(stepPrefix) || typeof figures.accuracy !== 'number') return [];
    const arm = step.slice(stepPrefix.length);
    const { accuracy, low, high, problems, letters } = figures as Fields & Omit<ArmResult, 'arm' | 'against'>;
    const isPaired = arm !== baseline && typeof letters === 'string' && typeof other === 'string';
    return [{ arm, accuracy, low, high, problems, against: isPaired ? comparePaired(letters, other) : undefined }];
  });
}

function comparePaired(own: string, other: string): PairedDifference {
  const isSolved = [own, other].map((letters) => [...letters].map((letter) => letter === 'c'));
  const count = (by: boolean): number =>
    (isSolved[0] ?? []).filter((one, i) => one === by && isSolved[1]?.[i] === !by).length;
  const [gained, lost] = [count(true), count(false)];
  const difference = (gained - lost) / Math.max(1, own.length);
  return { arm: baseline, gained, lost, difference, p: testMcNemar({ gained, lost }) };
}

/** A row for each arm. */
export function formatArms(arms: readonly ArmResult[]): string {
  const rows = arms.map(({ arm, accuracy, low, high, problems, against }) => [
    arm,
    formatPercent(accuracy),
    formatInterval({ low, high }),
    String(problems),
    ...(against === undefined
      ? ['-', '-', '-']
      : [
          formatSigned(against.difference),
          `+${against.gained} -${against.lost}`,
          against.p < 0.001 ? '<0.001' : against.p.toFixed(3),
        ]),
  ]);
  return formatTable([['arm', 'accuracy', '95 %', 'problems', `against ${baseline}`, 'solved', 'p'], ...rows]);
}

/** What a student of a loop can do on one of several benchmarks. */
export interface BenchmarkResult extends Omit<ArmResult, 'arm' | 'against'> {
  readonly student: string;
  readonly benchmark: string;
}

/** The students of a loop whose evaluations are by several benchmarks, in its order. */
export function listBenchmarks(done: ReadonlyMap<string, StepEntry>): readonly BenchmarkResult[] {
  return [...done.values()].flatMap(({ step, figures }) =>
    step.startsWith(stepPrefix)
      ? listByBenchmark(figures).map(([benchmark, { accuracy, low, high, problems }]) => ({
          ...{ student: step.slice(stepPrefix.length), benchmark },
          ...{ accuracy, low, high, problems },
        }))
      : [],
  );
}

/** A row for each student and benchmark. */
export function formatBenchmarks(results: readonly BenchmarkResult[]): string {
  const rows = results.map(({ student, benchmark, accuracy, low, high, problems }) => [
    ...[student, benchmark, formatPercent(accuracy), formatInterval({ low, high }), String(problems)],
  ]);
  return formatTable([['student', 'benchmark', 'accuracy', '95 %', 'problems'], ...rows]);
}

function formatSigned(share: number): string {
  return `${share > 0 ? '+' : ''}${formatHundredths(share)}`;
}
