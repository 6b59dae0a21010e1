export {
  defineBenchmark,
  type OwnBenchmark,
  type OwnBenchmarkDefinition,
  type OwnProblem,
  type RowSchema,
} from './benchmarks/define-benchmark.ts';
export { findTask, tasks } from './benchmarks/find-task.ts';
export { isModulePath, loadOwnTask, openTask } from './benchmarks/open-task.ts';
export type { Task } from './benchmarks/task.ts';
export { type ComparedRun, type Comparison, compareRuns, type Flip } from './compare-runs.ts';
export { EvaluationError, type EvaluationErrorCode } from './errors.ts';
export { decideOutcome, type Outcome, outcomes, type Score, scoreSchema } from './outcomes/outcome.ts';
export type { BreakdownRow, LabelAgreement, Summary } from './outcomes/summary.ts';
export type { TokenCounts } from './outcomes/tally.ts';
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
export { testMcNemar } from './statistics/mcnemar.ts';
export { estimatePassAtK } from './statistics/pass-at-k.ts';
export { computeWilsonInterval, type Interval } from './statistics/wilson.ts';
