import type { Protocol } from './protocol.ts';
import type { Source } from './source.ts';

/**
 * EleutherAI's lm-evaluation-harness, as its tasks stand: raw text, greedy, 256 tokens.
 * GSM8K has five examples, drawn anew for each problem in the order of the benchmark. MATH is `hendrycks_math`, or
 * `minerva_math` where it is named (`lm-eval@1:minerva_math`), whose four examples are in the installed package.
 */
export const lmEval1: Protocol = {
  name: 'lm-eval',
  version: 1,
  prompt: { kind: 'completion', template: 'Question: {problem}\nAnswer:' },
  shots: {
    count: 5,
    source: { kind: 'benchmark', name: 'gsm8k-train' },
    choice: { kind: 'python-sample', seed: 1234 },
    layout: { kind: 'text', template: 'Question: {problem}\nAnswer: {solution}', separator: '\n\n' },
  },
  sampling: { temperature: 0, topP: 1, maxTokens: 256, stop: ['Question:', '</s>', '<|im_end|>'] },
  grader: 'gsm8k-strict',
  benchmarks: ['gsm8k', 'math', 'math-500'],
  variants: [
    {
      name: 'hendrycks_math',
      benchmarks: ['math', 'math-500'],
      prompt: { kind: 'completion', template: 'Problem: {problem}\nAnswer:' },
      shots: null,
      sampling: { stop: ['Problem:'] },
      grader: 'hendrycks',
    },
    {
      name: 'minerva_math',
      benchmarks: [],
      prompt: { kind: 'completion', template: 'Problem:\n{problem}\n\nSolution:' },
      shots: {
        count: 4,
        source: { kind: 'file' },
        choice: { kind: 'first' },
        layout: { kind: 'text', template: 'Problem:\n{problem}\n\nSolution: {solution}', separator: '\n\n' },
      },
      sampling: { stop: ['Problem:'] },
      grader: 'minerva',
    },
  ],
};

export const lmEval1Source: Source = {
  source:
    'lm-eval 0.4.13 (PyPI), tasks gsm8k 3.0, hendrycks_math 1.0 and minerva_math 3.1 (form, stops, choice of shots)',
  licence: 'MIT, EleutherAI',
};
