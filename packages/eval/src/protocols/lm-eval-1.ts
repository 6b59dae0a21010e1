import type { Protocol } from './protocol.ts';
import type { Shots } from './shots/shots.ts';
import type { Source } from './source.ts';

/** Tasks 2, 3 and 4 of MBPP, for every problem. */
function showMbpp(template: string): Shots {
  return {
    count: 3,
    source: { kind: 'benchmark', name: 'mbpp-prompt' },
    choice: { kind: 'first', skip: 1 },
    layout: { kind: 'text', template, separator: '\n\n' },
  };
}

const mbppQuestion =
  'You are an expert Python programmer, and here is your task: {problem} Your code should pass these tests:\n\n{test1}\n{test2}\n{test3}\n[BEGIN]\n';
const mbppInstructQuestion =
  'You are an expert Python programmer, and here is your task:\n{problem}\nYour code should pass these tests:\n{test1}\n{test2}\n{test3}\n```python\n';

const mbpp = {
  prompt: { kind: 'completion', template: mbppQuestion },
  shots: showMbpp(`${mbppQuestion}{solution}\n[DONE]`),
  sampling: { stop: ['[DONE]'] },
  grader: 'completion',
} as const;

const humaneval = {
  shots: null,
  sampling: { maxTokens: 1024, stop: ['\nclass', '\ndef', '\n#', '\nif', '\nprint'] },
} as const;

/**
 * EleutherAI's lm-evaluation-harness, as its tasks stand: raw text, greedy, 256 tokens.
 * GSM8K has five examples, drawn anew for each problem in the order of the benchmark. MATH is `hendrycks_math`, or
 * `minerva_math` where it is named (`lm-eval@1:minerva_math`), whose four examples are in the installed package. HumanEval
 * is completed as it stands, MBPP after three examples of its own prompt split.
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
  benchmarks: ['gsm8k', 'math', 'math-500', 'humaneval', 'humaneval-plus', 'mbpp', 'mbpp-plus', 'mbpp-plus-v0.2.0'],
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
    {
      ...humaneval,
      name: 'humaneval',
      benchmarks: ['humaneval', 'humaneval-plus'],
      prompt: { kind: 'completion', template: '{problem}' },
      grader: 'completion',
    },
    {
      ...humaneval,
      name: 'humaneval_instruct',
      benchmarks: [],
      prompt: {
        kind: 'completion',
        template:
          'Write a solution to the following problem and make sure that it passes the tests:\n```python\n{problem}\n```\nHere is the completed function:\n```python\n{problem}\n',
      },
      grader: 'lm-eval-instruct',
    },
    { ...mbpp, name: 'mbpp', benchmarks: ['mbpp'] },
    {
      name: 'mbpp_instruct',
      benchmarks: [],
      prompt: { kind: 'completion', template: mbppInstructQuestion },
      shots: showMbpp(`${mbppInstructQuestion}{solution}\n\`\`\``),
      sampling: { stop: [] },
      grader: 'lm-eval-mbpp',
    },
    { ...mbpp, name: 'mbpp_plus', benchmarks: ['mbpp-plus', 'mbpp-plus-v0.2.0'] },
  ],
};

export const lmEval1Source: Source = {
  source:
    'lm-eval 0.4.13 (PyPI), tasks gsm8k 3.0, hendrycks_math 1.0, minerva_math 3.1, humaneval 1.0, humaneval_instruct 4.0, mbpp 1.0, mbpp_instruct 1.0 and mbpp_plus 1.0 (form, stops, choice of shots)',
  licence: 'MIT, EleutherAI',
};
