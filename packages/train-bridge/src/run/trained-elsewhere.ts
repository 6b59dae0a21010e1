import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { TrainBridgeError } from '../errors.ts';
import { tailEvents } from '../events/tail-events.ts';
import { initialTrainState, updateTrainState } from '../events/train-state.ts';
import { nameRunFiles } from './run-files.ts';
import { silentAfterMs, type WorkerClaim } from './worker-claim.ts';

/**
 * Whether a worker of another host, which shares the folder, trains in it: it has not said that it ended, and has given a
 * sign of life within the last minute. Its process cannot be looked at from here.
 */
export async function isTrainedElsewhere(
  folder: string,
  claim: WorkerClaim,
  nowMs: number = Date.now(),
): Promise<boolean> {
  if (claim.host === hostname()) return false;
  const { events, worker } = nameRunFiles(folder);
  let state = initialTrainState;
  for await (const event of tailEvents(events, { offset: claim.eventsOffset, isOver: () => true })) {
    state = updateTrainState(state, event);
  }
  if (state.phase === 'done' || state.phase === 'failed' || state.phase === 'cancelled') return false;
  const signs = await Promise.all([events, worker].map((path) => stat(path).catch(() => undefined)));
  return signs.some((sign) => sign !== undefined && nowMs - sign.mtimeMs < silentAfterMs);
}

/** @throws TrainBridgeError `WORKER_ELSEWHERE` */
export async function refuseTrainedElsewhere(folder: string, claim: WorkerClaim): Promise<void> {
  if (!(await isTrainedElsewhere(folder, claim))) return;
  const { pid, host } = claim;
  throw new TrainBridgeError({
    code: 'WORKER_ELSEWHERE',
    kind: 'request',
    what: `Process ${pid} on host ${host} trains in '${folder}'.`,
    why: 'It has given a sign of life within the last minute, and two in one folder would spoil it.',
    next: `Run \`scalequest train cancel\` on ${host}; if nothing runs there any more, wait a minute.`,
    fields: { folder, pid, host },
  });
}
