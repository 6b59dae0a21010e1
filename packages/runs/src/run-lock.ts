import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { asFileError, getSystemErrorCode } from '@scalequest/core';
import { z } from 'zod';
import { RunsError } from './errors.ts';

interface LockContent {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the kernel's ticks, where /proc tells: a pid alone may have been given out again. */
  readonly started: string | null;
}

const lockSchema: z.ZodType<LockContent> = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  started: z.string().nullable(),
});

/**
 * Keeps a second process out of a run folder: two writers would ask samples twice and mix their journals. A lock whose
 * process is gone is taken over, so nobody has to clean up after a kill.
 *
 * @returns the function that gives the lock back
 * @throws RunsError `RUN_LOCKED`
 */
export async function acquireRunLock(path: string): Promise<() => Promise<void>> {
  const content: LockContent = { pid: process.pid, host: hostname(), started: await readStartTime(process.pid) };
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await tryCreate(path, JSON.stringify(content))) return () => rm(path, { force: true });
    const holder = await readHolder(path);
    if (holder !== undefined && (await isAlive(holder))) throw lockedError(path, holder);
    await rm(path, { force: true });
  }
  throw lockedError(path, undefined);
}

async function tryCreate(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (getSystemErrorCode(error) === 'EEXIST') return false;
    throw asFileError(error, { path, action: 'written' });
  }
}

async function readHolder(path: string): Promise<LockContent | undefined> {
  try {
    return lockSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    // Gone meanwhile, or a kill left it half written: either way it holds nothing.
    return undefined;
  }
}

/** A process on another machine cannot be looked at, so its lock is believed. */
async function isAlive(holder: LockContent): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (getSystemErrorCode(error) === 'ESRCH') return false;
  }
  return holder.started === null || holder.started === (await readStartTime(holder.pid));
}

async function readStartTime(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Field 22, counted behind the command name, which stands in parentheses and may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function lockedError(path: string, holder: LockContent | undefined): RunsError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  return new RunsError({
    code: 'RUN_LOCKED',
    kind: 'request',
    what: `The run folder of '${path}' is in use.`,
    why: `It belongs to ${who}.`,
    next: 'Wait for it to end, give another --out, or remove the lock file if that machine is gone.',
    fields: { path, holder },
  });
}
