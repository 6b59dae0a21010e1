import { hashFile } from '@scalequest/core';
import { loadBenchmark } from '@scalequest/datasets';
import { findProtocol, findTask, resolveProtocol } from '@scalequest/eval';
import { createLlamaThread } from '@scalequest/models';
import { createVerifierPool } from '@scalequest/verifier/pool';
import type { Step } from '../engine/step.ts';
import { evaluateBenchmark, outcomesFile } from './evaluate-benchmark.ts';

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
      const client = await createLlamaThread({ path, model: called, contextSize: 512 });
      // Fuel bounds a comparison: where the machine is busy, time must not decide what is undecided.
      const verifier = createVerifierPool({ workers: 1, budgetMs: 60_000 });
      try {
        const figures = await evaluateBenchmark({
          ...{ task, loaded, protocol, client, verifier, folder, seed, stop, abort, limit, tell },
          modelIdentity: { name: called, sha256: await hashFile(path) },
        });
        return { files: { outcomes: outcomesFile }, figures };
      } finally {
        await Promise.all([client.close(), verifier.close()]);
      }
    },
  };
}
