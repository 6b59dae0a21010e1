import { settingsForOlympiadBench } from '@scalequest/verifier';
import type { Task } from './task.ts';

/** OlympiadBench, the 675 open-ended mathematics problems in English: He et al. 2024, arXiv 2402.14008. */
export const olympiadbench: Task = {
  name: 'olympiadbench',
  benchmark: 'olympiadbench',
  protocol: 'scalequest@1',
  breakdowns: ['subfield', 'answerType', 'answers'],
  // The tolerance of the problem's field `error`; one problem has one.
  verify: ({ meta }) => settingsForOlympiadBench({ error: typeof meta.error === 'string' ? meta.error : null }),
};
