import type { Benchmark } from '../benchmark.ts';
import { defineMbpp } from '../code/define-mbpp.ts';

/** Tasks 601 to 974. */
export const mbppTrain: Benchmark = defineMbpp({
  name: 'mbpp-train',
  title: 'MBPP, train',
  split: 'train',
  count: 374,
  rowsSha256: '4721e7676d366245a72879372b1a51e327f878ffb0c937ba97e8334774b394c5',
});
