import type { Task } from './task.ts';

/** HumanEval, 164 problems with tests: Chen et al. 2021, arXiv 2107.03374. */
export const humaneval: Task = {
  name: 'humaneval',
  benchmark: 'humaneval',
  protocol: 'scalequest@1',
  tests: 'base',
  // HumanEval+: Liu et al. 2023, arXiv 2305.01210.
  sets: [{ set: 'plus', benchmark: 'humaneval-plus', tests: 'plus' }],
  breakdowns: [],
};
