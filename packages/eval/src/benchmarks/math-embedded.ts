import type { Task } from './task.ts';

/** Our own problems in MATH's format, made by a seeded generator: what a first run without a key is measured on. */
export const mathEmbedded: Task = {
  name: 'math-embedded',
  benchmark: 'math-embedded',
  protocol: 'scalequest@1',
  breakdowns: ['level', 'subject', 'training'],
};
