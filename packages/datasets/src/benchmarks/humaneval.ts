import { type Benchmark, defineBenchmark } from '../benchmark.ts';
import { humanEvalCitation, humanEvalRecordSchema, parseHumanEvalRecord } from '../code/humaneval-record.ts';

/**
 * Functions to complete from their signature and docstring, with tests. Three tasks (32, 38, 50) have tests that call a helper of
 * the prompt; it is in `code.context`. The tests of task 33 call its function by its name as well as by `candidate`.
 */
export const humanEval: Benchmark = defineBenchmark({
  name: 'humaneval',
  title: 'HumanEval',
  split: 'test',
  count: 164,
  rowsSha256: '2f9d36279e46602b319b4d4484a203897bc2cf80b9da2a6ce17b220ec6eaba61',
  licence: 'MIT (openai/human-eval)',
  citation: humanEvalCitation,
  origins: [
    {
      kind: 'hub',
      repository: 'openai/openai_humaneval',
      revision: 'main',
      files: ['openai_humaneval/test-00000-of-00001.parquet'],
      checked: false,
    },
    {
      kind: 'commit',
      source: 'openai/human-eval:data/HumanEval.jsonl.gz@6d43fb980f9fee3c892a914eda09951f772ad10d',
      checked: true,
    },
  ],
  row: humanEvalRecordSchema,
  parse: parseHumanEvalRecord,
});
