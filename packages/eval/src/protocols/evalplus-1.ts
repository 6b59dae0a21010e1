import type { Protocol } from './protocol.ts';
import type { Source } from './source.ts';
import { chatml } from './templates/chatml.ts';

const instruction =
  'Please provide a self-contained Python script that solves the following problem in a markdown code block:';

/** Texts that end a reply in EvalPlus, and in evaluations made from it. */
export const evalplusStops: readonly string[] = [
  '<|endoftext|>',
  '<|endofmask|>',
  '</s>',
  '\nif __name__',
  '\ndef main(',
  '\nprint(',
];

/**
 * EvalPlus, as it asks an instruction model through vLLM or transformers: zero-shot and greedy, the reply begun with a
 * sentence and a fence. There the model's own template writes the turns: name it with `--template`. Its context is cut
 * at 2,048 tokens. Through a chat server it is `evalplus@1:openai`, which begins no reply and stops nowhere.
 */
export const evalplus1: Protocol = {
  name: 'evalplus',
  version: 1,
  prompt: { kind: 'chat', messages: [{ role: 'user', content: '{problem}' }] },
  instruction: { before: `${instruction}\n\`\`\`\n`, after: '\n```\n', trims: 'problem' },
  template: chatml,
  prefill:
    'Below is a Python script with a self-contained function that solves the problem and passes corresponding tests:\n```python\n',
  sampling: { temperature: 0, topP: 1, maxTokens: 768, stop: [...evalplusStops, '\n```\n'] },
  grader: 'evalplus',
  benchmarks: ['humaneval', 'humaneval-plus', 'mbpp-plus', 'mbpp-plus-v0.2.0'],
  variants: [
    {
      name: 'openai',
      benchmarks: [],
      instruction: { before: `${instruction}\n\`\`\`python\n`, after: '\n```', trims: 'problem' },
      template: null,
      prefill: null,
      sampling: { topP: 0.95, stop: [] },
    },
  ],
};

export const evalplus1Source: Source = {
  source:
    'evalplus 0.3.1 (PyPI), codegen.py, provider/base.py, provider/utility.py, provider/vllm.py, provider/openai.py and gen/util/openai_request.py (sentences, prefill, stops, sampling)',
  licence: 'Apache-2.0, EvalPlus authors',
};
