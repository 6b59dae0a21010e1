import type { TrainConfig } from '../config/train-config.ts';
import { beginFullSizeConfig, paperAdamW } from './full-size-config.ts';
import type { FileRecipe, RecipeInput } from './recipe.ts';

interface StudentFigures {
  readonly epochs: number;
  readonly learningRate: number;
}

/**
 * What both settings share, as DART-Math's trainer has it, which the paper used: loss on the response only, packs of 4096 tokens
 * in which no document sees another, 64 of them a step (262,144 tokens), cosine to 0 with 3 % warm-up, no weight decay,
 * bfloat16, activations computed again.
 *
 * One thing differs: the text stands in the chat template of the model's tokenizer, and DART-Math's script puts it into
 * Alpaca's. The released Qwen2-Math student asks in its chat template too.
 */
function makeConfig(input: RecipeInput, { epochs, learningRate }: StudentFigures): TrainConfig {
  return {
    ...beginFullSizeConfig(input),
    kind: 'sft',
    promptWeight: 0,
    packing: true,
    activationCheckpointing: true,
    maxTokens: 4096,
    batchSize: 64,
    microBatchSize: 1,
    gradientAccumulation: 1,
    epochs,
    optimizer: paperAdamW(learningRate),
    schedule: { kind: 'cosine', warmupShare: 0.03, finalShare: 0 },
    checkpointEverySteps: 200,
    logEverySteps: 10,
  };
}

const limits = [
  'It answers problems as the responses that it was trained on do, and has their errors.',
  'Its score depends on the evaluator by several points: name the protocol beside any number.',
];

/**
 * The paper's settings (3.1): 3 epochs over the pairs of question and response; learning rate 1e-5 for Mistral-7B and
 * Qwen2-Math-7B. For Llama3-8B and DeepSeekMath-7B the paper has 5e-5: `--set optimizer.learningRate=5e-5`.
 */
export const studentSft: FileRecipe = {
  name: 'student-sft',
  kind: 'sft',
  rows: 'file',
  model: 'given',
  summary: 'A student: a base model, fine-tuned on synthetic problems with responses that were kept by their reward.',
  source: "ScaleQuest (arXiv 2410.18693v2) 3.1, with DART-Math's trainer",
  makeConfig: (input) => makeConfig(input, { epochs: 3, learningRate: 1e-5 }),
  limits,
};

/** The settings of DART-Math's own script: 1 epoch; learning rate 5e-5, as for Llama3-8B. It has 2e-5 for models of 70B. */
export const studentSftDartMath: FileRecipe = {
  ...studentSft,
  name: 'student-sft.dart-math',
  source: "DART-Math's training script (its figures for Llama3-8B)",
  makeConfig: (input) => makeConfig(input, { epochs: 1, learningRate: 5e-5 }),
};
