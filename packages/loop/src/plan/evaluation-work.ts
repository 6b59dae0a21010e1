import type { PlannedModel, StepWork } from '../engine/step.ts';
import type { ReadFigure } from './unit-figures.ts';

export interface EvaluationWorkOptions {
  readonly model: PlannedModel;
  /** All problems of its benchmarks. */
  readonly problems: number;
  /** Samples of each problem. @defaultValue 1 */
  readonly epochs?: number;
  /** How long a reply is. @defaultValue 'evaluated-reply.tokens' */
  readonly reply?: 'evaluated-reply.tokens' | 'evaluated-program.tokens' | 'evaluated-thought.tokens';
  readonly commands: readonly string[];
  readonly needs?: StepWork['needs'];
  readonly notes?: StepWork['notes'];
}

/** A line of the journal and two of scores, beside the reply. */
const bytesPerSample = 1_500;

/** How much an evaluation has to do: a reply to each problem. */
export function evaluationWork(read: ReadFigure, options: EvaluationWorkOptions): StepWork {
  const { model, problems, epochs = 1, reply = 'evaluated-reply.tokens', commands, needs = [], notes = [] } = options;
  const requests = problems * epochs;
  const completionTokens = requests * read(reply);
  return {
    commands,
    calls: [
      {
        ...{ role: 'student', model, task: 'replies', requests, completionTokens },
        promptTokens: requests * read('evaluated-prompt.tokens'),
      },
    ],
    diskBytes: Math.round(requests * bytesPerSample + completionTokens * read('text.bytes-per-token')),
    ...{ needs, notes },
  };
}
