import type { Protocol } from './protocol.ts';
import type { Source } from './source.ts';

/**
 * Our own default: zero-shot chain of thought through the server's chat template, greedy, the answer in a box.
 * 4,096 tokens, twice what the paper's evaluation allows: a reply that is cut is never correct here.
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
};

export const scalequest1Source: Source = { source: 'This project.', licence: 'Apache-2.0' };
