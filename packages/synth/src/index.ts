export { ClosedLoop, type ClosedLoopOptions, type NextShard } from './engine/closed-loop.ts';
export type { GeneratorFigures, StageFigures } from './engine/funnel.ts';
export { type ManifestEntry, readManifest } from './engine/manifest.ts';
export { readRunCost } from './engine/read-cost.ts';
export { readDataset, readStage } from './engine/read-dataset.ts';
export { readSynthStatus, type SynthStatus } from './engine/read-status.ts';
export { readRoleUsage } from './engine/read-usage.ts';
export { type CheckedRecipe, checkRecipe, type Generator, type Recipe } from './engine/recipe.ts';
export { type Fields, formatRowId, type Json, type Row, type RowPlace } from './engine/row.ts';
export type { GeneratorResult } from './engine/run-loops.ts';
export { type RunRecipeOptions, runRecipe } from './engine/run-recipe.ts';
export type { RoleFigures, SessionRecord, SynthProgress, Versions } from './engine/session.ts';
export type { RecipeModel, ShardModels, Usage } from './engine/shard-models.ts';
export type {
  Decision,
  FreeStage,
  FreeStageRun,
  OrderedDecisions,
  OrderedStage,
  OrderedStageRun,
  Shard,
  Stage,
  StageContext,
  StageReward,
} from './engine/stage.ts';
export { SynthError, type SynthErrorCode } from './errors.ts';
export {
  type CardDetails,
  type CardModel,
  type DatasetCardInput,
  renderDatasetCard,
} from './output/dataset-card.ts';
export {
  type ExportForm,
  type ExportRowsOptions,
  type ExportRowsResult,
  exportForms,
  exportRows,
} from './output/export-rows.ts';
export {
  checkPush,
  type PushProgress,
  type PushToHubOptions,
  type PushToHubResult,
  pushToHub,
} from './output/push-to-hub.ts';
export type { CollectReportOptions, DropReason, RunReport } from './output/report/collect-report.ts';
export { renderReportPage, type WriteReportOptions, writeReport } from './output/report/report-page.ts';
export { type FunnelCounts, type FunnelStage, type RunSummary, readRunSummary } from './output/summarize-run.ts';
export {
  type DatasetConfig,
  type WriteDatasetOptions,
  type WrittenDataset,
  writeDataset,
} from './output/write-dataset.ts';
export {
  ownPrompts,
  type PromptName,
  type Prompts,
} from './prompts/own-prompts.ts';
export { type DefinePromptOptions, definePrompt, type PromptTemplate } from './prompts/prompt.ts';
export {
  deepseekCoderPrefix,
  deepseekMathPrefix,
  deepseekMathPublishedPrefix,
  formatSeedText,
  type QuestionPrefix,
  qwen2Prefix,
} from './prompts/question-prefixes.ts';
export { readPrompts } from './prompts/read-prompts.ts';
export { type MathStagesOptions, makeMathStages } from './recipes/math-stages.ts';
export { measureNano, type OracleFigures } from './recipes/measure-nano.ts';
export { nano } from './recipes/nano.ts';
export { type OpenedRecipe, type OpenRecipeOptions, openRecipe, recipeNames } from './recipes/open-recipe.ts';
export { type QftDataOptions, qftData } from './recipes/qft-data.ts';
export { type QpoPairsOptions, qpoPairs } from './recipes/qpo-pairs.ts';
export { makeQuestionFilters, makeRewritingFilters } from './recipes/question-filters.ts';
export {
  labelForm,
  pickShardSettings,
  type RecipeForm,
  type RecipeOptions,
  type RecipeScale,
  scaleGenerators,
} from './recipes/recipe-options.ts';
export { type ScalequestCodeOptions, scalequestCode } from './recipes/scalequest-code.ts';
export { scalequestLongcot } from './recipes/scalequest-longcot.ts';
export { scalequestMath } from './recipes/scalequest-math.ts';
export { scalequestSimple } from './recipes/scalequest-simple.ts';
export { type AnswerCheck, type CheckAnswersOptions, checkAnswers } from './stages/check-answers.ts';
export { type DecontaminateOptions, decontaminate, decontaminationBenchmarks } from './stages/decontaminate.ts';
export { type FilterLanguageOptions, filterLanguage } from './stages/filter-language.ts';
export { type FilterSolvabilityOptions, filterSolvability, type Solvability } from './stages/filter-solvability.ts';
export { type GenerateQuestionsOptions, generateQuestions } from './stages/generate-questions.ts';
export { makePreferencePairs } from './stages/make-preference-pairs.ts';
export { type OnFieldOptions, onField } from './stages/on-field.ts';
export { type ReadSeedQuestionsOptions, readSeedQuestions } from './stages/read-seed-questions.ts';
export { type RemoveDuplicatesOptions, removeDuplicates } from './stages/remove-duplicates.ts';
export {
  type BenchmarkContamination,
  type ContaminationReport,
  reportContamination,
} from './stages/report-contamination.ts';
export { type AdaptiveSamples, type RespondOptions, respond, type SampledResponse } from './stages/respond.ts';
export { type RewriteDirection, type RewriteQuestionsOptions, rewriteQuestions } from './stages/rewrite-questions.ts';
export { type CodeRun, type RunCodeOptions, runCode } from './stages/run-code.ts';
export { type SampleDifficultyOptions, sampleDifficulty } from './stages/sample-difficulty.ts';
export type { SamplingOptions, StageSampling } from './stages/sampling.ts';
export { type ScoreDifficultyOptions, scoreDifficulty } from './stages/score-difficulty.ts';
export { type ScoreRewardsOptions, scoreRewards } from './stages/score-rewards.ts';
export {
  chooseResponse,
  type Responses,
  type SelectBy,
  type Selected,
  type SelectResponsesOptions,
  selectResponses,
} from './stages/select-responses.ts';
export { type WriteTestsOptions, writeTests } from './stages/write-tests.ts';
