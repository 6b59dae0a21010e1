import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { nameRunFiles } from '../run/run-files.ts';

/** `worker.json`: who trains, so that whoever comes next can find the worker. Its launcher understands the rest. */
export type WorkerClaim = ProcessClaim | RayClaim;

interface ClaimHead {
  /** Where its events begin in `events.jsonl`, in bytes. */
  readonly eventsOffset: number;
  /** Where its words begin in `stderr.log`, in bytes. */
  readonly stderrOffset: number;
  /** Its interpreter; null where an earlier version began it. */
  readonly python: string | null;
}

/** A process of this host or of another one that shares the folder: the worker, or the launcher above several. */
export interface ProcessClaim extends ClaimHead {
  readonly launcher: 'local' | 'torchrun' | 'accelerate';
  /** Also the number of its process group. */
  readonly pid: number;
  readonly host: string;
  /** When it began, in the kernel's ticks, where /proc tells: a pid alone may have been given out again. */
  readonly started: string | null;
}

/** A job of a Ray cluster. */
export interface RayClaim extends ClaimHead {
  readonly launcher: 'ray';
  /** Of the dashboard. */
  readonly address: string;
  readonly submission: string;
  /** Tells this job from another one of the same name, and this folder from another one with the same path. */
  readonly token: string;
  readonly attempt: number;
}

/**
 * From this silence on, in milliseconds, a worker that runs is shown as silent, and one on another host counts as gone: it
 * says that it is alive every ten seconds.
 */
export const silentAfterMs = 60_000;

const head = {
  eventsOffset: z.int().min(0),
  stderrOffset: z.int().min(0).default(0),
  python: z.string().nullable().default(null),
};

const claimSchema: z.ZodType<WorkerClaim> = z.union([
  z.object({
    ...head,
    launcher: z.literal('ray'),
    address: z.url(),
    submission: z.string().min(1),
    token: z.string().min(1),
    attempt: z.int().min(1),
  }),
  z.object({
    ...head,
    // Earlier versions knew no other.
    launcher: z.enum(['local', 'torchrun', 'accelerate']).default('local'),
    pid: z.int().positive(),
    host: z.string(),
    started: z.string().nullable(),
  }),
]);

/** Synchronous: it can stand right behind the start of a worker, so that no kill comes between the two. */
export function writeWorkerClaim<Claim extends WorkerClaim>(folder: string, claim: Claim): Claim {
  writeFileSync(nameRunFiles(folder).worker, JSON.stringify(claim));
  return claim;
}

export function readWorkerClaim(folder: string): WorkerClaim | undefined {
  try {
    return claimSchema.safeParse(JSON.parse(readFileSync(nameRunFiles(folder).worker, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
