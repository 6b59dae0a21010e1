import { z } from 'zod';
import type { Prompt } from '../../model-client.ts';
import { type Answered, describeShape, type ServerCall, toInput, toPromptUsage } from './server-call.ts';

export interface ClassifyRequest {
  /** The conversation that is judged, its last turn the answer; or a text with the model's template already around it. */
  readonly prompt: Prompt;
  /**
   * Turns logits into probabilities. SGLang gives logits whatever is asked, and old releases of vLLM probabilities.
   *
   * @defaultValue false, raw logits
   */
  readonly usesActivation?: boolean;
}

/** What a classifier or a reward model says of a prompt. */
export interface Classification extends Answered {
  /** One for each class; of a reward model the one reward. */
  readonly scores: readonly number[];
  /** The class with the highest score, where the server names it. */
  readonly label?: string;
}

const vllmSchema = z.object({
  data: z.array(z.object({ label: z.string().nullish(), probs: z.array(z.number()).min(1) })).length(1),
  usage: z.object({ prompt_tokens: z.number().nullish() }).nullish(),
});
const sglangSchema = z.object({
  embedding: z.array(z.number()).min(1),
  meta_info: z.object({ prompt_tokens: z.number().nullish() }).nullish(),
});

/** `/classify` at the root. SGLang has another `/v1/classify`, which makes 1 of every reward: a softmax over one class. */
export function makeClassifyCall(
  { prompt, usesActivation = false }: ClassifyRequest,
  model: string,
): ServerCall<Pick<Classification, 'scores' | 'label'>> {
  return {
    name: 'classify',
    path: '/classify',
    below: 'root',
    body: { model, ...toInput(prompt, ['input', 'text']), use_activation: usesActivation },
    prompt,
    read: (body) => {
      const sglang = sglangSchema.safeParse(Array.isArray(body) && body.length === 1 ? body[0] : body);
      if (sglang.success) {
        const { embedding, meta_info: info } = sglang.data;
        return { value: { scores: embedding }, usage: toPromptUsage(info?.prompt_tokens) };
      }
      const { success, data, error } = vllmSchema.safeParse(body);
      const [first] = data?.data ?? [];
      if (!success || first === undefined) {
        return { problem: `It is no classification: ${error === undefined ? 'no data' : describeShape(error)}.` };
      }
      const { label, probs } = first;
      return {
        value: { scores: probs, ...(label === undefined || label === null ? {} : { label }) },
        usage: toPromptUsage(data.usage?.prompt_tokens),
      };
    },
  };
}
