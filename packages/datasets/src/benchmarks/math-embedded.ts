import { type Benchmark, defineGeneratedBenchmark } from '../benchmark.ts';

const seed = 0;
const count = 500;

export const mathEmbedded: Benchmark = defineGeneratedBenchmark({
  name: 'math-embedded',
  title: "MATH's format, problems of our own",
  split: 'test',
  count,
  // Changes when the generator does: then scores from before and after are of two different sets.
  // `node packages/datasets/scripts/print-embedded-pins.mjs` prints it anew.
  rowsSha256: '546a56cb2f66687a5650cac721418be6f2c515b21a62ae9ad53e08b1770d726b',
  licence: 'Apache-2.0',
  citation: 'ScaleQuest, @scalequest/datasets',
  origins: [{ kind: 'generated', seed, checked: true }],
  generate: async () => {
    const generator = await import('../embedded/index.ts');
    return generator.mathEmbedded.generate({ seed, count });
  },
});
