import type { StepWork, TrainingWork } from '../engine/step.ts';
import type { ReadFigure } from './unit-figures.ts';

export interface TrainingWorkOptions {
  readonly method: TrainingWork['method'];
  /** In billions. */
  readonly parameters: number;
  /** Of questions, of pairs, or of a question with its response. */
  readonly rows: number;
  /** @defaultValue 3 for a student, 2 for a regressor, else 1: those of the recipes */
  readonly epochs?: number;
  /** How long a student's response is. @defaultValue 'response.tokens' */
  readonly response?: 'response.tokens' | 'long-response.tokens' | 'code-response.tokens';
  /** That share it. @defaultValue as many as there are GPUs */
  readonly processes?: number;
  /** Whether they split the weights. @defaultValue false */
  readonly isSharded?: boolean;
  /** Checkpoints that are kept. @defaultValue 'training.checkpoints' */
  readonly checkpoints?: number;
  readonly commands: readonly string[];
  readonly needs?: StepWork['needs'];
  readonly notes?: StepWork['notes'];
}

const epochsOf: Readonly<Record<TrainingWork['method'], number>> = {
  qft: 1,
  qpo: 1,
  'student-sft': 3,
  'difficulty-regressor': 2,
};

/**
 * How much a training has to do. Of a pair both questions pass through the model; checkpoints and the model that comes out stay on
 * the disk.
 */
export function trainingWork(read: ReadFigure, options: TrainingWorkOptions): StepWork {
  const { method, parameters, rows, commands, response = 'response.tokens', needs = [], notes = [] } = options;
  const { epochs = epochsOf[method], processes, isSharded } = options;
  const checkpoints = options.checkpoints ?? read('training.checkpoints');
  const question = read('question.tokens');
  const prefixed = read('prefix.tokens') + question;
  const rowTokens = {
    qft: () => prefixed,
    qpo: () => 2 * prefixed,
    'student-sft': () => read('solve-prompt.tokens') + question + read(response),
    'difficulty-regressor': () => question,
  }[method]();
  const weights = checkpoints * read('training.checkpoint-bytes') + read('training.out-bytes');
  return {
    commands,
    training: {
      ...{ method, parameters, tokens: Math.round(rows * epochs * rowTokens) },
      ...(processes === undefined ? {} : { processes }),
      ...(isSharded === undefined ? {} : { isSharded }),
    },
    // The run folder keeps the rows that it trains on.
    diskBytes: Math.round(parameters * 1e9 * weights + rows * rowTokens * read('text.bytes-per-token')),
    ...{ needs, notes },
  };
}
