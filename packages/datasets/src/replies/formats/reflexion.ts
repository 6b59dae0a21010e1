import { z } from 'zod';
import type { Locator, ReplyFormat } from '../reply-format.ts';

const mbppName = /^mbpp_(\d+)_/;

const recordSchema = z
  .object({ solution: z.string(), is_solved: z.boolean() })
  .and(
    z.union([
      z.object({ task_id: z.string(), prompt: z.string() }),
      z.object({ name: z.string().regex(mbppName, { error: "is not of the form 'mbpp_234_volume_cube'" }) }),
    ]),
  );

/**
 * Reflexion (noahshinn/reflexion) on HumanEval (`task_id`) and on MBPP (`name`, as MultiPL-E writes it). A solution is
 * sometimes a body and sometimes a whole function, and four of its HumanEval files hold an empty text for each failure.
 */
export const reflexion: ReplyFormat = {
  name: 'reflexion',
  fields: ['prompt', 'entry_point', 'test', 'solution', 'is_solved'],
  record: recordSchema.transform(({ solution, is_solved: label, ...task }) => ({
    locator: locate(task),
    replies: [{ text: solution, label }],
  })),
};

// MultiPL-E rewrites the prompts of MBPP, so only HumanEval's can be held against the benchmark.
function locate(task: { readonly task_id: string; readonly prompt: string } | { readonly name: string }): Locator {
  if ('task_id' in task) return { by: 'id', id: task.task_id, question: task.prompt };
  return { by: 'id', id: `Mbpp/${mbppName.exec(task.name)?.[1]}` };
}
