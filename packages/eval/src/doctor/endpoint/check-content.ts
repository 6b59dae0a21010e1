import { broken, type Check, ok, warning } from '../check.ts';
import { echoProbe } from './check-template.ts';
import { describeFailure } from './describe-failure.ts';
import type { Prober } from './prober.ts';

/** Looks at whether a reply stands in the content, and not only in the text of a thinking model, which nobody grades. */
export function checkContent(prober: Prober): Check {
  return {
    name: 'content',
    looksAt: 'whether replies have a content',
    run: async () => {
      const answer = await prober.ask(echoProbe);
      if ('error' in answer) return describeFailure(answer.error, { isNeeded: true });
      const { text = '', reasoning = '', finishReason } = answer.response.choices[0] ?? {};
      if (text.trim() !== '')
        return ok(`A reply has a content${reasoning === '' ? '' : ', and thinking apart from it'}.`);
      if (finishReason === 'length')
        return ok('The model thinks first: its tokens were used up before a content began.');
      return reasoning === ''
        ? warning({
            what: 'A reply is empty.',
            why: 'Asked to repeat a sentence, the model ends without a word.',
            next: 'Ask it a question with `curl`, and look at its template and at the log of the server.',
          })
        : broken({
            what: 'A reply comes as thinking, and none as content.',
            why: 'It ended by itself, with everything in reasoning_content: each answer would count as none.',
            next: 'Look at the reasoning parser of the server (vLLM, SGLang: --reasoning-parser; llama.cpp: --reasoning-format none), or turn thinking on where it expects some.',
          });
    },
  };
}
