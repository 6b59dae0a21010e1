import type { Task } from './task.ts';

/** MATH, test split, 5,000 problems: Hendrycks et al. 2021, arXiv 2103.03874. */
export const math: Task = {
  name: 'math',
  benchmark: 'math',
  protocol: 'scalequest@1',
  breakdowns: ['level', 'subject'],
};
