import type { Protocol } from './protocol.ts';
import type { Source } from './source.ts';

/**
 * OpenAI's simple-evals, its MATH: a chat at temperature 0.5, ten samples of each problem, the answer on its own last
 * line. There a GPT model judges whether two answers are equal, which costs money and varies; here the verifier does.
 */
export const simpleEvals1: Protocol = {
  name: 'simple-evals',
  version: 1,
  prompt: {
    kind: 'chat',
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: '{problem}' },
    ],
  },
  instruction: {
    before:
      'Solve the following math problem step by step. The last line of your response should be of the form Answer: $ANSWER (without quotes) where $ANSWER is the answer to the problem.\n\n',
    after:
      '\n\nRemember to put your answer on its own line after "Answer:", and you do not need to use a \\boxed command.',
  },
  sampling: { temperature: 0.5, topP: 1, maxTokens: 2048, stop: [] },
  epochs: 10,
  grader: 'ours',
};

export const simpleEvals1Source: Source = {
  source:
    'openai/simple-evals, math_eval.py, simple_evals.py and sampler/chat_completion_sampler.py at ee3b031 (sentences, system turn, sampling, repeats)',
  licence: 'MIT, OpenAI',
};
