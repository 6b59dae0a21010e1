export { type EmbeddedBenchmark, type EmbeddedSet, mathEmbedded } from './math-embedded.ts';
