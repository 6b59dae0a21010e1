export type {
  BenchmarkChoice,
  DataChoice,
  GeneratorBase,
  GivenModel,
  LoopConfig,
  LoopCounts,
  ScalequestArm,
  ServeChoice,
  StudentModel,
  TrainChoice,
} from './config/loop-config.ts';
export { parseLoopConfig, readLoopConfig } from './config/read-loop-config.ts';
export { type LoopRecord, readLoopRecord, synthRunFolder } from './engine/loop-folder.ts';
export type { LoopRecipe } from './engine/loop-recipe.ts';
export { readDoneSteps } from './engine/read-done-steps.ts';
export { requireUnchanged } from './engine/require-unchanged.ts';
export { type LoopEvent, type RunLoopOptions, runLoop } from './engine/run-loop.ts';
export type {
  Fields,
  Json,
  Step,
  StepContext,
  StepEnd,
  StepKind,
  StepNeed,
  StepWork,
  TrainingRun,
} from './engine/step.ts';
export { type MadeFile, readStepLog, type StepEntry } from './engine/step-log.ts';
export { LoopError, type LoopErrorCode } from './errors.ts';
export { type CheckNeedsOptions, checkNeeds } from './plan/check-needs.ts';
export { formatNeeds } from './plan/format-needs.ts';
export { formatPlan } from './plan/format-plan.ts';
export {
  type MakePlanOptions,
  makePlan,
  type Plan,
  type PlannedStep,
  type PlannedTraining,
  type PlanSums,
} from './plan/make-plan.ts';
export type { NeedCheck, NeedStatus } from './plan/needs/need-check.ts';
export { readFigures } from './plan/read-figures.ts';
export {
  type Figure,
  type FigureMark,
  type FigureName,
  type GpuKind,
  gpuKinds,
  type UnitFigures,
  unitFigures,
} from './plan/unit-figures.ts';
export type { LoopAccess } from './recipes/loop-access.ts';
export { type Arm, arms } from './recipes/nano/arms.ts';
export { type NanoLoopOptions, type NanoSizes, nanoLoop, nanoSizes } from './recipes/nano/nano-loop.ts';
export { loopNames, openLoop } from './recipes/open-loop.ts';
export { collectSummary } from './report/collect-summary.ts';
export { type FindingLine, listFindings, listWarnings } from './report/findings.ts';
export { type MakeReportInput, makeReport } from './report/make-report.ts';
export type { LoopReport } from './report/report-data.ts';
export { type LoopSummary, parseSummary } from './report/summary.ts';
export {
  checkReport,
  type ReportFinding,
  type WriteReportOptions,
  type WrittenReport,
  writeReport,
} from './report/write-report.ts';
export { type LoopStatus, readLoopStatus, type StepStanding, type StepStatus } from './status/read-loop-status.ts';
export type { StepRun } from './status/read-step-run.ts';
export { type EvaluateStepOptions, evaluateStep } from './steps/evaluate-step.ts';
export { boardStep, type RowStepOptions, rowStep } from './steps/leaderboard-steps.ts';
export { type MeasureStepOptions, measureStep } from './steps/measure-step.ts';
export { type RowsStepOptions, readRows, rowsStep } from './steps/rows-step.ts';
export { type SynthStepOptions, synthStep } from './steps/synth-step.ts';
export { type TrainAccess, type TrainStepOptions, trainStep } from './steps/train-step.ts';
