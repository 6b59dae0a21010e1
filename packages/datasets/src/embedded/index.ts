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
export { outlineWordProblem } from './word-problems/outline-word-problem.ts';
export {
  type PairedQuestions,
  type PairQuestionsInput,
  pairQuestions,
  type QuestionMix,
  type QuestionPair,
} from './word-problems/pair-questions.ts';
export {
  readWordProblem,
  type SolvableWordProblem,
  type UnsolvableReason,
  type UnsolvableWordProblem,
  type WordProblemReading,
} from './word-problems/read-word-problem.ts';
export {
  type QuestionRewriting,
  type RewriteDirection,
  type RewriteInput,
  type RewriteRefusal,
  rewriteQuestion,
} from './word-problems/rewrite-question.ts';
export {
  generateSeedQuestions,
  generateTrainingWordProblems,
  type SeedQuestion,
  type WordProblemExercise,
  wordProblems,
} from './word-problems/word-problems.ts';
