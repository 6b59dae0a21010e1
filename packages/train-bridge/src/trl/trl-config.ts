import type { TrainConfig } from '../config/train-config.ts';

/** What `trl sft|dpo|reward|grpo --config` reads, by the names of TRL 1.16's dataclasses. */
export type TrlConfig = Readonly<Record<string, TrlValue>>;

type TrlValue =
  | string
  | number
  | boolean
  | readonly (string | number | Readonly<Record<string, string>>)[]
  | Readonly<Record<string, number>>;

export type TrlCommand = 'sft' | 'dpo' | 'reward' | 'grpo';

export interface TrlTranslation {
  readonly config: TrlConfig;
  /** What TRL's command line cannot be told, as sentences. */
  readonly notes: readonly string[];
}

export interface TranslateInput {
  readonly config: TrainConfig;
  readonly command: TrlCommand;
  /** As TRL is to find it. */
  readonly modelPath: string;
  readonly dataFile: string;
  readonly outputFolder: string;
}

/** The configuration in TRL's words. */
export function translateConfig(input: TranslateInput): TrlTranslation {
  const { config } = input;
  const notes: string[] = [
    'TRL draws its own order of rows: the same seed trains them in another order than ScaleQuest does.',
    "TRL's command line does not go on from a checkpoint by itself: add resume_from_checkpoint.",
  ];
  const common = translateCommon(input, notes);
  const own = translateKind(config, notes);
  return { config: { ...common, ...own }, notes };
}

function translateCommon({ config, modelPath, dataFile, outputFolder }: TranslateInput, notes: string[]): TrlConfig {
  const { batchSize, gradientAccumulation, microBatchSize = batchSize, optimizer, evaluation, maxSteps } = config;
  const part = Math.min(batchSize, microBatchSize);
  const rowsOfStep = batchSize * gradientAccumulation;
  if (rowsOfStep % part !== 0)
    notes.push(
      `A step of ${rowsOfStep} rows does not come in parts of ${part}: TRL's has ${Math.ceil(rowsOfStep / part) * part}.`,
    );
  notes.push(
    `gradient_accumulation_steps is for one process; with N processes divide it by N, so that a step has ${rowsOfStep} rows.`,
  );
  if (optimizer.kind === 'muon')
    notes.push(
      'Muon is told to no trainer of TRL: AdamW takes its place, and its learning rate will not do for the matrices.',
    );
  if (config.sharding === 'full')
    notes.push("That weights are split over the processes is said to accelerate's configuration (FSDP), not here.");
  return {
    model_name_or_path: modelPath,
    dtype: 'float32',
    datasets: [{ path: 'json', data_files: dataFile }],
    output_dir: outputFolder,
    seed: config.seed,
    optim: 'adamw_torch',
    learning_rate: optimizer.learningRate,
    weight_decay: optimizer.weightDecay,
    adam_beta2: optimizer.beta2,
    ...translateSchedule(config.schedule, notes),
    max_grad_norm: config.gradientClip,
    num_train_epochs: config.epochs,
    ...(maxSteps === undefined ? {} : { max_steps: maxSteps }),
    per_device_train_batch_size: part,
    gradient_accumulation_steps: Math.ceil(rowsOfStep / part),
    bf16: config.precision === 'bfloat16',
    gradient_checkpointing: config.activationCheckpointing === true,
    ...(config.device === 'cpu' ? { use_cpu: true } : {}),
    logging_steps: config.logEverySteps,
    save_steps: config.checkpointEverySteps,
    save_total_limit: config.keepCheckpoints,
    ...(evaluation === undefined
      ? {}
      : {
          test_split_size: Number((evaluation.rows / config.data.rows).toPrecision(4)),
          eval_strategy: 'steps',
          eval_steps: evaluation.everySteps,
        }),
  };
}

function translateSchedule(
  { kind, warmupSteps, warmupShare = 0, finalShare }: TrainConfig['schedule'],
  notes: string[],
): TrlConfig {
  // Below 1 it is a share of all steps.
  const warmup = { warmup_steps: warmupSteps ?? warmupShare };
  if (kind === 'constant') return { lr_scheduler_type: 'constant_with_warmup', ...warmup };
  if (kind === 'cosine' && finalShare > 0)
    return { lr_scheduler_type: 'cosine_with_min_lr', lr_scheduler_kwargs: { min_lr_rate: finalShare }, ...warmup };
  if (finalShare > 0) notes.push(`A ${kind} schedule of TRL ends at 0, not at ${finalShare} of the learning rate.`);
  return { lr_scheduler_type: kind, ...warmup };
}

function translateKind(config: TrainConfig, notes: string[]): TrlConfig {
  switch (config.kind) {
    case 'sft': {
      const isPacked = config.packing === true;
      if (isPacked)
        notes.push('Packing of TRL keeps documents apart with FlashAttention only; without it they see each other.');
      if (config.promptWeight > 0 && config.promptWeight < 1)
        notes.push(`A weight of ${config.promptWeight} for the prompt cannot be said: it is 0 here.`);
      return {
        max_length: config.maxTokens,
        packing: isPacked,
        ...(isPacked ? { packing_strategy: 'bfd' } : {}),
        loss_type: 'nll',
      };
    }
    case 'dpo': {
      const { beta, loss, labelSmoothing, sftWeight = 0, reference } = config.dpo;
      if (reference !== undefined)
        notes.push(`The reference model ${reference} cannot be named: it is the model that is trained.`);
      return {
        max_length: config.maxTokens,
        beta,
        loss_type: sftWeight > 0 ? [loss, 'sft'] : [loss],
        ...(sftWeight > 0 ? { loss_weights: [1, sftWeight] } : {}),
        ...(labelSmoothing === undefined ? {} : { label_smoothing: labelSmoothing }),
      };
    }
    case 'reward':
      return { max_length: config.maxTokens, center_rewards_coefficient: config.reward.centerWeight };
    case 'grpo': {
      const {
        replies,
        maxReplyTokens,
        temperature,
        topP,
        klWeight,
        clipRange,
        loss,
        scaleRewards,
        formatReward = 0,
      } = config.grpo;
      if (formatReward > 0)
        notes.push('The reward for the form of an answer is a function of yours there; only the verdict is rewarded.');
      notes.push(
        'The rewards come from scalequest_reward.py beside the configuration: start `scalequest serve verifier`, and set SCALEQUEST_VERIFIER_URL and SCALEQUEST_VERIFIER_TOKEN.',
      );
      return {
        reward_funcs: ['scalequest_reward.trl_reward'],
        num_generations: replies,
        max_completion_length: maxReplyTokens,
        temperature,
        top_p: topP,
        beta: klWeight,
        epsilon: clipRange,
        loss_type: loss,
        scale_rewards: scaleRewards,
      };
    }
    case 'regression':
      throw new Error('TRL has no regression.');
  }
}
