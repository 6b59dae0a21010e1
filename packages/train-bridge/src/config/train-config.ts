import { z } from 'zod';

/** What a training is: its `kind` says what the rows are and what is learnt from them. */
export type TrainConfig = SftConfig | DpoConfig | RewardConfig | RegressionConfig | GrpoConfig;

export type TrainKind = TrainConfig['kind'];

/** What every kind of training is told in `train.json`, down to the last number. */
export interface CommonTrainConfig {
  readonly version: 1;
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
  /** @defaultValue `{ kind: 'chat' }` */
  readonly template?: TemplateConfig | undefined;
  /** `bfloat16` computes in half precision; the weights that are updated stay in float32. @defaultValue `float32` */
  readonly precision?: 'float32' | 'bfloat16' | undefined;
  /** Computes activations again in the backward pass instead of keeping them: slower, and less memory. */
  readonly activationCheckpointing?: boolean | undefined;
  /**
   * `full` splits weights, gradients and the optimizer's moments over the processes that train (FSDP): of 16 bytes a weight each
   * holds its share, for the price of more traffic between them. A single process has all of them. Not with `grpo` and `muon`.
   *
   * @defaultValue `none`: each process holds everything
   */
  readonly sharding?: 'none' | 'full' | undefined;
  /** Longer rows are dropped and counted. */
  readonly maxTokens: number;
  /** Rows that are computed together; of packed rows, packs. A step trains `batchSize` x `gradientAccumulation` of them. */
  readonly batchSize: number;
  /**
   * Each process computes so many rows of a batch at once, and the batch in as many parts as that takes, which changes the memory
   * that it takes and not what is learnt.
   *
   * @defaultValue all of its share
   */
  readonly microBatchSize?: number | undefined;
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
    /** Steps of warm-up. One of this and `warmupShare` is given. */
    readonly warmupSteps?: number | undefined;
    /** Warm-up as a share of all steps. */
    readonly warmupShare?: number | undefined;
    /** What is left of the learning rate at the end. */
    readonly finalShare: number;
  };
  readonly gradientClip: number;
  readonly checkpointEverySteps: number;
  /** At least two: a kill while one is written leaves a whole one. */
  readonly keepCheckpoints: number;
  readonly logEverySteps: number;
  /** Rows, drawn by the seed, that are not trained and measured every so many steps and at the end. */
  readonly evaluation?: { readonly rows: number; readonly everySteps: number } | undefined;
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

/**
 * The fixed text around what a model reads and learns.
 *
 * - `chat`: the chat template of the tokenizer, around `prompt` and `reply`
 * - `question`: the bare prefix of that template up to the user's message, then a question, then the end of that turn. It is
 *   what a generator of questions is trained on and asked with (paper 2.2)
 * - `raw`: the same with a prefix and an end of one's own, such as DeepSeek's `User: `. It must end where a token ends
 */
export type TemplateConfig =
  | { readonly kind: 'chat' }
  | { readonly kind: 'question' }
  | { readonly kind: 'raw'; readonly prefix: string; readonly end: string };

/** Supervised training on the tokens of the rows. */
export interface SftConfig extends CommonTrainConfig {
  readonly kind: 'sft';
  /** Loss weight of prompt and template tokens; 0 masks them out. */
  readonly promptWeight: number;
  /**
   * Puts several rows into one sequence of at most `maxTokens` tokens. None sees another: attention and positions begin anew
   * with each row.
   */
  readonly packing?: boolean | undefined;
}

/** Direct preference optimisation on pairs of a chosen and a rejected text (arXiv 2305.18290). */
export interface DpoConfig extends CommonTrainConfig {
  readonly kind: 'dpo';
  readonly dpo: {
    /** How far the model may go from the reference: the smaller, the farther. */
    readonly beta: number;
    readonly loss: 'sigmoid' | 'hinge' | 'ipo' | 'robust';
    /** Share of pairs that are taken to be the wrong way round; of `sigmoid` and `robust`. @defaultValue 0 */
    readonly labelSmoothing?: number | undefined;
    /** Weight of the loss of supervised training on the chosen texts, beside the preference loss. @defaultValue 0 */
    readonly sftWeight?: number | undefined;
    /** A folder of the reference model. @defaultValue the model as the training begins with it */
    readonly reference?: string | undefined;
  };
}

/** A model with one output that scores a reply, trained on pairs (Bradley-Terry). */
export interface RewardConfig extends CommonTrainConfig {
  readonly kind: 'reward';
  /** Weight of the term that keeps the rewards of a pair around 0. */
  readonly reward: { readonly centerWeight: number };
}

/** A model with one output that gives a number for a text, such as how difficult a question is. */
export interface RegressionConfig extends CommonTrainConfig {
  readonly kind: 'regression';
  readonly regression: { readonly loss: 'mse' | 'huber' };
}

/**
 * Reinforcement learning against a verifier (GRPO, arXiv 2402.03300): several replies a prompt, compared with each other.
 *
 * `batchSize`, `microBatchSize` and `gradientAccumulation` count replies: `batchSize` of them are generated together, a step
 * trains `batchSize` x `gradientAccumulation`, and so it asks that many divided by `replies` prompts. `maxTokens` is for
 * prompt and reply together: a prompt that leaves no room for `maxReplyTokens` is dropped.
 */
