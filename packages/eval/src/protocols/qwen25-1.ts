import type { Protocol } from './protocol.ts';
import type { Source } from './source.ts';
import { qwen25MathCot } from './templates/chatml.ts';

/**
 * Qwen2.5-Math's own evaluation: zero-shot and greedy as raw text, the sentence in the system turn. Qwen2-Math's is the
 * same with `--template qwen-boxed`. A question whose answer is yes or no, or true or false, says so.
 */
export const qwen251: Protocol = {
  name: 'qwen25',
  version: 1,
  prompt: { kind: 'chat', messages: [{ role: 'user', content: '{problem}' }] },
  instruction: {
    after: '{choice}',
    slots: {
      choice: [
        { reference: ['true', 'false'], text: ' (True or False)' },
        { reference: ['yes', 'no'], text: ' (Yes or No)' },
        { text: '' },
      ],
    },
    fromTemplate: true,
    trims: true,
  },
  template: qwen25MathCot,
  sampling: { temperature: 0, topP: 1, maxTokens: 2048, stop: ['</s>', '<|im_end|>', '<|endoftext|>'] },
  grader: 'qwen25',
};

export const qwen251Source: Source = {
  source:
    'QwenLM/Qwen2.5-Math, evaluation/utils.py, parser.py, math_eval.py and sh/eval.sh at a45202b (template, stops, sampling, yes/no)',
  licence: 'MIT, Zhibin Gou (evaluation/LICENSE)',
};
