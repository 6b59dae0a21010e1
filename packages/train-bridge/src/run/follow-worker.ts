import type { TrainConfig } from '../config/train-config.ts';
import { tailEvents } from '../events/tail-events.ts';
import { initialTrainState, type TrainState, updateTrainState } from '../events/train-state.ts';
import type { Launcher } from '../launchers/launcher.ts';
import type { WorkerClaim } from '../launchers/worker-claim.ts';
import { cancelGraceMs, requestCancel } from './cancel-training.ts';
import { nameRunFiles } from './run-files.ts';
import type { TrainOptions } from './train-options.ts';

export interface StartedWorker {
  readonly launcher: Launcher;
  readonly claim: WorkerClaim;
}

interface FollowInput extends StartedWorker {
  readonly config: TrainConfig;
  readonly options: TrainOptions;
}

/** From here on the wait for a place on a cluster is worth a word. */
const tellWaitAfterMs = 10_000;

/** Follows the events of one worker to its end, and hands on what the caller wants of it. */
export async function followWorker({ launcher, claim, config, options }: FollowInput): Promise<TrainState> {
  const { folder, stop, abort, onProgress, onMessage } = options;
  let state = initialTrainState;
  let lastEventMs = Date.now();
  const report = (): void => onProgress?.({ state, silentMs: Date.now() - lastEventMs });
  const tell = (error: unknown): void => onMessage?.(String(error));
  const onAbort = (): void => void launcher.kill(folder, claim).catch(tell);
  let grace: NodeJS.Timeout | undefined;
  const onStop = (): void => {
    requestCancel({ folder, launcher, claim }).catch(tell);
    grace = setTimeout(onAbort, cancelGraceMs);
  };
  const timer = setInterval(report, 1000);
  stop?.addEventListener('abort', onStop);
  abort?.addEventListener('abort', onAbort);
  if (stop?.aborted === true) onStop();
  if (abort?.aborted === true) onAbort();
  const beganMs = Date.now();
  let isWaitTold = false;
  const isOver = async (): Promise<boolean> => {
    const whereabouts = await launcher.look(folder, claim);
    if (whereabouts === 'waiting' && !isWaitTold && Date.now() - beganMs > tellWaitAfterMs) {
      isWaitTold = true;
      onMessage?.(`${launcher.describe(claim)} waits: what it reserves is in use, or the cluster has not so much.`);
    }
    return whereabouts === 'gone';
  };
  try {
    const events = tailEvents(nameRunFiles(folder).events, {
      offset: claim.eventsOffset,
      isOver,
      ...(onMessage === undefined ? {} : { onTrouble: onMessage }),
    });
    for await (const event of events) {
      lastEventMs = Date.now();
      state = updateTrainState(state, event);
      if (event.t === 'start' && config.maxSteps !== undefined && event.totalSteps < config.maxSteps)
        onMessage?.(
          `The rows are enough for ${event.totalSteps} of the ${config.maxSteps} steps, and it ends with them.`,
        );
      if (event.t === 'warning') onMessage?.(`Warning ${event.code}: ${event.message}`);
      report();
    }
    return state;
  } finally {
    clearInterval(timer);
    clearTimeout(grace);
    stop?.removeEventListener('abort', onStop);
    abort?.removeEventListener('abort', onAbort);
  }
}
