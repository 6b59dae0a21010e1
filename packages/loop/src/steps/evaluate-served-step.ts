import { join } from 'node:path';
import { type LoadOptions, loadBenchmark } from '@scalequest/datasets';
import { type ChatTemplate, findProtocol, resolveProtocol } from '@scalequest/eval';
import type { BenchmarkChoice } from '../config/loop-config.ts';
import type { Fields, Step } from '../engine/step.ts';
import type { ModelOpener } from '../models/step-model.ts';
import { evaluateBenchmark, outcomesFile } from './evaluate-benchmark.ts';
import { findResultTask } from './find-result-task.ts';
import { openGraders } from './open-graders.ts';

export interface EvaluateServedStepOptions {
  readonly name: string;
  /** The step whose model answers. */
  readonly model: string;
  /** Of its row in a leaderboard. */
  readonly called: string;
  readonly benchmarks: readonly BenchmarkChoice[];
  /** Such as `dart@1`. */
  readonly protocol: string;
  /** What the model was trained in. */
  readonly template: ChatTemplate;
  /** Longest reply. @defaultValue the protocol's */
  readonly maxTokens?: number | undefined;
  readonly data: Pick<LoadOptions, 'dataDir' | 'cacheDir' | 'hub' | 'allowDownload'>;
  readonly open: ModelOpener;
  /** What runs programs, of benchmarks of programs. @defaultValue the sandbox's own choice */
  readonly python?: string | undefined;
}

/**
 * The evaluation of a model that a training made, by all benchmarks while it is served once, each as a run in a folder of its name.
 * Leaves `BENCHMARK-outcomes` of each, and the figures of each by its name.
 */
export function evaluateServedStep(options: EvaluateServedStepOptions): Step {
  const { name, model, called, benchmarks, protocol, template, maxTokens, data, open, python } = options;
  // Told before anything is trained.
  const asked = benchmarks.map((benchmark) => ({
    ...benchmark,
    task: findResultTask(benchmark.name),
    resolved: resolveProtocol(findProtocol(protocol), {
      ...{ benchmark: benchmark.name, template },
      ...(maxTokens === undefined ? {} : { maxTokens }),
    }),
  }));
  return {
    ...{ name, kind: 'evaluate', version: 1, after: [model] },
    settings: {
      ...{ model, called, protocol, maxTokens: maxTokens ?? null },
      template: template as unknown as Fields,
      benchmarks: benchmarks.map((benchmark) => ({ name: benchmark.name, limit: benchmark.limit ?? null })),
    },
    run: async (context) => {
      const { models, failed, close } = await open({ models: { [called]: { step: model, called } }, context });
      const student = models[called];
      if (student === undefined) throw new Error(`No model was opened for '${called}'.`);
      const graders = openGraders(python);
      const figures: Record<string, Fields> = {};
      try {
        for (const { name: benchmark, limit, task, resolved } of asked) {
          const loaded = await loadBenchmark(task.benchmark, { ...data, signal: context.stop });
          figures[benchmark] = await evaluateBenchmark({
            ...{ task, loaded, limit, client: student.client, protocol: resolved },
            ...graders.choose(task, resolved),
            modelIdentity: { ...student.identity },
            folder: join(context.folder, benchmark),
            ...{ seed: context.seed, stop: context.stop },
            abort: AbortSignal.any([context.abort, failed]),
            tell: (progress) => context.tell(`${benchmark}: ${progress}`),
          });
        }
      } catch (error) {
        failed.throwIfAborted();
        throw error;
      } finally {
        await Promise.all([close(), graders.close()]);
      }
      return {
        files: Object.fromEntries(
          benchmarks.map(({ name: one }) => [`${one}-outcomes`, join(one, outcomesFile)] as const),
        ),
        figures,
      };
    },
  };
}
