import { benchmarkSettings } from '@scalequest/verifier';
import type { Task } from './task.ts';

/** GSM-Hard, GSM8K's questions with large numbers: Gao et al. 2022, arXiv 2211.10435. */
export const gsmHard: Task = {
  name: 'gsm-hard',
  benchmark: 'gsm-hard',
  protocol: 'scalequest@1',
  breakdowns: ['form'],
  // Within a ten-thousandth of the reference, as the published graders: the references are what programs returned.
  verify: () => benchmarkSettings['gsm-hard'],
};
