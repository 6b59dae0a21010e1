import { findCurrent } from './find-current.ts';
import { type AskedLoop, hasLoop } from './loop-folder.ts';
import { readStepLog, type StepEntry } from './step-log.ts';

/**
 * Names of the steps that a folder holds already: those that {@link runLoop} would not make again. None where it holds no loop.
 * Changes nothing.
 *
 * @throws LoopError `RECIPE_CHANGED` where it holds another loop, `RECIPE_UNREADABLE`, `STEPS_DAMAGED`
 */
export async function readDoneSteps(folder: string, asked: AskedLoop): Promise<ReadonlySet<string>> {
  if (!(await hasLoop(folder, asked))) return new Set();
  const noted = new Map<string, StepEntry>();
  for await (const entry of readStepLog(folder)) noted.set(entry.step, entry);
  return new Set(findCurrent(asked.recipe.steps, (step) => noted.get(step)).keys());
}
