import { z } from 'zod';

/**
 * `train.json`: all that the Python worker is told, down to the last number. Every key is required but `maxSteps`,
 * `optimizer.muonLearningRate`, `export` and `allowDrift`.
 */
export interface TrainConfig {
  readonly version: 1;
  readonly kind: 'sft';
  /** Name of the run, as its events carry it. */
  readonly run: string;
  readonly seed: number;
  /** More than one is slower wherever other work shares the cores. */
  readonly threads: number;
  readonly device: 'cpu' | 'cuda' | 'auto';
  /** The file is named from the run folder. */
  readonly data: { readonly file: string; readonly rows: number; readonly sha256: string };
  readonly tokenizer:
    | { readonly kind: 'train'; readonly vocabSize: number; readonly sampleRows: number }
    | { readonly kind: 'load'; readonly path: string };
  readonly model:
    | {
        readonly kind: 'new';
        readonly hiddenSize: number;
        readonly layers: number;
        readonly heads: number;
        readonly feedForwardSize: number;
        readonly contextLength: number;
      }
    | { readonly kind: 'load'; readonly path: string };
  /** Loss weight of prompt and template tokens; 0 masks them out. */
  readonly promptWeight: number;
  /** Longer rows are dropped and counted. */
  readonly maxTokens: number;
  readonly batchSize: number;
  readonly gradientAccumulation: number;
  readonly epochs: number;
  /** The training ends here, or at the end of its epochs where that comes first. */
  readonly maxSteps?: number | undefined;
  readonly optimizer: {
    /** `muon`: Muon for the matrices, AdamW for the rest. */
    readonly kind: 'adamw' | 'muon';
    readonly learningRate: number;
    readonly muonLearningRate?: number | undefined;
    readonly weightDecay: number;
    readonly beta2: number;
  };
  readonly schedule: {
    readonly kind: 'cosine' | 'linear' | 'constant';
    readonly warmupSteps: number;
    /** What is left of the learning rate at the end. */
    readonly finalShare: number;
  };
  readonly gradientClip: number;
  readonly checkpointEverySteps: number;
  /** At least two: a kill while one is written leaves a whole one. */
  readonly keepCheckpoints: number;
  readonly logEverySteps: number;
  readonly export?:
    | {
        readonly gguf: 'f32' | 'f16' | 'q8_0';
        readonly name: string;
        readonly license: string;
        readonly description: string;
      }
    | undefined;
  /** Go on from a checkpoint although configuration, data or tokenizer have changed. */
  readonly allowDrift?: boolean | undefined;
}

const count = z.int().min(1);
const path = z.string().min(1);

/**
 * The single source of what `train.json` may hold: the JSON Schema that the worker checks it against
 * (`python/sq_train/train-config.schema.json`) is written from it.
 */
export const trainConfigSchema: z.ZodType<TrainConfig> = z.strictObject({
  version: z.literal(1),
  kind: z.literal('sft'),
  run: z.string().min(1),
  seed: z.int().min(0),
  threads: count,
  device: z.enum(['cpu', 'cuda', 'auto']),
  data: z.strictObject({ file: path, rows: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  tokenizer: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('train'), vocabSize: z.int().min(259), sampleRows: count }),
    z.strictObject({ kind: z.literal('load'), path }),
  ]),
  model: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('new'),
      hiddenSize: count,
      layers: count,
      heads: count,
      feedForwardSize: count,
      contextLength: count,
    }),
    z.strictObject({ kind: z.literal('load'), path }),
  ]),
  promptWeight: z.number().min(0).max(1),
  maxTokens: z.int().min(2),
  batchSize: count,
  gradientAccumulation: count,
  epochs: count,
  maxSteps: count.optional(),
  optimizer: z.strictObject({
    kind: z.enum(['adamw', 'muon']),
    learningRate: z.number().positive(),
    muonLearningRate: z.number().positive().optional(),
    weightDecay: z.number().min(0),
    beta2: z.number().min(0).lt(1),
  }),
  schedule: z.strictObject({
    kind: z.enum(['cosine', 'linear', 'constant']),
    warmupSteps: z.int().min(0),
    finalShare: z.number().min(0).max(1),
  }),
  gradientClip: z.number().min(0),
  checkpointEverySteps: count,
  keepCheckpoints: z.int().min(2),
  logEverySteps: count,
  export: z
    .strictObject({
      gguf: z.enum(['f32', 'f16', 'q8_0']),
      name: z.string().min(1),
      license: z.string().min(1),
      description: z.string(),
    })
    .optional(),
  allowDrift: z.boolean().optional(),
});
