import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isProcessAlive } from '@scalequest/core';
import { z } from 'zod';
import { nameRunFiles } from './run-files.ts';

/** `worker.json`: the process that trains, so that whoever comes next can find it. */
export interface WorkerClaim {
  /** Also the number of its process group. */
  readonly pid: number;
  readonly host: string;
  /** When it began, in the kernel's ticks, where /proc tells: a pid alone may have been given out again. */
  readonly started: string | null;
  /** Where its events begin in `events.jsonl`, in bytes. */
  readonly eventsOffset: number;
  /** Where its words begin in `stderr.log`, in bytes. */
  readonly stderrOffset: number;
  /** Its interpreter; null where an earlier version began it. */
  readonly python: string | null;
}

/**
 * From this silence on, in milliseconds, a worker that runs is shown as silent, and one on another host counts as gone: it
 * says that it is alive every ten seconds.
 */
export const silentAfterMs = 60_000;

const claimSchema: z.ZodType<WorkerClaim> = z.object({
  pid: z.int().positive(),
  host: z.string(),
  started: z.string().nullable(),
  eventsOffset: z.int().min(0),
  stderrOffset: z.int().min(0).default(0),
  python: z.string().nullable().default(null),
});

/**
 * Says which process trains in the folder. Synchronous, right behind its start: a kill between the two would leave a
 * worker that nobody knows.
 */
export function writeWorkerClaim(
  folder: string,
  { pid, ...rest }: Pick<WorkerClaim, 'pid' | 'eventsOffset' | 'stderrOffset' | 'python'>,
): WorkerClaim {
  const claim: WorkerClaim = { pid, host: hostname(), started: readProcess(pid)?.started ?? null, ...rest };
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

/** Whether the worker still runs on this machine. One on another is for `isTrainedElsewhere` to judge. */
export function isWorkerAlive({ pid, host, started }: WorkerClaim): boolean {
  if (host !== hostname()) return false;
  if (!isProcessAlive(pid)) return false;
  const seen = readProcess(pid);
  if (seen === undefined) return started === null;
  // A process that has ended stays in the table until its parent asks for it, which a killed parent never does.
  return seen.state !== 'Z' && seen.state !== 'X' && (started === null || seen.started === started);
}

/** Signals the worker and all that it has started. @returns false where there was nobody to signal */
export function signalWorker({ pid }: Pick<WorkerClaim, 'pid'>, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

function readProcess(pid: number): { readonly state: string; readonly started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields 3 and 22, counted behind the command name, which stands in parentheses and may hold spaces.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
