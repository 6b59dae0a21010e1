export { type BareEquation, drawBareEquation } from './bare-equations.ts';
export type { AnswerForm, Exercise, Family, Level, Subject } from './family.ts';
export {
  type EmbeddedBenchmark,
  type EmbeddedExercise,
  type EmbeddedSet,
  generateExercises,
  generateTrainingExercises,
  mathEmbedded,
} from './math-embedded.ts';
export {
  readWordProblem,
  type SolvableWordProblem,
  type UnsolvableReason,
  type UnsolvableWordProblem,
  type WordProblemReading,
} from './word-problems/read-word-problem.ts';
export {
  generateSeedQuestions,
  generateTrainingWordProblems,
  type SeedQuestion,
  type WordProblemExercise,
  wordProblems,
} from './word-problems/word-problems.ts';
