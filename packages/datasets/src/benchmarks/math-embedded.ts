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
  rowsSha256: 'ed449f226f9a54ea2a74e6f2f5bcca2c2417e264cdb8d5aa35b3a1d1f61b331e',
  licence: 'Apache-2.0',
  citation: 'ScaleQuest, @scalequest/datasets',
  origins: [{ kind: 'generated', seed, checked: true }],
  generate: async () => {
    const generator = await import('../embedded/index.ts');
    return generator.mathEmbedded.generate({ seed, count });
  },
});
