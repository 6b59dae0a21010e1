export { chooseSet, findTaskOfResult } from './benchmarks/choose-set.ts';
export {
  defineBenchmark,
  type OwnBenchmark,
  type OwnBenchmarkDefinition,
  type OwnProblem,
  type RowSchema,
} from './benchmarks/define-benchmark.ts';
export { findTask, tasks } from './benchmarks/find-task.ts';
export { isModulePath, loadOwnTask, openTask } from './benchmarks/open-task.ts';
export type { Task, TaskSet } from './benchmarks/task.ts';
export { createTestsGrader, type ProgramChecker, type TestsGraderForm } from './code/tests-grader.ts';
export { testsGraderForms } from './code/tests-grader-forms.ts';
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
export type { LoadComparedProblems } from './comparison/read-sides.ts';
export type { CheckResult, CheckStatus } from './doctor/check.ts';
export type { FreeSpace, MeasureFreeSpace } from './doctor/check-disk.ts';
export type { DoctorSandbox } from './doctor/check-sandbox.ts';
export { describeNeeds, type RunNeeds } from './doctor/describe-needs.ts';
export { type DoctorInput, type DoctorReport, examine } from './doctor/doctor.ts';
export { type Claim, claims, estimateProbes, examineEndpoint } from './doctor/endpoint/examine-endpoint.ts';
export type { ProbedEndpoint } from './doctor/endpoint/prober.ts';
export { EvaluationError, type EvaluationErrorCode } from './errors.ts';
export { formatComparisonCsv } from './export/format-comparison-csv.ts';
export { formatComparisonJunit } from './export/format-comparison-junit.ts';
export { formatCsv } from './export/format-csv.ts';
export { formatJunit } from './export/format-junit.ts';
export { formatParquet } from './export/format-parquet.ts';
export { type RunExport, readExport } from './export/read-export.ts';
export type { ForeignLog } from './foreign/foreign-log.ts';
export { describeForeignProtocol, describeUnmapped, type MappedLog, mapLog } from './foreign/map-log.ts';
export { openForeignLog } from './foreign/open-foreign-log.ts';
export { readLogReplies } from './foreign/read-log-replies.ts';
export type { ComparedProblems } from './foreign/read-log-run.ts';
export { unmappedError } from './foreign/unmapped-error.ts';
export type { Board, BoardMark, BoardTable, MeasuredRow, ReportedRow } from './leaderboard/board.ts';
export type { NamedResult } from './leaderboard/build-board.ts';
export type { Finding } from './leaderboard/check-result.ts';
export {
  type CompareResultsInput,
  compareResults,
  type GateReport,
  type ResultChange,
} from './leaderboard/compare-results.ts';
export { findDifference } from './leaderboard/find-difference.ts';
export { type MadeLeaderboard, type MakeLeaderboardOptions, makeLeaderboard } from './leaderboard/make-leaderboard.ts';
export { type MadeResult, type MakeResultInput, makeResult } from './leaderboard/make-result.ts';
export { nameResult } from './leaderboard/name-result.ts';
export {
  parseResults,
  type ReadLeaderboard,
  type ReadResults,
  readLeaderboard,
} from './leaderboard/read-leaderboard.ts';
export { outcomeLetters, type ResultFile } from './leaderboard/result-file.ts';
export { resultSchema } from './leaderboard/result-schema.ts';
export type { Calls, EndpointCalls, FailureCounts } from './outcomes/calls.ts';
export { type Disagreement, findDisagreements, type LabelReview } from './outcomes/find-disagreements.ts';
export {
  decideOutcome,
  type Outcome,
  outcomes,
  type ProgramCheck,
  type Score,
  scoreSchema,
  type TestSet,
} from './outcomes/outcome.ts';
export type { BreakdownRow, Cost, GraderRow, LabelAgreement, Prices, Summary } from './outcomes/summary.ts';
export type { TokenCounts } from './outcomes/tally.ts';
export type { VotingFigures, VotingNote } from './outcomes/voting.ts';
export type { Budget } from './pipeline/budget.ts';
export {
  type ChooseGradersOptions,
  type ChosenGraders,
  chooseGraders,
  type GraderChoice,
} from './pipeline/choose-graders.ts';
export { evalDefaults } from './pipeline/eval-defaults.ts';
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
export { type PreviewedSample, type PreviewOptions, previewSamples } from './pipeline/preview-samples.ts';
export type { Progress } from './pipeline/progress.ts';
export { listRecordedSamples, type RecordedRun, readRecordedRun, requireSameRows } from './pipeline/recorded-run.ts';
export { type RescoreResult, type RescoreRunOptions, rescoreRun } from './pipeline/rescore-run.ts';
export { type ScoreRepliesOptions, scoreReplies } from './pipeline/score-replies.ts';
export { type GraderOptions, getScoresPath } from './pipeline/scorer.ts';
export { sourceLabelGrader } from './pipeline/source-label.ts';
export { type ChatTemplate, chatTemplateSchema } from './protocols/chat-template.ts';
export { describeForm, describeShots, findBeginning } from './protocols/describe-protocol.ts';
export { findProtocol, findProtocolVariant, protocolSources, protocols } from './protocols/find-protocol.ts';
export { findTemplate, type ShippedTemplate, templates } from './protocols/find-template.ts';
export type { Instruction } from './protocols/instruction.ts';
export { type ListedProtocol, listProtocols } from './protocols/list-protocols.ts';
export { parseProtocol, parseTemplate } from './protocols/parse-protocol.ts';
export {
  getShots,
  type Protocol,
  type ProtocolChoices,
  protocolSchema,
  type ResolvedProtocol,
  resolveProtocol,
  type SamplingOverrides,
  type Variant,
} from './protocols/protocol.ts';
export { createPromptRenderer, type RenderPrompt, renderPrompt } from './protocols/render-prompt.ts';
export { loadShots } from './protocols/shots/load-shots.ts';
export { createPythonRandom, type PythonRandom } from './protocols/shots/python-random.ts';
export { readShots } from './protocols/shots/read-shots.ts';
export type { Shot, Shots, ShotTexts } from './protocols/shots/shots.ts';
export type { Source } from './protocols/source.ts';
export { computeCrossedInterval } from './statistics/crossed-interval.ts';
export { resampleCrossed } from './statistics/crossed-resampling.ts';
export { adjustByHolm } from './statistics/holm.ts';
export { testMcNemar } from './statistics/mcnemar.ts';
export { computeMeanInterval, type MeanInterval } from './statistics/mean-interval.ts';
export { estimatePassAtK } from './statistics/pass-at-k.ts';
export { type PermutationTest, testPermutation } from './statistics/permutation.ts';
export type { Precision } from './statistics/precision.ts';
export { fewestChanges } from './statistics/smallest-gap.ts';
export { computeWilsonInterval, type Interval } from './statistics/wilson.ts';
