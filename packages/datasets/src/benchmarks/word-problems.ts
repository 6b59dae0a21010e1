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
  rowsSha256: 'aaeae15dbef859a61e336e017003641b92ffa01f180ccf5c1a78d9ef6e433dbb',
  licence: 'Apache-2.0',
  citation: 'ScaleQuest, @scalequest/datasets',
  origins: [{ kind: 'generated', seed, checked: true }],
  generate: async () => {
    const generator = await import('../embedded/index.ts');
    return generator.wordProblems.generate({ seed, count });
  },
});
