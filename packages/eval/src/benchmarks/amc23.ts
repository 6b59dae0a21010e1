import { benchmarkSettings } from '@scalequest/verifier';
import type { Task } from './task.ts';

/** Forty problems of AMC 12A and 12B of 2023, asked for their numbers and not as choices. */
export const amc23: Task = {
  name: 'amc23',
  benchmark: 'amc23',
  protocol: 'scalequest@1',
  breakdowns: ['contest'],
  verify: () => benchmarkSettings.amc,
};
