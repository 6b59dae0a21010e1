import { z } from 'zod';
import type { ReplyFormat } from '../reply-format.ts';
import { haveEqualLengths } from './have-equal-lengths.ts';

const recordSchema = z
  .object({
    idx: z.int().nonnegative(),
    question: z.string(),
    code: z.array(z.string()).min(1),
    score: z.array(z.boolean()),
  })
  .refine(haveEqualLengths('code', 'score'), { error: "'code' and 'score' differ in length" });

/**
 * Rho (microsoft/rho): as ToRA, with the grader's verdicts in `score`. The reply is `code`: `pred` and `gt` are after a
 * normaliser that removes letters.
 */
export const rho: ReplyFormat = {
  name: 'rho',
  fields: ['idx', 'question', 'code', 'score'],
  absentFields: ['pred_score'],
  record: recordSchema.transform(({ idx, question, code, score }) => ({
    locator: { by: 'line', line: idx, question },
    replies: code.map((text, i) => ({ text, label: score[i] === true })),
  })),
};
