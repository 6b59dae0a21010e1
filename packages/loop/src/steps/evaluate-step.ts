import { hashFile, readJsonLines } from '@scalequest/core';
import { loadBenchmark, type Problem } from '@scalequest/datasets';
import { evaluate, findProtocol, findTask, getScoresPath, type Outcome, resolveProtocol } from '@scalequest/eval';
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
 * An evaluation of a model that a training made, in this process. Its folder is an ordinary run; what it leaves are figures: the accuracy
 * with its interval, and `letters`, one for each problem in the benchmark's order, by which arms are compared problem by problem:
 * c correct, w wrong, n no answer, t truncated, u undecided, e error.
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
      // Fuel bounds a comparison: where the machine is busy, time must not decide what is undecided.
      const verifier = createVerifierPool({ workers: 1, budgetMs: 60_000 });
      try {
        const { summary, status } = await evaluate({
          ...{ task, benchmark: loaded, protocol, client, verifier, folder, seed, stop, abort },
          modelIdentity: { name: model, sha256: await hashFile(path) },
          ...(limit === undefined ? {} : { limit }),
          onProgress: ({ done, total }) => tell(`${done} of ${total} problems`),
        });
        stop.throwIfAborted();
        if (status !== 'finished') throw new Error(`The evaluation in '${folder}' did not come to its end.`);
        const { accuracy, interval, problems, outcomes, breakdowns, grader } = summary;
        const bySteps = (breakdowns.steps ?? []).map((row) => [
          row.value,
          { problems: row.problems, correct: row.correct },
        ]);
        return {
          // The summary has times in it.
          files: {},
          figures: {
            ...{ accuracy, low: interval.low, high: interval.high, problems, outcomes: { ...outcomes } },
            letters: await spellOutcomes(getScoresPath(folder, grader), loaded.problems.slice(0, problems)),
            bySteps: Object.fromEntries(bySteps),
          },
        };
      } finally {
        await Promise.all([client.close(), verifier.close()]);
      }
    },
  };
}

const letters: Readonly<Record<Outcome, string>> = {
  ...{ correct: 'c', wrong: 'w', 'no-answer': 'n', truncated: 't', undecided: 'u', error: 'e' },
};

async function spellOutcomes(path: string, problems: readonly Problem[]): Promise<string> {
  const found = new Map<string, Outcome>();
  // The evaluation has just read and counted it.
  for await (const { value } of readJsonLines(path, { onBadLine: () => undefined })) {
    const { id, outcome } = value as { readonly id: string; readonly outcome: Outcome };
    found.set(id, outcome);
  }
  return problems.map(({ id }) => letters[found.get(id) ?? 'error']).join('');
}
