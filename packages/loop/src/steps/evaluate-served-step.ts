import { join } from 'node:path';
import { type LoadOptions, loadBenchmark } from '@scalequest/datasets';
import { chooseGraders, findProtocol, findTask, findTemplate, resolveProtocol } from '@scalequest/eval';
import { createVerifierPool } from '@scalequest/verifier/pool';
import type { BenchmarkChoice } from '../config/loop-config.ts';
import type { Fields, Step } from '../engine/step.ts';
import type { ModelOpener } from '../models/step-model.ts';
import { evaluateBenchmark, outcomesFile } from './evaluate-benchmark.ts';

export interface EvaluateServedStepOptions {
  readonly name: string;
  /** The step whose model answers. */
  readonly model: string;
  /** Of its row in a leaderboard. */
  readonly called: string;
  readonly benchmarks: readonly BenchmarkChoice[];
  /** Such as `dart`. */
  readonly protocol: string;
  /** A template that ships: what the model was trained in. */
  readonly template: string;
  /** Longest reply. @defaultValue the protocol's */
  readonly maxTokens?: number | undefined;
  readonly data: Pick<LoadOptions, 'dataDir' | 'cacheDir' | 'hub' | 'allowDownload'>;
  readonly open: ModelOpener;
  readonly work?: Step['work'];
}

/**
 * The evaluation of a model that a training made, by all benchmarks while it is served once, each as a run in a folder of its name.
 * Leaves `BENCHMARK-outcomes` of each, and the figures of each by its name.
 */
export function evaluateServedStep(options: EvaluateServedStepOptions): Step {
  const { name, model, called, benchmarks, protocol, template, maxTokens, data, open, work } = options;
  return {
    ...{ name, kind: 'evaluate', version: 1, after: [model] },
    settings: {
      ...{ model, called, protocol, template, maxTokens: maxTokens ?? null },
      benchmarks: benchmarks.map((benchmark) => ({ name: benchmark.name, limit: benchmark.limit ?? null })),
    },
    ...(work === undefined ? {} : { work }),
    run: async (context) => {
      const { models, failed, close } = await open({ models: { [called]: { step: model, called } }, context });
      const asked = models[called];
      if (asked === undefined) throw new Error(`No model was opened for '${called}'.`);
      const verifier = createVerifierPool({ workers: 1 });
      const figures: Record<string, Fields> = {};
      try {
        for (const { name: benchmark, limit } of benchmarks) {
          const task = findTask(benchmark);
          const loaded = await loadBenchmark(task.benchmark, { ...data, signal: context.stop });
          figures[benchmark] = await evaluateBenchmark({
            ...{ task, loaded, verifier, limit, client: asked.client },
            protocol: resolveProtocol(findProtocol(protocol), {
              benchmark,
              template: findTemplate(template),
              ...(maxTokens === undefined ? {} : { maxTokens }),
            }),
            modelIdentity: { ...asked.identity },
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
        await Promise.all([close(), verifier.close()]);
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
