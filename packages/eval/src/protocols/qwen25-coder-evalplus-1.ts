import { evalplusStops } from './evalplus-1.ts';
import type { Protocol } from './protocol.ts';
import type { Source } from './source.ts';
import { chatml } from './templates/chatml.ts';

/**
 * Qwen2.5-Coder's evaluation of instruction models on HumanEval and MBPP, which scored the paper's code: ChatML as raw
 * text with the reply begun by a fence, zero-shot and greedy. A line that begins with `#` ends a reply. There prompt and
 * reply share 1,536 tokens (`max_model_len`), so that few replies reach the 2,048.
 */
export const qwen25CoderEvalplus1: Protocol = {
  name: 'qwen25-coder-evalplus',
  version: 1,
  prompt: {
    kind: 'chat',
    messages: [
      {
        role: 'system',
        content: 'You are an intelligent programming assistant to produce Python algorithmic solutions',
      },
      { role: 'user', content: '{problem}' },
    ],
  },
  instruction: {
    before: 'Can you complete the following Python function?\n```python\n',
    after: '\n```\n',
    trims: 'problem',
  },
  template: chatml,
  prefill: '```python\n',
  sampling: { temperature: 0, topP: 1, maxTokens: 2048, stop: [...evalplusStops, '\n#', '\n```'] },
  grader: 'qwen25-coder',
  benchmarks: ['humaneval', 'humaneval-plus', 'mbpp-plus', 'mbpp-plus-v0.2.0'],
};

export const qwen25CoderEvalplus1Source: Source = {
  source:
    'QwenLM/Qwen2.5-Coder, qwencoder-eval/instruct/eval_plus/generate.py, model.py and test.sh at d5ead97 (turns, prefill, stops, sampling)',
  licence: 'none stated at d5ead97; it is made from EvalPlus (Apache-2.0)',
};
