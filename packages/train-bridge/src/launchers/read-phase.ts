import { tailEvents } from '../events/tail-events.ts';
import { initialTrainState, type TrainState, updateTrainState } from '../events/train-state.ts';
import { nameRunFiles } from '../run/run-files.ts';
import type { WorkerClaim } from './worker-claim.ts';

/** How far this worker has told that it is, whatever earlier ones have told. */
export async function readPhase(
  folder: string,
  { eventsOffset }: Pick<WorkerClaim, 'eventsOffset'>,
): Promise<TrainState['phase']> {
  let state = initialTrainState;
  for await (const event of tailEvents(nameRunFiles(folder).events, { offset: eventsOffset, isOver: () => true })) {
    state = updateTrainState(state, event);
  }
  return state.phase;
}

/** Whether this worker has told its end: it needs no looking for then. */
export async function hasToldEnd(folder: string, claim: Pick<WorkerClaim, 'eventsOffset'>): Promise<boolean> {
  return ['done', 'failed', 'cancelled'].includes(await readPhase(folder, claim));
}
