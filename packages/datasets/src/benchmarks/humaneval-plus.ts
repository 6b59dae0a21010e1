import { type Benchmark, defineBenchmark } from '../benchmark.ts';
import {
  evalPlusCitation,
  evalPlusRawFields,
  evalPlusRecordSchema,
  parseEvalPlusRecord,
} from '../code/evalplus-record.ts';

/**
 * HumanEval with more tests, from a release file of EvalPlus that you bring: `HumanEvalPlus-v0.1.10.jsonl.gz`, as it is
 * named, or `plus.jsonl.gz`. No copy was at hand to pin. Its Parquet on the hub has no inputs but tests for
 * NumPy, which the checker does not have, so it cannot be read.
 */
export const humanEvalPlus: Benchmark = defineBenchmark({
  name: 'humaneval-plus',
  title: 'HumanEval+',
  split: 'plus',
  folder: 'humaneval',
  fileName: 'HumanEvalPlus-v*',
  count: 164,
  licence: 'Apache-2.0 (evalplus/humanevalplus_release); MIT (openai/human-eval)',
  citation: evalPlusCitation,
  origins: [{ kind: 'commit', source: 'evalplus/humanevalplus_release', checked: false }],
  rawFields: evalPlusRawFields,
  row: evalPlusRecordSchema,
  parse: parseEvalPlusRecord,
});
