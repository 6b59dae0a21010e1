import type { Benchmark } from '../benchmark.ts';
import { defineMbpp } from '../code/define-mbpp.ts';

/** Small tasks in a sentence each, with three asserts: tasks 11 to 510. Lines of the programs end in CR LF, and stay so. */
export const mbpp: Benchmark = defineMbpp({
  name: 'mbpp',
  title: 'MBPP, test',
  split: 'test',
  count: 500,
  rowsSha256: 'cfc564f64ddb51a5b9da7a6320adba7479787685778734fc118de515d6f6df70',
});
