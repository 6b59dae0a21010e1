import type { LoopParts } from '../../recipes/scalequest/scalequest-loop.ts';
import type { EvaluationWorkOptions } from '../evaluation-work.ts';
import type { TrainingWorkOptions } from '../training-work.ts';

interface Lengths {
  readonly response: NonNullable<TrainingWorkOptions['response']>;
  readonly evaluated: NonNullable<EvaluationWorkOptions['reply']>;
}

/** How long its models write. */
const lengths: Readonly<Record<string, Lengths>> = {
  'scalequest-longcot': { response: 'long-response.tokens', evaluated: 'evaluated-thought.tokens' },
  'scalequest-code': { response: 'code-response.tokens', evaluated: 'evaluated-program.tokens' },
};

export function findLengths({ paper }: LoopParts): Lengths {
  return lengths[paper.name] ?? { response: 'response.tokens', evaluated: 'evaluated-reply.tokens' };
}
