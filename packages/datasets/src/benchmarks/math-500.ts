import { z } from 'zod';
import { type Benchmark, defineBenchmark } from '../benchmark.ts';
import { describeMathRecord } from '../math/math-record.ts';

export const math500: Benchmark = defineBenchmark({
  name: 'math-500',
  title: 'MATH-500',
  split: 'test',
  count: 500,
  rowsSha256: 'c18b0ee6c5188346c47071f6e633575d1df039f87c81040aa6d1ffb87d1730fb',
  licence: 'MIT (openai/prm800k, hendrycks/math); the problem texts are of AoPS and the MAA',
  citation: "Lightman et al., Let's Verify Step by Step, 2023, arXiv:2305.20050",
  origins: [
    {
      kind: 'hub',
      repository: 'HuggingFaceH4/MATH-500',
      revision: 'main',
      files: ['test.jsonl'],
      checked: false,
    },
    {
      kind: 'commit',
      source: 'ZubinGou/math-evaluation-harness:data/math_oai/test.jsonl@db77bc6bb2a17c90ed2d63e88ebd8c40a82858c5',
      checked: true,
    },
  ],
  row: z.object({
    problem: z.string(),
    solution: z.string(),
    answer: z.string(),
    subject: z.string(),
    level: z.number(),
    unique_id: z.string(),
  }),
  parse: (record) => ({
    id: record.unique_id,
    problem: record.problem.trim(),
    reference: record.answer.trim(),
    meta: describeMathRecord(record),
  }),
});
