import { generateSeedQuestions } from '@scalequest/datasets/embedded';
import { getEmbeddedModelPath } from '@scalequest/models';
import type { QuestionPrefix } from '@scalequest/synth';
import type { GivenModel, LoopConfig } from '../config/loop-config.ts';

/** How the embedded asker begins and ends a question. */
const prefix: QuestionPrefix = {
  name: 'nano',
  prefix: '<|im_start|>user\n',
  ending: '<|im_end|>',
  stop: ['<|im_end|>'],
  source: 'packages/models/embedded/nano-asker.md',
};

/** Seed questions as a user's file has them. */
export function writeSeeds(count: number): string {
  return [...generateSeedQuestions({ seed: 5, count })]
    .map(({ question }) => `${JSON.stringify({ question })}\n`)
    .join('');
}

/** What makes of a recipe of the paper one that a processor runs in a minute: the embedded models, and few steps of them. */
export function makeMiniature({
  generators,
  models,
  seeds,
  python,
}: {
  readonly generators: readonly string[];
  readonly models: Readonly<Record<string, GivenModel>>;
  /** A file. */
  readonly seeds: string;
  readonly python: string;
}): LoopConfig {
  const small = { precision: 'float32', device: 'cpu', activationCheckpointing: false };
  return {
    models,
    bases: Object.fromEntries(
      generators.map((name) => [name, { checkpoint: getEmbeddedModelPath('nano-asker'), prefix, beginning: '' }]),
    ),
    students: {
      nano: { title: 'nano', checkpoint: getEmbeddedModelPath(), learningRate: 1e-4, template: 'chatml' },
    },
    seeds: { file: seeds },
    counts: { seeds: 120, generations: 64, rows: Object.fromEntries(generators.map((name) => [name, 24])) },
    decontaminate: [],
    benchmarks: ['math-embedded'],
    evaluationTokens: 16,
    train: {
      python,
      settings: {
        qft: { ...small, batchSize: 8 },
        qpo: { ...small, maxTokens: 256, batchSize: 16, microBatchSize: 16, 'schedule.warmupSteps': 1 },
        student: { ...small, maxTokens: 512, batchSize: 4 },
      },
    },
    serve: { way: 'here', engine: 'transformers' },
  };
}
