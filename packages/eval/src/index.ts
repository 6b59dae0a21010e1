export { findTask, tasks } from './benchmarks/find-task.ts';
export type { Task } from './benchmarks/task.ts';
export { type ComparedRun, type Comparison, compareRuns, type Flip } from './compare-runs.ts';
export { EvaluationError, type EvaluationErrorCode } from './errors.ts';
export { type Disagreement, findDisagreements, type LabelReview } from './outcomes/find-disagreements.ts';
export { decideOutcome, type Outcome, outcomes, type Score, scoreSchema } from './outcomes/outcome.ts';
export type { BreakdownRow, Cost, GraderRow, LabelAgreement, Prices, Summary } from './outcomes/summary.ts';
export type { TokenCounts } from './outcomes/tally.ts';
export type { Budget } from './pipeline/budget.ts';
export { type ChosenGraders, chooseGraders, type GraderChoice, type GraderPools } from './pipeline/choose-graders.ts';
export { type EvaluateOptions, type EvaluateResult, evaluate } from './pipeline/evaluate.ts';
export {
  type ExplainSampleOptions,
  explainSample,
  type GraderView,
  type SampleExplanation,
} from './pipeline/explain-sample.ts';
export {
  createOursGrader,
  createProfileGrader,
  type GradeInput,
  type Grader,
  oursGrader,
  type ReplyVerifier,
} from './pipeline/grader.ts';
export type { Progress } from './pipeline/progress.ts';
export { listRecordedSamples, type RecordedRun, readRecordedRun } from './pipeline/recorded-run.ts';
export { type RescoreResult, type RescoreRunOptions, rescoreRun } from './pipeline/rescore-run.ts';
export { type ScoreRepliesOptions, scoreReplies } from './pipeline/score-replies.ts';
export { type GraderOptions, getScoresPath } from './pipeline/scorer.ts';
export { sourceLabelGrader } from './pipeline/source-label.ts';
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
