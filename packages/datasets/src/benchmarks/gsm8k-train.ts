import { type Benchmark, defineBenchmark } from '../benchmark.ts';
import { gsm8kCommon, gsm8kRecordSchema, makeGsm8kHubOrigin, parseGsm8kRecord } from '../gsm8k/gsm8k-record.ts';

/** What few-shot examples are drawn from: no question of it is in the test split. */
export const gsm8kTrain: Benchmark = defineBenchmark({
  ...gsm8kCommon,
  name: 'gsm8k-train',
  title: 'GSM8K, train',
  split: 'train',
  folder: 'gsm8k',
  count: 7_473,
  rowsSha256: 'a54acd038da2a066cf8d7bb78ac8891524c7a49eb4f5992b6e33d628bca11add',
  origins: [
    makeGsm8kHubOrigin('train'),
    {
      kind: 'commit',
      source: 'openai/grade-school-math:grade_school_math/data/train.jsonl@3101c7d5072418e28b9008a6636bde82a006892c',
      checked: true,
    },
  ],
  row: gsm8kRecordSchema,
  parse: parseGsm8kRecord,
});
