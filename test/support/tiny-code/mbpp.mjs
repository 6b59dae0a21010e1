import { defineBenchmark } from '@scalequest/eval';
import { z } from 'zod';

/** Five problems of our own in MBPP's shape. */
export default defineBenchmark({
  name: 'tiny-mbpp',
  data: './mbpp.jsonl',
  row: z.object({
    task_id: z.number(),
    text: z.string(),
    code: z.string(),
    test_list: z.array(z.string()),
    test_setup_code: z.string(),
  }),
  parse: ({ task_id: task, text, code: reference, test_list: tests, test_setup_code: setup }) => ({
    id: `Tiny/${task}`,
    problem: text,
    reference,
    code: {
      entryPoint: /def (\w+)/.exec(reference)[1],
      prompt: '',
      tests: { base: [setup, ...tests].join('\n') },
    },
    meta: { tests },
  }),
  protocol: 'scalequest@1:mbpp',
  tests: 'base',
});
