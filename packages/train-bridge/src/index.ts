export { parseSetting, type TrainSettings, unhashedKeys } from './config/apply-settings.ts';
export { makeConfigJsonSchema } from './config/config-json-schema.ts';
export { makeConfigPython } from './config/config-python.ts';
export { type TrainConfig, type TrainKind, trainConfigSchema } from './config/train-config.ts';
export { rowForms, rowSchemas, type TrainRow, type TrainSegment } from './config/train-row.ts';
export { TrainBridgeError, type TrainBridgeErrorCode } from './errors.ts';
export { type TailEventsOptions, tailEvents } from './events/tail-events.ts';
export type { TrainEvent, TrainEventHead, WorkerErrorClass } from './events/train-event.ts';
export type { TrainState } from './events/train-state.ts';
export type { LauncherAccess } from './launchers/find-launcher.ts';
export {
  countProcesses,
  type LauncherChoice,
  launcherChoiceSchema,
  type RayChoice,
} from './launchers/launcher-choice.ts';
export { silentAfterMs } from './launchers/worker-claim.ts';
export { plotTraining } from './plot/plot-training.ts';
export { lookForPython, type PreparePythonOptions, type PythonToMake, preparePython } from './python/prepare-python.ts';
export type { PythonEnvironment, ReadyPython, RefusedPython, UnavailablePython } from './python/python-environment.ts';
export { requirePython } from './python/require-python.ts';
export { findRecipe, recipes } from './recipes/find-recipe.ts';
export { instruction as nanoSolverInstruction } from './recipes/nano-solver.ts';
export type { FileRecipe, GeneratedRecipe, Recipe, RecipeInput } from './recipes/recipe.ts';
export { type CancelTrainingOptions, cancelGraceMs, cancelTraining } from './run/cancel-training.ts';
export { checkSettings } from './run/check-settings.ts';
export { findModel } from './run/model-source.ts';
export type { Provenance, ProvenanceSession } from './run/provenance.ts';
export {
  type ReadTrainingStatusOptions,
  readTrainingStatus,
  type TrainingStanding,
  type TrainingStatus,
} from './run/read-training-status.ts';
export { type RequestCheckpointOptions, requestCheckpoint } from './run/request-checkpoint.ts';
export { train } from './run/train.ts';
export type { TrainOptions, TrainProgress, TrainPython, TrainResult } from './run/train-options.ts';
export { cleanEndpointsFile, type RegisteredEndpoint, registerEndpoint } from './serving/endpoints-file.ts';
export { findVllm, type ServingEngine, servingModules } from './serving/engine-command.ts';
export { type ModelServer, type ServeModelOptions, serveModel } from './serving/serve-model.ts';
export { type ExportTrlOptions, type ExportTrlResult, exportTrl } from './trl/export-trl.ts';
export type { VerifierAccess, VerifierBeside } from './verifier/open-verifier.ts';
export { configSchemaFile, configTypesFile, pythonFolder, requirementsFile } from './worker-files.ts';
