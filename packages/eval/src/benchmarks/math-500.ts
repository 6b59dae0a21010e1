import type { Task } from './task.ts';

/** MATH-500, the 500 test problems of PRM800K's split: Lightman et al. 2023, arXiv 2305.20050. */
export const math500: Task = {
  name: 'math-500',
  benchmark: 'math-500',
  protocol: 'scalequest@1',
  breakdowns: ['level', 'subject'],
};
