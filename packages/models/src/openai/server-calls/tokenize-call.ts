import { z } from 'zod';
import type { Prompt } from '../../model-client.ts';
import { type Answered, describeShape, type ServerCall, toInput } from './server-call.ts';

export interface TokenizeRequest {
  /** A conversation gets the model's template and the opening of a reply, where the server can (vLLM). */
  readonly prompt: Prompt;
  /**
   * Begins a raw text as the server begins one that it completes, with a beginning-of-sequence token where the model has one.
   *
   * @defaultValue true
   */
  readonly addsSpecialTokens?: boolean;
}

export interface Tokenization extends Answered {
  readonly tokens: readonly number[];
}

const schema = z.object({ tokens: z.array(z.number().int()) });

/** `/tokenize` at the root of vLLM, SGLang and llama.cpp. */
export function makeTokenizeCall(
  { prompt, addsSpecialTokens = true }: TokenizeRequest,
  model: string,
): ServerCall<Pick<Tokenization, 'tokens'>> {
  // A conversation's template brings its own special tokens, in every server's default.
  const special =
    prompt.kind === 'chat' ? {} : { add_special_tokens: addsSpecialTokens, add_special: addsSpecialTokens };
  return {
    name: 'tokenize',
    path: '/tokenize',
    below: 'root',
    body: { model, ...toInput(prompt, ['prompt', 'content']), ...special },
    read: (body) => {
      const { success, data, error } = schema.safeParse(body);
      if (!success) return { problem: `It has no tokens: ${describeShape(error)}.` };
      // llama.cpp passes over the turns, and finds no tokens in the text that it was not given.
      if (prompt.kind === 'chat' && data.tokens.length === 0) {
        return { unsupported: 'It found no tokens in a conversation: it takes raw text only.' };
      }
      return { value: { tokens: data.tokens } };
    },
  };
}
