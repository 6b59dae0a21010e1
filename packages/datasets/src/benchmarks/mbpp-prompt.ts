import type { Benchmark } from '../benchmark.ts';
import { defineMbpp } from '../code/define-mbpp.ts';

/** Tasks 1 to 10, of which few-shot examples are taken. */
export const mbppPrompt: Benchmark = defineMbpp({
  name: 'mbpp-prompt',
  title: 'MBPP, prompt',
  split: 'prompt',
  count: 10,
  rowsSha256: '2fdb1be455edc934de569fcc6b97f8a4bc92a9a0bfca7283c34c08dba81b9dfc',
});
