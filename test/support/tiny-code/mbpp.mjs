import { defineBenchmark } from '@scalequest/eval';

/** Five problems of our own in MBPP's shape. */
export default defineBenchmark({
  name: 'tiny-mbpp',
  data: './mbpp.jsonl',
  // Written beside this file, so that there is nothing to check.
  row: { safeParse: (data) => ({ success: true, data }) },
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
