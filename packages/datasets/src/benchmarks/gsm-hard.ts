import { z } from 'zod';
import { type Benchmark, defineBenchmark } from '../benchmark.ts';
import { printNumber } from '../print-number.ts';

/**
 * GSM8K's test questions with larger numbers, in the order of GSM8K: line n asks the question of `gsm8k` n. The golds are
 * what the records' own programs return, sensible or not: 146 are negative (a number of eggs too), 303 not whole, 4 zero.
 */
export const gsmHard: Benchmark = defineBenchmark({
  name: 'gsm-hard',
  title: 'GSM-Hard',
  split: 'test',
  count: 1_319,
  rowsSha256: '49ba0d9e410dbbaac08f82310e424582922f72438b438bf4c326459b68d461e9',
  licence: 'MIT (reasoning-machines/gsm-hard, microsoft/ToRA); Apache-2.0 in reasoning-machines/pal',
  citation: 'Gao et al., PAL: Program-aided Language Models, 2022, arXiv:2211.10435',
  origins: [
    {
      kind: 'hub',
      repository: 'reasoning-machines/gsm-hard',
      revision: 'main',
      files: ['gsmhardv2.jsonl'],
      checked: false,
    },
    {
      kind: 'commit',
      source: 'microsoft/ToRA:src/data/gsm-hard/test.jsonl@213c1c995038c73fab10343814df7a42f990f026',
      checked: true,
    },
  ],
  // ToRA's copy also has `idx`, which is the line.
  row: z.object({ input: z.string(), code: z.string(), target: z.number() }),
  parse: ({ input, code, target }, line) => ({
    id: `${line}`,
    problem: input.trim(),
    // A JSON float. None is beyond 2^53, so the double is the gold, and its shortest text loses no digit of it.
    reference: printNumber(target),
    meta: { code, form: describeForm(target) },
  }),
});

function describeForm(target: number): 'negative' | 'not whole' | 'whole' {
  if (target < 0) return 'negative';
  return Number.isInteger(target) ? 'whole' : 'not whole';
}
