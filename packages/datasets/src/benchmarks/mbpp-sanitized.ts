import { type Benchmark, defineBenchmark } from '../benchmark.ts';
import { mbppCommon } from '../code/define-mbpp.ts';
import { mbppRecordSchema, parseMbppRecord } from '../code/mbpp-record.ts';

/**
 * The part of MBPP that its authors went over by hand, in other words and with other function names, from a file that you
 * bring: `sanitized-mbpp.json`, as it is named. No copy was at hand to pin.
 */
export const mbppSanitized: Benchmark = defineBenchmark({
  name: 'mbpp-sanitized',
  title: 'MBPP, sanitized',
  split: 'sanitized',
  folder: 'mbpp',
  fileName: 'sanitized-mbpp',
  count: 427,
  ...mbppCommon,
  origins: [
    {
      kind: 'hub',
      repository: 'google-research-datasets/mbpp',
      revision: 'main',
      files: ['prompt', 'test', 'validation', 'train'].map((split) => `sanitized/${split}-00000-of-00001.parquet`),
      checked: false,
    },
    { kind: 'commit', source: 'google-research/google-research:mbpp/sanitized-mbpp.json', checked: false },
  ],
  // One file at its origin, four on the hub: the ids give both the same order.
  order: 'id',
  row: mbppRecordSchema,
  parse: parseMbppRecord,
});
