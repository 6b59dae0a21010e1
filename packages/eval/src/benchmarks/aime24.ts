import { benchmarkSettings } from '@scalequest/verifier';
import type { Task } from './task.ts';

/** AIME I and II of 2024, 30 problems; the answers are integers from 000 to 999. */
export const aime24: Task = {
  name: 'aime24',
  benchmark: 'aime24',
  protocol: 'scalequest@1',
  breakdowns: ['contest'],
  verify: () => benchmarkSettings.aime,
};
