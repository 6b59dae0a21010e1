import { z } from 'zod';
import { type Benchmark, defineBenchmark } from '../benchmark.ts';
import { printNumber } from '../print-number.ts';

/**
 * Forty problems of AMC 12A (22) and 12B (18) of 2023, reworded so that the answer is a number and no choice. Ids run
 * from 0 to 49 with gaps. Answers are JSON floats, `27.0`, all of them whole: the reference is `27`.
 */
export const amc23: Benchmark = defineBenchmark({
  name: 'amc23',
  title: 'AMC 2023',
  split: 'test',
  count: 40,
  rowsSha256: 'd91a2c5f765377ec235639ea4f7ea18f0f0ac101e996bf7cb85ee27a401efb48',
  licence: 'MIT (QwenLM/Qwen2.5-Math); the problem texts are of the MAA',
  citation: 'Mathematical Association of America, American Mathematics Competitions 12A and 12B, 2023',
  origins: [
    {
      kind: 'hub',
      repository: 'math-ai/amc23',
      revision: 'main',
      files: ['test-00000-of-00001.parquet'],
      checked: false,
    },
    {
      kind: 'commit',
      source: 'QwenLM/Qwen2.5-Math:evaluation/data/amc23/test.jsonl@a45202bd16f1ec06f433442dc1152d0074773465',
      checked: true,
    },
  ],
  // `question` repeats `problem`; copies have the one or the other, and the answer as a number or as text.
  row: z
    .object({
      id: z.number(),
      problem: z.string().optional(),
      question: z.string().optional(),
      answer: z.union([z.number(), z.string().transform(Number).pipe(z.number())]),
      url: z.string().optional(),
    })
    .refine(({ problem, question }) => problem !== undefined || question !== undefined, {
      message: 'neither problem nor question is there',
    }),
  parse: (record) => ({
    id: `${record.id}`,
    problem: (record.problem ?? record.question ?? '').trim(),
    reference: printNumber(record.answer),
    meta: { contest: record.url?.includes('AMC_12B') === true ? 'AMC 12B' : 'AMC 12A', url: record.url ?? null },
  }),
});
