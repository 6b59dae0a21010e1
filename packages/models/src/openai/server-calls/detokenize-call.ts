import { z } from 'zod';
import { type Answered, describeShape, type ServerCall } from './server-call.ts';

export interface DetokenizeRequest {
  readonly tokens: readonly number[];
}

export interface Detokenization extends Answered {
  /** With the special tokens among them. */
  readonly text: string;
}

const text = z.string().nullish();
/** vLLM's word, SGLang's and llama.cpp's. */
const schema = z.object({ prompt: text, text, content: text });

/** `/detokenize` at the root of vLLM, SGLang and llama.cpp. */
export function makeDetokenizeCall(
  { tokens }: DetokenizeRequest,
  model: string,
): ServerCall<Pick<Detokenization, 'text'>> {
  return {
    name: 'detokenize',
    path: '/detokenize',
    below: 'root',
    body: { model, tokens, skip_special_tokens: false },
    read: (body) => {
      const { success, data, error } = schema.safeParse(body);
      if (!success) return { problem: `It has no text: ${describeShape(error)}.` };
      const found = data.prompt ?? data.text ?? data.content;
      return typeof found === 'string' ? { value: { text: found } } : { problem: 'It has no text.' };
    },
  };
}
