import { z } from 'zod';
import type { ReplyFormat } from '../reply-format.ts';
import { haveEqualLengths } from './have-equal-lengths.ts';

const recordSchema = z
  .object({
    question: z.string(),
    response: z.array(z.string()).min(1),
    score: z.array(z.boolean()),
    pred_score: z.array(z.tuple([z.number()])),
  })
  .refine(haveEqualLengths('response', 'score', 'pred_score'), {
    error: "'response', 'score' and 'pred_score' differ in length",
  });

/**
 * Qwen2.5-Math (QwenLM/Qwen2.5-Math, eval_rm_maj_example): several replies a record, each with the rule grader's
 * verdict (`score`) and the reward model's figure (`pred_score`). Its `idx` counts a list of its own, so the problem
 * is found by its text.
 */
export const qwenCot: ReplyFormat = {
  name: 'qwen-cot',
  fields: ['question', 'response', 'score', 'pred_score'],
  record: recordSchema.transform(({ question, response, score, pred_score: rewards }) => ({
    locator: { by: 'question', question },
    replies: response.map((text, i) => {
      const reward = rewards[i]?.[0];
      return { text, label: score[i] === true, ...(reward === undefined ? {} : { score: reward }) };
    }),
  })),
};