export interface GrpoConfig extends CommonTrainConfig {
  readonly kind: 'grpo';
  readonly grpo: {
    /** Replies to one prompt, all of one step: `batchSize` x `gradientAccumulation` is a multiple of it. */
    readonly replies: number;
    readonly maxReplyTokens: number;
    readonly temperature: number;
    readonly topP: number;
    /** Weight of the distance from the model as the training began; 0 leaves the reference out. */
    readonly klWeight: number;
    /** How far the chance of a token may move while its reply is trained. A reply is trained once, so nothing reaches it. */
    readonly clipRange: number;
    readonly loss: 'grpo' | 'dr_grpo' | 'dapo';
    /** By whose spread rewards are divided. `batch` wants a single process. */
    readonly scaleRewards: 'group' | 'batch' | 'none';
    /** Reward for a reply with an answer in a closed `\boxed{}`, right or wrong. @defaultValue 0 */
    readonly formatReward?: number | undefined;
    /**
     * The verifier's server. Its token comes from SCALEQUEST_VERIFIER_TOKEN. For `deadlineSeconds` one that is away, busy or
     * starting again is waited for, at each step.
     *
     * @defaultValue `url`: SCALEQUEST_VERIFIER_URL
     */
    readonly verifier: { readonly url?: string | undefined; readonly deadlineSeconds: number };
  };
}

const count = z.int().min(1);
const path = z.string().min(1);

const share = z.number().min(0).max(1);

const templateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('chat') }),
  z.strictObject({ kind: z.literal('question') }),
  z.strictObject({ kind: z.literal('raw'), prefix: z.string().min(1), end: z.string().min(1) }),
]);

const common = {
  version: z.literal(1),
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
  template: templateSchema.optional(),
  precision: z.enum(['float32', 'bfloat16']).optional(),
  activationCheckpointing: z.boolean().optional(),
  sharding: z.enum(['none', 'full']).optional(),
  maxTokens: z.int().min(2),
  batchSize: count,
  microBatchSize: count.optional(),
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
  schedule: z
    .strictObject({
      kind: z.enum(['cosine', 'linear', 'constant']),
      warmupSteps: z.int().min(0).optional(),
      warmupShare: share.optional(),
      finalShare: share,
    })
    .refine(
      ({ warmupSteps, warmupShare }) => (warmupSteps === undefined) !== (warmupShare === undefined),
      'one of warmupSteps and warmupShare is given',
    ),
  gradientClip: z.number().min(0),
  checkpointEverySteps: count,
  keepCheckpoints: z.int().min(2),
  logEverySteps: count,
  evaluation: z.strictObject({ rows: count, everySteps: count }).optional(),
  export: z
    .strictObject({
      gguf: z.enum(['f32', 'f16', 'q8_0']),
      name: z.string().min(1),
      license: z.string().min(1),
      description: z.string(),
    })
    .optional(),
  allowDrift: z.boolean().optional(),
};

/**
 * The single source of what `train.json` may hold: the JSON Schema that the worker checks it against
 * (`python/sq_train/train-config.schema.json`) is written from it.
 */
export const trainConfigSchema: z.ZodType<TrainConfig> = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...common, kind: z.literal('sft'), promptWeight: share, packing: z.boolean().optional() }),
    z.strictObject({
      ...common,
      kind: z.literal('dpo'),
      dpo: z.strictObject({
        beta: z.number().positive(),
        loss: z.enum(['sigmoid', 'hinge', 'ipo', 'robust']),
        labelSmoothing: z.number().min(0).lt(0.5).optional(),
        sftWeight: z.number().min(0).optional(),
        reference: path.optional(),
      }),
    }),
    z.strictObject({
      ...common,
      kind: z.literal('reward'),
      reward: z.strictObject({ centerWeight: z.number().min(0) }),
    }),
    z.strictObject({
      ...common,
      kind: z.literal('regression'),
      regression: z.strictObject({ loss: z.enum(['mse', 'huber']) }),
    }),
    z.strictObject({
      ...common,
      kind: z.literal('grpo'),
      grpo: z.strictObject({
        replies: z.int().min(2),
        maxReplyTokens: count,
        temperature: z.number().positive(),
        topP: z.number().positive().max(1),
        klWeight: z.number().min(0),
        clipRange: z.number().positive(),
        loss: z.enum(['grpo', 'dr_grpo', 'dapo']),
        scaleRewards: z.enum(['group', 'batch', 'none']),
        formatReward: z.number().min(0).optional(),
        verifier: z.strictObject({
          url: z.url({ protocol: /^https?$/ }).optional(),
          deadlineSeconds: z.number().positive(),
        }),
      }),
    }),
  ])
  .superRefine((config, context) => {
    const message = findShardingFault(config);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['sharding'], message });
  });

/** Why the weights cannot be split. The worker looks at the same (`check_sharding`). */
function findShardingFault({
  sharding,
  kind,
  optimizer,
}: Pick<TrainConfig, 'sharding' | 'kind' | 'optimizer'>): string | undefined {
  if (sharding !== 'full') return undefined;
  if (kind === 'grpo') return "the kind 'grpo' trains in one process, which has nobody to split weights with";
  return optimizer.kind === 'muon' ? "the optimizer 'muon' needs each matrix whole" : undefined;
}
