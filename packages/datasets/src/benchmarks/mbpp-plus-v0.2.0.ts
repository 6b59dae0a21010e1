import type { Benchmark } from '../benchmark.ts';
import { defineMbppPlus } from '../code/define-mbpp-plus.ts';

/**
 * The release that present figures are of: 378 of the 399, from a file that you bring, `MbppPlus-v0.2.0.jsonl.gz`, as it is
 * named. No copy was at hand to pin.
 */
export const mbppPlusV020: Benchmark = defineMbppPlus({
  name: 'mbpp-plus-v0.2.0',
  version: 'v0.2.0',
  count: 378,
  origins: [{ kind: 'commit', source: 'evalplus/mbppplus_release', checked: false }],
});
