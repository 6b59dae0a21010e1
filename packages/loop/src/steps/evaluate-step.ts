import { join } from 'node:path';
import { hashFile, readJsonLines, writeFileAtomic } from '@scalequest/core';
import { loadBenchmark } from '@scalequest/datasets';
import {
  evaluate,
  findProtocol,
  findTask,
  getScoresPath,
  type Outcome,
  outcomeLetters,
  resolveProtocol,
  type Summary,
  scoreSchema,
} from '@scalequest/eval';
import { createLlamaClient } from '@scalequest/models';
import { createVerifierPool } from '@scalequest/verifier/pool';
import type { Fields, Step } from '../engine/step.ts';

export interface EvaluateStepOptions {
  readonly name: string;
  /** A benchmark that is made here, such as `word-problems`. */
  readonly benchmark: string;
  /** The step whose `model` answers. */
  readonly model: string;
  /** @defaultValue all problems */
  readonly limit?: number;
  /** What the model is called in a leaderboard. @defaultValue the step of the model */
  readonly nameModel?: (seed: number) => string;
}

/**
 * An evaluation of a model that a training made, in this process. Leaves `outcomes`, a line for each problem, and in its figures
 * `letters`, one for each problem in the order of the benchmark, by which models are compared problem by problem.
 *
 * @example
 * evaluateStep({ name: 'evaluate-full', benchmark: 'word-problems', model: 'student-full' });
 */
export function evaluateStep({ name, benchmark, model, limit, nameModel }: EvaluateStepOptions): Step {
  return {
    ...{ name, kind: 'evaluate', version: 1, after: [model] },
    settings: { benchmark, model, limit: limit ?? null },
    run: async ({ folder, seed, getFile, stop, abort, tell }) => {
      const path = getFile(model, 'model');
      const task = findTask(benchmark);
      const protocol = resolveProtocol(findProtocol(task.protocol), { benchmark });
      const loaded = await loadBenchmark(task.benchmark, { cacheDir: folder });
      const called = nameModel?.(seed) ?? model;
      const client = await createLlamaClient({ path, model: called, contextSize: 512 });
      // Fuel bounds a comparison: where the machine is busy, time must not decide what is undecided.
      const verifier = createVerifierPool({ workers: 1, budgetMs: 60_000 });
      try {
        const { summary, status } = await evaluate({
          ...{ task, benchmark: loaded, protocol, client, verifier, folder, seed, stop, abort },
          modelIdentity: { name: called, sha256: await hashFile(path) },
          ...(limit === undefined ? {} : { limit }),
          onProgress: ({ done, total }) => tell(`${done} of ${total} problems`),
        });
        stop.throwIfAborted();
        if (status !== 'finished') throw new Error(`The evaluation in '${folder}' did not come to its end.`);
        const ids = loaded.problems.map(({ id }) => id);
        const found = await readOutcomes(getScoresPath(folder, summary.grader), ids);
        await writeFileAtomic(
          join(folder, 'outcomes.jsonl'),
          [...found].map(([id, outcome]) => `${JSON.stringify({ id, outcome })}\n`).join(''),
        );
        const { accuracy, interval, problems, outcomes } = summary;
        return {
          files: { outcomes: 'outcomes.jsonl' },
          figures: {
            ...{ accuracy, low: interval.low, high: interval.high, problems, outcomes: { ...outcomes } },
            letters: [...found.values()].map((outcome) => outcomeLetters[outcome]).join(''),
            ...countBreakdowns(summary),
          },
        };
      } finally {
        await Promise.all([client.close(), verifier.close()]);
      }
    },
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
