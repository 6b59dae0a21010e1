export { type LoopRecord, readLoopRecord } from './engine/loop-folder.ts';
export type { LoopRecipe } from './engine/loop-recipe.ts';
export { type LoopEvent, type RunLoopOptions, runLoop } from './engine/run-loop.ts';
export type { Fields, Json, Step, StepContext, StepEnd, StepKind } from './engine/step.ts';
export { type MadeFile, readStepLog, type StepEntry } from './engine/step-log.ts';
export { LoopError, type LoopErrorCode } from './errors.ts';
