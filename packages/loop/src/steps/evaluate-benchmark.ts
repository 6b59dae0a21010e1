import { join } from 'node:path';
import { readJsonLines, writeFileAtomic } from '@scalequest/core';
import type { LoadedBenchmark } from '@scalequest/datasets';
import {
  type EvaluateOptions,
  evaluate,
  getScoresPath,
  type Outcome,
  outcomeLetters,
  type Summary,
  scoreSchema,
} from '@scalequest/eval';
import type { Fields } from '../engine/step.ts';

/** One evaluation of a step, in a run folder of its own. */
export interface EvaluateBenchmarkOptions
  extends Omit<EvaluateOptions, 'benchmark' | 'folder' | 'stop' | 'onProgress' | 'limit'> {
  readonly loaded: LoadedBenchmark;
  /** Of the run. */
  readonly folder: string;
  readonly stop: AbortSignal;
  readonly limit?: number | undefined;
  readonly tell: (progress: string) => void;
}

/** The file of the run folder that has a line for each problem. */
export const outcomesFile = 'outcomes.jsonl';

/**
 * Runs a benchmark to its end, or goes on with it. Writes `outcomes.jsonl`, and gives the figures of a step, with `letters`: one for
 * each problem in the order of the benchmark, by which models are compared problem by problem.
 */
export async function evaluateBenchmark(options: EvaluateBenchmarkOptions): Promise<Fields> {
  const { loaded, folder, stop, limit, tell, ...rest } = options;
  const { summary, status } = await evaluate({
    ...{ ...rest, benchmark: loaded, folder, stop },
    ...(limit === undefined ? {} : { limit }),
    onProgress: ({ done, total }) => tell(`${done} of ${total} problems`),
  });
  stop.throwIfAborted();
  if (status !== 'finished') throw new Error(`The evaluation in '${folder}' did not come to its end.`);
  const ids = loaded.problems.map(({ id }) => id);
  const found = await readOutcomes(getScoresPath(folder, summary.grader), ids);
  await writeFileAtomic(
    join(folder, outcomesFile),
    [...found].map(([id, outcome]) => `${JSON.stringify({ id, outcome })}\n`).join(''),
  );
  const { accuracy, interval, problems, outcomes } = summary;
  return {
    ...{ accuracy, low: interval.low, high: interval.high, problems, outcomes: { ...outcomes } },
    letters: [...found.values()].map((outcome) => outcomeLetters[outcome]).join(''),
    ...countBreakdowns(summary),
  };
}

/** The outcome of each problem that was asked, in the order of the benchmark. */
async function readOutcomes(path: string, ids: readonly string[]): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for await (const { value } of readJsonLines(path)) {
    const { id, outcome } = scoreSchema.parse(value);
    outcomes.set(id, outcome);
  }
  return new Map(
    ids.flatMap((id) => {
      const outcome = outcomes.get(id);
      return outcome === undefined ? [] : [[id, outcome] as const];
    }),
  );
}

/** The breakdown `steps` as `bySteps`. */
function countBreakdowns({ breakdowns }: Summary): Fields {
  return Object.fromEntries(
    Object.entries(breakdowns).map(([name, rows]) => [
      `by${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      Object.fromEntries(rows.map(({ value, problems, correct }) => [value, { problems, correct }])),
    ]),
  );
}
