// A model server that answers every problem with the source's own solution.

import { tmpdir } from 'node:os';
import { loadBenchmark } from '@scalequest/datasets';

/** @param options the benchmark, and the data folder that it is read from */
export default async function makeServer({ benchmark, dataDir }) {
  const { problems } = await loadBenchmark(benchmark, { dataDir, cacheDir: tmpdir() });
  const known = problems.map(({ problem, reference, meta }) => ({
    problem,
    reply: String(meta.solution ?? `So the answer is $\\boxed{${reference}}$.`),
  }));
  const byProblem = new Map(known.map(({ problem, reply }) => [problem, reply]));
  return { reply: ({ text }) => byProblem.get(text.split('\n\nSolve this step by step')[0]) ?? 'I do not know.' };
}
