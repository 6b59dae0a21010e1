import { type Benchmark, defineBenchmark } from '../benchmark.ts';
import { gsm8kCommon, gsm8kRecordSchema, makeGsm8kHubOrigin, parseGsm8kRecord } from '../gsm8k/gsm8k-record.ts';

export const gsm8k: Benchmark = defineBenchmark({
  ...gsm8kCommon,
  name: 'gsm8k',
  title: 'GSM8K, test',
  split: 'test',
  count: 1_319,
  rowsSha256: '3bba79d441f158eda520be6a01cbcb7e4c79077a86389ee6ca78bd52827e2777',
  origins: [
    makeGsm8kHubOrigin('test'),
    {
      kind: 'commit',
      source: 'openai/grade-school-math:grade_school_math/data/test.jsonl@3101c7d5072418e28b9008a6636bde82a006892c',
      checked: true,
    },
  ],
  row: gsm8kRecordSchema,
  parse: parseGsm8kRecord,
  // Three golds are wrong by the words of their own question. Three more can be read in two ways and stay as they are:
  // 782 (54 for two riders, 27 for one), 1035 (35 with eight bottles, 40 with nine), 1048 (7400 in equal steps, 9860.78
  // at 21 % a year).
  goldFixes: [
    // Each of two eats four; the gold adds four and one.
    { id: '454', from: '150', kind: 'wrong', values: ['240'] },
    // The points of one player; the gold takes the other's in the first game.
    { id: '823', from: '14', kind: 'wrong', values: ['18'] },
    // The last of the four amounts is 300; the gold adds 400.
    { id: '1309', from: '2280', kind: 'wrong', values: ['2180'] },
  ],
});
