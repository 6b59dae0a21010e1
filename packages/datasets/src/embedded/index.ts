export { type BareEquation, drawBareEquation } from './bare-equations.ts';
export {
  type EmbeddedBenchmark,
  type EmbeddedExercise,
  type EmbeddedSet,
  generateTrainingExercises,
  mathEmbedded,
} from './math-embedded.ts';
