import { defineBenchmark } from '@scalequest/eval';
import { z } from 'zod';

/** Five problems of our own in HumanEval's shape. */
export default defineBenchmark({
  name: 'tiny-humaneval',
  data: './humaneval.jsonl',
  row: z.object({
    task_id: z.string(),
    prompt: z.string(),
    entry_point: z.string(),
    canonical_solution: z.string(),
    test: z.string(),
  }),
  parse: ({ task_id: id, prompt, entry_point: entryPoint, canonical_solution: reference, test }) => ({
    id,
    problem: prompt,
    reference,
    code: { entryPoint, prompt, tests: { base: test } },
  }),
  protocol: 'scalequest@1:humaneval',
  tests: 'base',
});
