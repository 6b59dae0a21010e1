import { defineBenchmark } from '@scalequest/eval';

/** Five problems of our own in HumanEval's shape. */
export default defineBenchmark({
  name: 'tiny-humaneval',
  data: './humaneval.jsonl',
  // Written beside this file, so that there is nothing to check.
  row: { safeParse: (data) => ({ success: true, data }) },
  parse: ({ task_id: id, prompt, entry_point: entryPoint, canonical_solution: reference, test }) => ({
    id,
    problem: prompt,
    reference,
    code: { entryPoint, prompt, tests: { base: test } },
  }),
  protocol: 'scalequest@1:humaneval',
  tests: 'base',
});
