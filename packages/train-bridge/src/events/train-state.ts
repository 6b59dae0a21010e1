import type { TrainEvent, WorkerErrorClass } from './train-event.ts';

/** What the events of an attempt come to. */
export interface TrainState {
  /** Which start of the worker this is of. */
  readonly attempt: number;
  readonly phase: 'starting' | 'training' | 'cancelled' | 'failed' | 'done';
  /** Steps that are done, with those of earlier attempts that this one goes on from. */
  readonly step: number;
  /** Unknown until the worker has read the data. */
  readonly totalSteps: number | undefined;
  /** The step of the checkpoint that it went on from. */
  readonly resumedFrom: number | undefined;
  /** As last logged; undefined before, and where it is not a number. */
  readonly loss: number | undefined;
  readonly learningRate: number | undefined;
  /** What this kind of training measures besides, as last logged, by TRL's names. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the rows that are held out, as last measured. */
  readonly evaluation: { readonly step: number; readonly metrics: Readonly<Record<string, number>> } | undefined;
  readonly tokensPerSecond: number | undefined;
  readonly memoryGiB: number | undefined;
  /** A guess by the speed of this attempt. */
  readonly remainingMs: number | undefined;
  readonly lastEventAt: string | undefined;
  readonly configHash: string | undefined;
  readonly data: Extract<TrainEvent, { t: 'data' }> | undefined;
  readonly warnings: readonly string[];
  readonly error: { readonly class: WorkerErrorClass; readonly message: string } | undefined;
  readonly done: Extract<TrainEvent, { t: 'done' }> | undefined;
  readonly startedAt: string | undefined;
}

export const initialTrainState: TrainState = {
  attempt: 0,
  phase: 'starting',
  step: 0,
  totalSteps: undefined,
  resumedFrom: undefined,
  loss: undefined,
  learningRate: undefined,
  metrics: {},
  evaluation: undefined,
  tokensPerSecond: undefined,
  memoryGiB: undefined,
  remainingMs: undefined,
  lastEventAt: undefined,
  configHash: undefined,
  data: undefined,
  warnings: [],
  error: undefined,
  done: undefined,
  startedAt: undefined,
};

/** The state after one more event. An event of a new attempt begins anew. */
export function updateTrainState(before: TrainState, event: TrainEvent): TrainState {
  const isNew = event.attempt !== before.attempt;
  const state = {
    ...(isNew ? { ...initialTrainState, step: before.step, totalSteps: before.totalSteps } : before),
    attempt: event.attempt,
    lastEventAt: event.ts,
  };
  switch (event.t) {
    case 'config':
      return { ...state, configHash: event.hash };
    case 'data':
      return { ...state, data: event };
    case 'start': {
      const resumedFrom = event.resumeFrom ?? undefined;
      return {
        ...state,
        phase: 'training',
        step: resumedFrom ?? 0,
        totalSteps: event.totalSteps,
        resumedFrom,
        startedAt: event.ts,
      };
    }
    case 'log':
      return {
        ...state,
        step: event.step,
        loss: event.loss ?? undefined,
        learningRate: event.learningRate ?? undefined,
        metrics: event.metrics ?? {},
        tokensPerSecond: event.tokensPerSecond ?? undefined,
        memoryGiB: event.memoryGiB ?? undefined,
        remainingMs: guessRemainingMs(state, event),
      };
    case 'eval':
      return { ...state, evaluation: { step: event.step, metrics: event.metrics } };
    case 'checkpoint':
      return { ...state, step: Math.max(state.step, event.step) };
    case 'warning':
      return { ...state, warnings: [...state.warnings, `${event.code}: ${event.message}`] };
    case 'error':
      return { ...state, phase: 'failed', error: { class: event.class, message: event.message } };
    case 'cancelled':
      return { ...state, phase: 'cancelled', step: event.step };
    case 'done':
      return { ...state, phase: 'done', step: event.step, done: event };
    default:
      return state;
  }
}

function guessRemainingMs(
  state: TrainState,
  { step, ts }: { readonly step: number; readonly ts: string },
): number | undefined {
  if (state.totalSteps === undefined || state.startedAt === undefined) return undefined;
  const stepsHere = step - (state.resumedFrom ?? 0);
  if (stepsHere <= 0) return undefined;
  const elapsedMs = Date.parse(ts) - Date.parse(state.startedAt);
  return (elapsedMs / stepsHere) * (state.totalSteps - step);
}
