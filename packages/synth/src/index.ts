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
export { type DecontaminateOptions, decontaminate, decontaminationBenchmarks } from './stages/decontaminate.ts';
export { type FilterLanguageOptions, filterLanguage } from './stages/filter-language.ts';
export { type RemoveDuplicatesOptions, removeDuplicates } from './stages/remove-duplicates.ts';
export {
  type BenchmarkContamination,
  type ContaminationReport,
  reportContamination,
} from './stages/report-contamination.ts';
