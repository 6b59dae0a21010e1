import { describeCloseNames } from '@scalequest/core';
import { type Benchmark, getBenchmark, type LoadOptions, loadBenchmark } from '@scalequest/datasets';
import type { Fields } from '../engine/row.ts';
import type { Decision, FreeStage } from '../engine/stage.ts';
import { SynthError } from '../errors.ts';
import { buildBenchmarkIndex, contaminationKinds } from '../text/benchmark-index.ts';
import { openTextWorkers } from '../text/text-workers.ts';

/** The test sets that a dataset is checked against where none are named. */
export const decontaminationBenchmarks: readonly string[] = [
  ...['math', 'math-500', 'gsm8k', 'gsm-hard', 'college-math', 'olympiadbench', 'aime24', 'amc23', 'humaneval', 'mbpp'],
];

export interface DecontaminateOptions {
  /** @defaultValue 'decontaminate' */
  readonly name?: string;
  /** Where the test questions are: a data folder, the cache, the hub. */
  readonly data: Pick<LoadOptions, 'dataDir' | 'cacheDir' | 'hub' | 'allowDownload'>;
  /** Names of `datasets`, or your own benchmarks. @defaultValue {@link decontaminationBenchmarks} */
  readonly benchmarks?: readonly (string | Benchmark)[];
  /** Names among them that are left out. The dataset's card says that they were not checked. @defaultValue none */
  readonly without?: readonly string[];
  /**
   * Whether a test question with other numbers is one too: as a whole, and by stretches of 13 words in which numbers do not count.
   *
   * @defaultValue false, as the field counts leaks
   */
  readonly renumbered?: boolean;
}

/** The most other finds of a row that its drop names. */
const mostAlso = 20;

/**
 * A stage that drops questions which hold a test question, as `contaminated` with `because: { benchmark, id, by }`. What else was
 * found stands in `because.also`, so that the report counts it.
 *
 * Found are, whatever their case, white space, punctuation and the look of formulas: a test question that is the row (`exact`); 13 words in
 * sequence of one that has as many, 10 or 8 of a shorter one; the whole of one with fewer than 8. A formula is one word.
 *
 * @throws SynthError `INVALID_OPTION`; DatasetsError where a benchmark is not there, or is not the pinned one
 */
export function decontaminate({
  name = 'decontaminate',
  data,
  benchmarks = decontaminationBenchmarks,
  without = [],
  renumbered = false,
}: DecontaminateOptions): FreeStage<{ question: string }, object> {
  const all = benchmarks.map(getBenchmark);
  requireNames(
    without,
    all.map((benchmark) => benchmark.name),
  );
  const checked = all.filter((benchmark) => !without.includes(benchmark.name));
  const settings = {
    benchmarks: checked.map(({ name: benchmark, count, rowsSha256 }) => ({
      ...{ benchmark, problems: count ?? null, rowsSha256: rowsSha256 ?? null },
    })),
    without: [...without],
    renumbered,
  };
  return {
    order: 'free',
    ...{ name, version: 2, settings, needs: ['question'], gives: [] },
    open: async ({ signal }) => {
      const tests: TestQuestion[] = [];
      for (const benchmark of checked) {
        const { problems } = await loadBenchmark(benchmark, { ...data, signal });
        for (const { id, problem } of problems) tests.push({ benchmark: benchmark.name, id, problem });
      }
      const index = buildBenchmarkIndex(
        tests.map(({ problem }) => problem),
        { renumbered },
      );
      const places = tests.map(({ benchmark, id }) => ({ benchmark, id }));
      const workers = openTextWorkers();
      return {
        judge: async ({ rows, signal: ended }) => {
          const questions = rows.map(({ fields }) => fields.question);
          const finds = await workers.run({ kind: 'contamination', questions, index }, { signal: ended });
          return decide(rows.length, finds, places);
        },
        close: workers.close,
      };
    },
  };
}

interface TestPlace {
  readonly benchmark: string;
  readonly id: string;
}

interface TestQuestion extends TestPlace {
  readonly problem: string;
}

function decide(rows: number, finds: Uint32Array, places: readonly TestPlace[]): readonly Decision<object>[] {
  const ofRow = new Map<number, { readonly question: number; readonly kind: number }[]>();
  for (let at = 0; at < finds.length; at += 3) {
    const [row = 0, question = 0, kind = 0] = finds.subarray(at, at + 3);
    const found = ofRow.get(row);
    if (found === undefined) ofRow.set(row, [{ question, kind }]);
    else found.push({ question, kind });
  }
  return Array.from({ length: rows }, (_, row) => {
    const found = ofRow.get(row);
    if (found === undefined) return { keep: {} };
    const [first, ...others] = found
      .toSorted((a, b) => a.kind - b.kind || a.question - b.question)
      .slice(0, mostAlso + 1)
      .map(({ question, kind }): Fields => ({ ...places[question], by: contaminationKinds[kind] ?? '' }));
    return { drop: 'contaminated', because: { ...first, ...(others.length === 0 ? {} : { also: others }) } };
  });
}

function requireNames(without: readonly string[], known: readonly string[]): void {
  const unknown = without.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const close = describeCloseNames(unknown, known);
  throw new SynthError({
    code: 'INVALID_OPTION',
    kind: 'request',
    what: `'${unknown}' is to be left out of the decontamination, and is not among its benchmarks.${close === '' ? '' : ` ${close}`}`,
    next: `There are: ${known.join(', ')}.`,
    fields: { name: unknown },
  });
}
