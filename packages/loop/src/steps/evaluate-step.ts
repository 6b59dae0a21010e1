import { hashFile } from '@scalequest/core';
import { loadBenchmark } from '@scalequest/datasets';
import { evaluate, findProtocol, findTask, resolveProtocol } from '@scalequest/eval';
import { createLlamaClient } from '@scalequest/models';
import { createVerifierPool } from '@scalequest/verifier/pool';
import type { Step } from '../engine/step.ts';

export interface EvaluateStepOptions {
  readonly name: string;
  /** A benchmark that is made here, such as `word-problems`. */
  readonly benchmark: string;
  /** The step whose `model` answers. */
  readonly model: string;
  /** @defaultValue all problems */
  readonly limit?: number;
}

/**
 * An evaluation of a model that a training made, in this process. Leaves `summary` and `scores`, by which arms are compared problem
 * by problem.
 *
 * @example
 * evaluateStep({ name: 'evaluate-full', benchmark: 'word-problems', model: 'student-full' });
 */
export function evaluateStep({ name, benchmark, model, limit }: EvaluateStepOptions): Step {
  return {
    ...{ name, kind: 'evaluate', version: 1, after: [model] },
    settings: { benchmark, model, limit: limit ?? null },
    run: async ({ folder, seed, getFile, stop, abort, tell }) => {
      const path = getFile(model, 'model');
      const task = findTask(benchmark);
      const protocol = resolveProtocol(findProtocol(task.protocol), { benchmark });
      const loaded = await loadBenchmark(task.benchmark, { cacheDir: folder });
      const client = await createLlamaClient({ path, model, contextSize: 512 });
      const verifier = createVerifierPool({ workers: 1 });
      try {
        const { summary, status } = await evaluate({
          ...{ task, benchmark: loaded, protocol, client, verifier, folder, seed, stop, abort },
          modelIdentity: { name: model, sha256: await hashFile(path) },
          ...(limit === undefined ? {} : { limit }),
          onProgress: ({ done, total }) => tell(`${done} of ${total}`),
        });
        stop.throwIfAborted();
        if (status !== 'finished') throw new Error(`The evaluation in '${folder}' did not come to its end.`);
        const { accuracy, interval, problems, outcomes } = summary;
        return {
          files: { summary: 'summary.json' },
          figures: { accuracy, low: interval.low, high: interval.high, problems, outcomes: { ...outcomes } },
        };
      } finally {
        await Promise.all([client.close(), verifier.close()]);
      }
    },
  };
}
