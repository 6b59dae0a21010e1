import type { Task } from './task.ts';

/** GSM8K, test split, 1,319 word problems: Cobbe et al. 2021, arXiv 2110.14168. Broken down by calculations of the solution. */
export const gsm8k: Task = {
  name: 'gsm8k',
  benchmark: 'gsm8k',
  protocol: 'scalequest@1',
  breakdowns: ['steps'],
};
