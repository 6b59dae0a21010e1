import type { Benchmark } from '../benchmark.ts';
import { defineMbpp } from '../code/define-mbpp.ts';

/** Tasks 511 to 600. */
export const mbppValidation: Benchmark = defineMbpp({
  name: 'mbpp-validation',
  title: 'MBPP, validation',
  split: 'validation',
  count: 90,
  rowsSha256: '3a9809078366589808290663273ccdd7cdb200a722eee097eea2ae82459c54ce',
});
