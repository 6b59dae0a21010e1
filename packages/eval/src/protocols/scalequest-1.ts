import type { Protocol } from './protocol.ts';
import type { Source } from './source.ts';

/**
 * Our own default: zero-shot chain of thought through the server's chat template, greedy, the answer in a box.
 * Programs are asked for in one fenced block. 4,096 tokens, twice what the paper's evaluation allows: a reply that is cut is never correct here.
 */
export const scalequest1: Protocol = {
  name: 'scalequest',
  version: 1,
  prompt: {
    kind: 'chat',
    messages: [
      {
        role: 'user',
        content: '{problem}\n\nSolve this step by step, then write the final answer, and nothing else, in \\boxed{}.',
      },
    ],
  },
  sampling: { temperature: 0, topP: 1, maxTokens: 4096, stop: [] },
  grader: 'ours',
  variants: [
    {
      name: 'humaneval',
      benchmarks: ['humaneval', 'humaneval-plus'],
      prompt: {
        kind: 'chat',
        messages: [
          {
            role: 'user',
            content:
              'Complete this Python function.\n\n```python\n{problem}\n```\n\nReply with one fenced Python block that holds the whole function, with every import and helper that it needs, and no tests.',
          },
        ],
      },
      instruction: { trims: 'problem' },
      grader: 'tests',
    },
    {
      name: 'mbpp',
      benchmarks: ['mbpp', 'mbpp-all', 'mbpp-prompt', 'mbpp-validation', 'mbpp-train', 'mbpp-sanitized'],
      prompt: {
        kind: 'chat',
        messages: [
          {
            role: 'user',
            // Nothing else names the function.
            content:
              '{problem}\n\nThe program must pass these tests:\n\n```python\n{tests}\n```\n\nReply with one fenced Python block that holds the whole program, with every import and helper that it needs, and no tests.',
          },
        ],
      },
      grader: 'tests',
    },
    {
      name: 'mbpp-plus',
      benchmarks: ['mbpp-plus', 'mbpp-plus-v0.2.0'],
      prompt: {
        kind: 'chat',
        messages: [
          {
            role: 'user',
            content:
              'Write the Python function that this text describes.\n\n```python\n{problem}\n```\n\nReply with one fenced Python block that holds the whole function, with every import and helper that it needs, and no tests.',
          },
        ],
      },
      instruction: { trims: 'problem' },
      grader: 'tests',
    },
  ],
};

export const scalequest1Source: Source = { source: 'This project.', licence: 'Apache-2.0' };
