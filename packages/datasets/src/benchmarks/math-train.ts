import { type Benchmark, defineBenchmark } from '../benchmark.ts';
import { makeTextId, mathRecordSchema, mathSubjects, parseMathRecord } from '../math/math-record.ts';

export const mathTrain: Benchmark = defineBenchmark({
  name: 'math-train',
  title: 'MATH, train',
  split: 'train',
  folder: 'math',
  // 7,500 records, two of them with an empty box: no answer can be right there, so they are left out, and counted.
  count: 7_498,
  excludedCount: 2,
  rowsSha256: '868d54ccb77dda4bcf465993617dcf16dfdd6222d1f2ef30b3ce53a822450484',
  licence: 'MIT (hendrycks/math); the problem texts are of AoPS and the MAA',
  citation: 'Hendrycks et al., Measuring Mathematical Problem Solving With the MATH Dataset, 2021, arXiv:2103.03874',
  origins: [
    {
      kind: 'hub',
      repository: 'EleutherAI/hendrycks_math',
      revision: 'main',
      files: Object.keys(mathSubjects).map((folder) => `${folder}/train-00000-of-00001.parquet`),
      checked: false,
    },
    {
      kind: 'commit',
      source: 'MChatzakis/ChatMGL:data/MATH/{train,val}/*.json@64c777fc94f9910f3e08e5809a916f35b398ea86',
      checked: true,
    },
  ],
  row: mathRecordSchema,
  parse: (record) => parseMathRecord(record, makeTextId('train', record)),
});
