import { type Benchmark, defineBenchmark } from '../benchmark.ts';
import { mathGoldFixes } from '../math/math-gold-fixes.ts';
import { makeTextId, mathRecordSchema, mathSubjects, parseMathRecord } from '../math/math-record.ts';
import { findMathTestId } from '../math/math-test-ids.ts';

export const math: Benchmark = defineBenchmark({
  name: 'math',
  title: 'MATH, test',
  split: 'test',
  count: 5_000,
  rowsSha256: '02df1ff49a49429dcc89b7c8242deed9d39942f124d28291995172e04b0d6e20',
  licence: 'MIT (hendrycks/math); the problem texts are of AoPS and the MAA',
  citation: 'Hendrycks et al., Measuring Mathematical Problem Solving With the MATH Dataset, 2021, arXiv:2103.03874',
  origins: [
    {
      kind: 'hub',
      repository: 'EleutherAI/hendrycks_math',
      revision: 'main',
      files: Object.keys(mathSubjects).map((folder) => `${folder}/test-00000-of-00001.parquet`),
      checked: false,
    },
    {
      kind: 'commit',
      source: 'microsoft/ToRA:src/data/math/test.jsonl@213c1c995038c73fab10343814df7a42f990f026',
      checked: true,
    },
  ],
  order: 'id',
  row: mathRecordSchema,
  // A text that is not in the table still loads, with an id of its own: then the pin says that the copy differs.
  parse: (record) => parseMathRecord(record, findMathTestId(record.problem) ?? makeTextId('test', record)),
  goldFixes: mathGoldFixes,
});
