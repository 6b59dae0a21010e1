import type { Task } from './task.ts';

/** Our own word problems in GSM8K's shape, made by a seeded generator. */
export const wordProblems: Task = {
  name: 'word-problems',
  benchmark: 'word-problems',
  protocol: 'scalequest@1',
  breakdowns: ['steps'],
};
