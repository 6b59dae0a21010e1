import type { Task } from './task.ts';

/** MBPP, test split, 500 problems with asserts: Austin et al. 2021, arXiv 2108.07732. */
export const mbpp: Task = {
  name: 'mbpp',
  benchmark: 'mbpp',
  protocol: 'scalequest@1',
  tests: 'base',
  sets: [
    { set: 'all', benchmark: 'mbpp-all', tests: 'base' },
    { set: 'prompt', benchmark: 'mbpp-prompt', tests: 'base' },
    { set: 'validation', benchmark: 'mbpp-validation', tests: 'base' },
    { set: 'train', benchmark: 'mbpp-train', tests: 'base' },
    { set: 'sanitized', benchmark: 'mbpp-sanitized', tests: 'base' },
    // MBPP+: Liu et al. 2023, arXiv 2305.01210.
    { set: 'plus', benchmark: 'mbpp-plus', tests: 'plus' },
    { set: 'plus-v0.2.0', benchmark: 'mbpp-plus-v0.2.0', tests: 'plus' },
  ],
  breakdowns: [],
};
