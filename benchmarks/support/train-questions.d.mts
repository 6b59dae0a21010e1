import type { TrainConfig, TrainOptions, TrainRow } from '@scalequest/train-bridge';

export interface TrainGeneratorOptions {
  readonly recipe: string;
  readonly folder: string;
  readonly python: string;
  readonly seed?: number;
  readonly steps?: number;
  readonly model?: string;
  readonly rows?: readonly TrainRow[];
  readonly settings?: TrainOptions['settings'];
}

export interface TrainedGenerator {
  /** The GGUF file. */
  readonly path: string;
  /** What it is asked with. */
  readonly prefix: string;
  readonly config: TrainConfig;
  readonly rows: number;
  readonly steps: number;
}

export function trainGenerator(options: TrainGeneratorOptions): Promise<TrainedGenerator>;
