import { z } from 'zod';

/**
 * A line of `events.jsonl`, from which everything is known that a worker does. Types and keys that are not known here
 * are passed over, so that a newer worker can be followed.
 */
export type TrainEvent = TrainEventHead & TrainEventBody;

/** What every event carries. */
export interface TrainEventHead {
  readonly v: 1;
  /** ISO 8601, in UTC. */
  readonly ts: string;
  readonly run: string;
  /** Counts the starts of the worker in one run folder. */
  readonly attempt: number;
  /** From 0, by one, within an attempt: a gap is a lost line. */
  readonly seq: number;
  readonly rank: number;
}

export type WorkerErrorClass = 'oom' | 'nan' | 'data' | 'config' | 'environment' | 'io' | 'peer' | 'internal';

type TrainEventBody =
  | { readonly t: 'hello' }
  | { readonly t: 'config'; readonly hash: string }
  | { readonly t: 'tokenizer'; readonly entries: number; readonly sha256: string }
  | {
      readonly t: 'data';
      readonly rows: number;
      readonly sha256: string;
      readonly tokens: number;
      readonly dropped: { readonly tooLong: number; readonly empty: number; readonly fullyMasked: number };
    }
  | {
      readonly t: 'start';
      readonly totalSteps: number;
      readonly totalTokens?: number | null | undefined;
      /** The step of the checkpoint it goes on from; null where it begins. */
      readonly resumeFrom?: number | null | undefined;
    }
  | {
      readonly t: 'log';
      readonly step: number;
      /** Null where it is not a number. */
      readonly loss: number | null;
      readonly learningRate?: number | null | undefined;
      readonly gradNorm?: number | null | undefined;
      /** Since the run began. */
      readonly tokens?: number | null | undefined;
      readonly tokensPerSecond?: number | null | undefined;
      readonly memoryGiB?: number | null | undefined;
      /** What this kind of training measures besides, by TRL's names, such as `rewards/margins` or `reward`. */
      readonly metrics?: Readonly<Record<string, number>> | null | undefined;
    }
  | { readonly t: 'eval'; readonly step: number; readonly metrics: Readonly<Record<string, number>> }
  | {
      readonly t: 'sample';
      readonly step: number;
      readonly prompt: string;
      readonly reply: string;
      readonly reward?: number | null | undefined;
    }
  | { readonly t: 'checkpoint'; readonly step: number; readonly path: string }
  | { readonly t: 'heartbeat' }
  | { readonly t: 'warning'; readonly code: string; readonly message: string }
  | {
      readonly t: 'error';
      readonly class: WorkerErrorClass;
      readonly message: string;
      readonly trace?: string | null | undefined;
      readonly retryable?: boolean | null | undefined;
    }
  | { readonly t: 'cancelled'; readonly step: number }
  | {
      readonly t: 'done';
      readonly step: number;
      readonly out: string;
      readonly metrics: Readonly<Record<string, unknown>>;
      readonly wallSeconds: number;
      /** The model is that of a checkpoint, and the training has not come to its end. */
      readonly partial?: boolean | null | undefined;
    };

const head = {
  v: z.literal(1),
  ts: z.string(),
  run: z.string(),
  attempt: z.int().min(0),
  seq: z.int().min(0),
  rank: z.int().min(0),
};

const step = z.int().min(0);
const measure = z.number().nullish();
const workerErrorClasses = ['oom', 'nan', 'data', 'config', 'environment', 'io', 'peer', 'internal'] as const;

const trainEventSchema: z.ZodType<TrainEvent> = z.discriminatedUnion('t', [
  z.object({ ...head, t: z.literal('hello') }),
  z.object({ ...head, t: z.literal('config'), hash: z.string() }),
  z.object({ ...head, t: z.literal('tokenizer'), entries: z.int(), sha256: z.string() }),
  z.object({
    ...head,
    t: z.literal('data'),
    rows: z.int(),
    sha256: z.string(),
    tokens: z.int(),
    dropped: z.object({ tooLong: z.int(), empty: z.int(), fullyMasked: z.int() }),
  }),
  z.object({ ...head, t: z.literal('start'), totalSteps: step, totalTokens: measure, resumeFrom: step.nullish() }),
  z.object({
    ...head,
    t: z.literal('log'),
    step,
    loss: z.number().nullable(),
    learningRate: measure,
    gradNorm: measure,
    tokens: measure,
    tokensPerSecond: measure,
    memoryGiB: measure,
    metrics: z.record(z.string(), z.number()).nullish(),
  }),
  z.object({ ...head, t: z.literal('eval'), step, metrics: z.record(z.string(), z.number()) }),
  z.object({ ...head, t: z.literal('sample'), step, prompt: z.string(), reply: z.string(), reward: measure }),
  z.object({ ...head, t: z.literal('checkpoint'), step, path: z.string() }),
  z.object({ ...head, t: z.literal('heartbeat') }),
  z.object({ ...head, t: z.literal('warning'), code: z.string(), message: z.string() }),
  z.object({
    ...head,
    t: z.literal('error'),
    class: z.enum(workerErrorClasses).catch('internal'),
    message: z.string(),
    trace: z.string().nullish(),
    retryable: z.boolean().nullish(),
  }),
  z.object({ ...head, t: z.literal('cancelled'), step }),
  z.object({
    ...head,
    t: z.literal('done'),
    step,
    out: z.string(),
    metrics: z.record(z.string(), z.unknown()),
    wallSeconds: z.number(),
    partial: z.boolean().nullish(),
  }),
]);

const knownTypes: ReadonlySet<unknown> = new Set([
  'hello',
  'config',
  'tokenizer',
  'data',
  'start',
  'log',
  'eval',
  'sample',
  'checkpoint',
  'heartbeat',
  'warning',
  'error',
  'cancelled',
  'done',
]);

/** What one line comes to. `skipped`: whole and well, but of a type that is not known here. */
export type ReadTrainEvent =
  | { readonly kind: 'event'; readonly event: TrainEvent }
  | { readonly kind: 'skipped'; readonly attempt: number; readonly seq: number }
  | { readonly kind: 'bad'; readonly why: string };

export function readTrainEvent(line: string): ReadTrainEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { kind: 'bad', why: error instanceof Error ? error.message : String(error) };
  }
  const event = trainEventSchema.safeParse(value);
  if (event.success) return { kind: 'event', event: event.data };
  const other = z.object({ ...head, t: z.string() }).safeParse(value);
  if (other.success && !knownTypes.has(other.data.t)) {
    return { kind: 'skipped', attempt: other.data.attempt, seq: other.data.seq };
  }
  const issue = event.error.issues[0];
  return { kind: 'bad', why: `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'not an event'}` };
}
