import { settingsForOlympiadBench } from '@scalequest/verifier';
import type { Task } from './task.ts';

/** OlympiadBench, the 675 open-ended mathematics problems in English: He et al. 2024, arXiv 2402.14008. */
export const olympiadbench: Task = {
  name: 'olympiadbench',
  benchmark: 'olympiadbench',
  protocol: 'scalequest@1',
  breakdowns: ['subfield', 'answerType', 'answers'],
  // The tolerance of the problem's field `error`, which one has, and its unit, which eight have beside their gold.
  verify: ({ meta }) => settingsForOlympiadBench({ error: readText(meta.error), unit: readText(meta.unit) }),
};

function readText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
