import { type Benchmark, defineGeneratedBenchmark } from '../benchmark.ts';

const seed = 0;
const count = 1000;

export const wordProblems: Benchmark = defineGeneratedBenchmark({
  name: 'word-problems',
  title: "GSM8K's shape, problems of our own",
  split: 'test',
  count,
  // Changes when the generator does: then scores from before and after are of two different sets.
  // `node packages/datasets/scripts/print-embedded-pins.mjs` prints it anew.
  rowsSha256: 'd8bb72272f40b618ae6f2d704c38b5378ab98654262dc7f9c84e0cefd21f1a56',
  licence: 'Apache-2.0',
  citation: 'ScaleQuest, @scalequest/datasets',
  origins: [{ kind: 'generated', seed, checked: true }],
  generate: async () => {
    const generator = await import('../embedded/index.ts');
    return generator.wordProblems.generate({ seed, count });
  },
});
