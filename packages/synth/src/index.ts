export { ClosedLoop, type ClosedLoopOptions, type NextShard } from './engine/closed-loop.ts';
export { type ManifestEntry, readManifest } from './engine/manifest.ts';
export { readDataset } from './engine/read-dataset.ts';
export { type CheckedRecipe, checkRecipe, type Generator, type Recipe } from './engine/recipe.ts';
export { type Fields, formatRowId, type Json, type Row, type RowPlace } from './engine/row.ts';
export { type GeneratorResult, type RunRecipeOptions, runRecipe } from './engine/run-recipe.ts';
export type { RecipeModel, ShardModels, Usage } from './engine/shard-models.ts';
export type {
  Decision,
  FreeStage,
  FreeStageRun,
  OrderedStage,
  OrderedStageRun,
  Shard,
  Stage,
  StageContext,
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
export { type PushProgress, type PushToHubOptions, type PushToHubResult, pushToHub } from './output/push-to-hub.ts';
export type { CollectReportOptions, DropReason, RunReport } from './output/report/collect-report.ts';
export { renderReportPage, type WriteReportOptions, writeReport } from './output/report/report-page.ts';
export { type FunnelCounts, type FunnelStage, type RunSummary, readRunSummary } from './output/summarize-run.ts';
export {
  type DatasetConfig,
  type WriteDatasetOptions,
  type WrittenDataset,
  writeDataset,
} from './output/write-dataset.ts';
