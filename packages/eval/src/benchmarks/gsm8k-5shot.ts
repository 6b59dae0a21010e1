import type { Task } from './task.ts';

/** GSM8K, test split, 1,319 problems, with five examples from its train split: Cobbe et al. 2021, arXiv 2110.14168. */
export const gsm8k5shot: Task = {
  name: 'gsm8k-5shot',
  benchmark: 'gsm8k',
  protocol: 'lm-eval@1',
  breakdowns: [],
};
