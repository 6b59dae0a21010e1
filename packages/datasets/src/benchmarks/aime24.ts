import { z } from 'zod';
import { type Benchmark, defineBenchmark } from '../benchmark.ts';

/**
 * AIME I and II of 2024, 15 problems each. Answers are three digits, as on the answer sheet, so seven begin with a zero:
 * `025` equals 25. Two problems show a drawing as `[asy]` code.
 */
export const aime24: Benchmark = defineBenchmark({
  name: 'aime24',
  title: 'AIME 2024',
  split: 'test',
  count: 30,
  rowsSha256: 'b8e8c0a126cf870534d9dd9adee8acf14a017172b074540c176aba6b806f9e49',
  licence: 'MIT (QwenLM/Qwen2.5-Math); the problem texts are of the MAA',
  citation: 'Mathematical Association of America, American Invitational Mathematics Examination, 2024',
  origins: [
    {
      kind: 'hub',
      repository: 'HuggingFaceH4/aime_2024',
      revision: 'main',
      files: ['data/train-00000-of-00001.parquet'],
      checked: false,
    },
    {
      kind: 'commit',
      source: 'QwenLM/Qwen2.5-Math:evaluation/data/aime24/test.jsonl@a45202bd16f1ec06f433442dc1152d0074773465',
      checked: true,
    },
  ],
  row: z.object({
    id: z.number(),
    problem: z.string(),
    solution: z.string().optional(),
    // A copy with integers for answers is the same copy.
    answer: z.union([z.string(), z.number()]),
    url: z.string().optional(),
  }),
  parse: (record) => ({
    id: `${record.id}`,
    problem: record.problem.trim(),
    reference: `${record.answer}`.trim().padStart(3, '0'),
    meta: {
      contest: record.url?.includes('AIME_II_') === true ? 'AIME II' : 'AIME I',
      solution: record.solution ?? null,
      url: record.url ?? null,
      hasDrawing: record.problem.includes('[asy]'),
    },
  }),
});
