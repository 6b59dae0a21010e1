import { z } from 'zod';
import type { Prompt } from '../../model-client.ts';
import { type Answered, describeShape, type ServerCall, toInput, toPromptUsage } from './server-call.ts';

export interface PoolRequest {
  /** The conversation that is judged, its last turn the answer; or a text with the model's template already around it. */
  readonly prompt: Prompt;
  /**
   * What the server calls it: `classify` and `token_classify` (vLLM from 0.11), `encode` (0.10), `reward` (before). See
   * {@link findReward}, which finds out.
   *
   * @defaultValue the one that the server has for its model
   */
  readonly task?: string;
  /** Turns logits into probabilities. @defaultValue false, raw logits */
  readonly usesActivation?: boolean;
}

/** What a model's pooler gives. */
export interface Pooling extends Answered {
  /** One for the whole prompt, or one for each of its tokens in their order: a reward is that of the last. */
  readonly vectors: readonly (readonly number[])[];
  readonly isPerToken: boolean;
}

const vector = z.array(z.number()).min(1);
const schema = z.object({
  data: z.array(z.object({ data: z.union([vector, z.array(vector).min(1)]) })).length(1),
  usage: z.object({ prompt_tokens: z.number().nullish() }).nullish(),
});

/** vLLM's `/pooling` at the root. */
export function makePoolCall(
  { prompt, task, usesActivation = false }: PoolRequest,
  model: string,
): ServerCall<Pick<Pooling, 'vectors' | 'isPerToken'>> {
  return {
    name: 'pool',
    path: '/pooling',
    below: 'root',
    body: {
      model,
      ...toInput(prompt, ['input']),
      ...(task === undefined ? {} : { task }),
      encoding_format: 'float',
      use_activation: usesActivation,
    },
    prompt,
    read: (body) => {
      const { success, data, error } = schema.safeParse(body);
      const found = data?.data[0]?.data;
      if (!success || found === undefined) {
        return { problem: `It is no pooling: ${error === undefined ? 'it has no vector' : describeShape(error)}.` };
      }
      const isPerToken = Array.isArray(found[0]);
      return {
        value: { vectors: (isPerToken ? found : [found]) as readonly (readonly number[])[], isPerToken },
        usage: toPromptUsage(data.usage?.prompt_tokens),
      };
    },
  };
}
