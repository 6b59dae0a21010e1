import type { Task } from './task.ts';

/**
 * CollegeMATH, 2,818 exercises of nine textbooks: Tang et al. 2024, arXiv 2403.02884. The rows of `form` show how much of
 * the score hangs on references that are prose.
 */
export const collegeMath: Task = {
  name: 'college-math',
  benchmark: 'college-math',
  protocol: 'scalequest@1',
  breakdowns: ['topic', 'form'],
};
