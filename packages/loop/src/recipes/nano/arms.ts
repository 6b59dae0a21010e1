import type { Fields } from '../../engine/step.ts';

/** A student of the loop, and what it learns from. All take as many steps, of batches of one size. */
export interface Arm {
  readonly name: string;
  /** For the report. */
  readonly title: string;
  /** Who asked its questions: the seeds, or a generator after so much training. */
  readonly questions: 'seeds' | 'qft' | 'qpo' | 'sft-chosen';
  /**
   * Which answers it learns from.
   *
   * - `selected`: what the recipe's filters leave
   * - `first`: the first answer to every question that was asked
   * - `agreement`: where most of the answers agree, whatever their equations say
   * - `gold`: of questions that have an answer, a response with the oracle's
   */
  readonly answers: 'selected' | 'first' | 'agreement' | 'gold';
  /** So many rows, the first. @defaultValue all */
  readonly rows?: number;
}

/** The whole of ScaleQuest, what each part of it is worth, and what more rows are worth. */
export const arms: readonly Arm[] = [
  { name: 'full', title: 'The whole pipeline', questions: 'qpo', answers: 'selected' },
  { name: 'seeds-only', title: 'Seed questions alone', questions: 'seeds', answers: 'selected' },
  { name: 'no-qpo', title: 'No QPO', questions: 'qft', answers: 'selected' },
  {
    name: 'sft-chosen-arm',
    title: 'SFT on the chosen questions in the place of DPO',
    questions: 'sft-chosen',
    answers: 'selected',
  },
  { name: 'no-filter', title: 'No filter', questions: 'qpo', answers: 'first' },
  { name: 'agreement-only', title: 'Agreement alone', questions: 'qpo', answers: 'agreement' },
  { name: 'gold', title: 'Gold answers (upper bound)', questions: 'qpo', answers: 'gold' },
  { name: 'full-300', title: 'The whole pipeline, 300 rows', questions: 'qpo', answers: 'selected', rows: 300 },
  { name: 'full-1000', title: 'The whole pipeline, 1,000 rows', questions: 'qpo', answers: 'selected', rows: 1000 },
];

export function describeArm({ questions, answers, rows }: Arm): Fields {
  return { questions, answers, rows: rows ?? null };
}
