import type { Benchmark } from '../benchmark.ts';
import { defineMbpp } from '../code/define-mbpp.ts';

/** All four splits, in the order of their tasks: what recorded replies in MultiPL-E's form belong to. */
export const mbppAll: Benchmark = defineMbpp({
  name: 'mbpp-all',
  title: 'MBPP, all splits',
  split: 'all',
  splits: ['prompt', 'test', 'validation', 'train'],
  count: 974,
  rowsSha256: '179c793898b7a76401881d8b070145880d7b99e4fd53969fd7489d96480f8fde',
});
