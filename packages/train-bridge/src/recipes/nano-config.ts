import type { CommonTrainConfig } from '../config/train-config.ts';
import { beginConfig, loadGiven, type RecipeInput } from './recipe.ts';

/** Rows that are too long are dropped, so a few more are made than the steps take. */
const spareShare = 0.02;

export interface NanoFigures {
  /** Of the whole training, where none are asked for. */
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Rows that are measured and not trained. @defaultValue 0 */
  readonly heldRows?: number;
}

/** Rows to make for so many steps. */
export function countNanoRows({ batchSize, heldRows = 0 }: NanoFigures, steps: number): number {
  return Math.ceil(steps * batchSize * (1 + spareShare)) + heldRows;
}

type Shared = Omit<
  CommonTrainConfig,
  'template' | 'precision' | 'activationCheckpointing' | 'sharding' | 'microBatchSize'
>;

/** What the nano recipes share that go on from the embedded model: one thread of a CPU, and its context of 512 tokens. */
export function beginNanoConfig(
  input: RecipeInput,
  { steps: ownSteps, batchSize, learningRate, heldRows = 0 }: NanoFigures,
): Shared {
  const steps = input.steps ?? ownSteps;
  // A user's own rows may be few.
  const held = Math.min(heldRows, Math.floor(input.data.rows / 5));
  return {
    ...beginConfig({ ...input, steps }),
    ...loadGiven(input),
    threads: 1,
    device: 'cpu',
    maxTokens: 384,
    batchSize,
    gradientAccumulation: 1,
    epochs: 1,
    optimizer: { kind: 'adamw', learningRate, weightDecay: 0, beta2: 0.98 },
    schedule: { kind: 'cosine', warmupSteps: Math.min(20, Math.ceil(steps / 10)), finalShare: 0.05 },
    gradientClip: 1,
    checkpointEverySteps: Math.min(100, Math.ceil(steps / 2)),
    keepCheckpoints: 2,
    logEverySteps: Math.max(1, Math.min(10, Math.floor(steps / 10))),
    ...(held === 0 ? {} : { evaluation: { rows: held, everySteps: Math.ceil(steps / 4) } }),
  };
}

/** For the models that write text; one that gives a number has no place in a GGUF file. */
export function exportNano({
  name,
  description,
}: {
  readonly name: string;
  readonly description: string;
}): Required<Pick<CommonTrainConfig, 'export'>> {
  return { export: { gguf: 'f32', name: `ScaleQuest ${name}`, license: 'Apache-2.0', description } };
}
