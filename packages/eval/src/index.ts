export { findTask, tasks } from './benchmarks/find-task.ts';
export type { Task } from './benchmarks/task.ts';
export {
  type BenchmarkComparison,
  type CompareModelsInput,
  compareModels,
  type ModelComparison,
} from './compare-models.ts';
export {
  type ComparedRun,
  type CompareRunsInput,
  type Comparison,
  compareRuns,
  type Flip,
  type OutcomeCounts,
  type PairedTest,
} from './compare-runs.ts';
export { type Unfairness, unfairnesses } from './comparison/check-fairness.ts';
export { EvaluationError, type EvaluationErrorCode } from './errors.ts';
export { decideOutcome, type Outcome, outcomes, type Score, scoreSchema } from './outcomes/outcome.ts';
export type { BreakdownRow, LabelAgreement, Summary } from './outcomes/summary.ts';
export type { TokenCounts } from './outcomes/tally.ts';
export type { VotingFigures, VotingNote } from './outcomes/voting.ts';
export { type EvaluateOptions, type EvaluateResult, evaluate } from './pipeline/evaluate.ts';
export type { Progress } from './pipeline/progress.ts';
export { type ScoreRepliesOptions, scoreReplies, sourceLabelGrader } from './pipeline/score-replies.ts';
export { getScoresPath, oursGrader, type ReplyVerifier } from './pipeline/scorer.ts';
export { findProtocol, protocols } from './protocols/find-protocol.ts';
export {
  type Protocol,
  protocolSchema,
  type ResolvedProtocol,
  renderPrompt,
  resolveProtocol,
  type SamplingOverrides,
} from './protocols/protocol.ts';
export { adjustByHolm } from './statistics/holm.ts';
export { testMcNemar } from './statistics/mcnemar.ts';
export { estimatePassAtK } from './statistics/pass-at-k.ts';
export { type PermutationTest, testPermutation } from './statistics/permutation.ts';
export type { Precision } from './statistics/precision.ts';
export { fewestChanges } from './statistics/smallest-gap.ts';
export { computeWilsonInterval, type Interval } from './statistics/wilson.ts';
