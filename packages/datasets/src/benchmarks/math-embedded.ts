import { type Benchmark, defineGeneratedBenchmark } from '../benchmark.ts';
import { mathEmbedded as generator } from '../embedded/index.ts';

const seed = 0;

export const mathEmbedded: Benchmark = defineGeneratedBenchmark({
  name: generator.name,
  title: "MATH's format, problems of our own",
  split: 'test',
  count: generator.count,
  // Changes when the generator does: then scores from before and after are of two different sets.
  rowsSha256: '8eb0eb275c03c6568bd52e0ba218ed927b342ec511ef079505b4c64c8209cbdd',
  licence: 'Apache-2.0',
  citation: 'ScaleQuest, @scalequest/datasets',
  origins: [{ kind: 'generated', seed, checked: true }],
  generate: () => generator.generate({ seed, count: generator.count }),
});
