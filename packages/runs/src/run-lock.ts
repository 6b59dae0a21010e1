import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asFileError, getSystemErrorCode, isProcessAlive } from '@scalequest/core';
import { z } from 'zod';
import { RunsError } from './errors.ts';

/** The process that works in a run folder. */
export interface RunHolder {
  readonly pid: number;
  readonly host: string;
}

interface Claim extends RunHolder {
  /** When the process began, in the kernel's ticks, where /proc tells: a pid alone may have been given out again. */
  readonly started: string | null;
}

const claimSchema: z.ZodType<Claim> = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  started: z.string().nullable(),
});

const claimName = /^run\.\d+-[0-9a-f]{12}\.lock$/;
const attempts = 5;
const heartbeatMs = 10_000;
/** Six missed heartbeats: the process behind a claim that cannot be looked at is gone. */
const silentMs = 60_000;

/**
 * Keeps a second process out of a run folder: two writers would ask samples twice and mix their journals. A process that
 * is gone holds nothing, so nobody has to clean up after a kill.
 *
 * Each process first puts down a claim of its own and then looks for others, so of two that come at once at least one
 * sees the other and steps back. Nobody removes the claim of a live process, and so no order of events lets two in.
 *
 * @returns the function that gives the folder back
 * @throws RunsError `RUN_LOCKED`; CoreError where the disk refuses
 */
export async function acquireRunLock(folder: string): Promise<() => Promise<void>> {
  const claim: Claim = { pid: process.pid, host: hostname(), started: await readStartTime(process.pid) };
  try {
    for (let attempt = 1; ; attempt++) {
      const own = await putDownClaim(folder, claim);
      const holder = await findLiveHolder(folder, own);
      if (holder === undefined) return keepClaim(own);
      await rm(own.path, { force: true });
      if (attempt === attempts) throw lockedError(folder, holder);
      // Two that came at once have both stepped back: by chance one of them is first now.
      await sleep(10 + Math.random() * 60 * attempt);
    }
  } catch (error) {
    throw asFileError(error, { path: folder, action: 'written' });
  }
}

/**
 * Who works in a run folder. Changes nothing, and keeps nobody out.
 *
 * @returns undefined where nobody does
 * @throws CoreError where the disk refuses
 */
export async function findRunHolder(folder: string): Promise<RunHolder | undefined> {
  try {
    for (const name of await readdir(folder)) {
      const found = claimName.test(name) ? await readClaim(join(folder, name)) : undefined;
      if (found?.claim === undefined) continue;
      const { claim, mtimeMs } = found;
      const isSilent = Date.now() - mtimeMs > silentMs;
      if (await isAlive(claim, { isSilent })) return { pid: claim.pid, host: claim.host };
    }
    return undefined;
  } catch (error) {
    throw asFileError(error, { path: folder, action: 'read' });
  }
}

interface OwnClaim {
  readonly name: string;
  readonly path: string;
  readonly content: string;
}

/** By a rename, so that no other process can meet a claim that is half written. */
async function putDownClaim(folder: string, claim: Claim): Promise<OwnClaim> {
  const name = `run.${process.pid}-${randomBytes(6).toString('hex')}.lock`;
  const own: OwnClaim = { name, path: join(folder, name), content: JSON.stringify(claim) };
  await writeFile(`${own.path}.tmp`, own.content, { flag: 'wx' });
  await rename(`${own.path}.tmp`, own.path);
  return own;
}

/** Removes the claims of dead processes on the way. */
async function findLiveHolder(folder: string, own: OwnClaim): Promise<Claim | 'unknown' | undefined> {
  const { mtimeMs: nowMs } = await stat(own.path);
  let holder: Claim | 'unknown' | undefined;
  for (const name of await readdir(folder)) {
    if (name === own.name || !claimName.test(name)) continue;
    const other = await readClaim(join(folder, name));
    if (other === undefined) continue;
    // Both times come from the file system, so a shared disk's hosts need not agree on the time.
    const isSilent = nowMs - other.mtimeMs > silentMs;
    if (await isAlive(other.claim, { isSilent })) holder = other.claim ?? 'unknown';
    else await rm(join(folder, name), { force: true });
  }
  return holder;
}

/** @returns undefined where the file is gone; no `claim` where it does not hold one, as after a power cut */
async function readClaim(
  path: string,
): Promise<{ readonly claim: Claim | undefined; readonly mtimeMs: number } | undefined> {
  try {
    const { mtimeMs } = await stat(path);
    return { claim: parseClaim(await readFile(path, 'utf8')), mtimeMs };
  } catch (error) {
    if (getSystemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseClaim(text: string): Claim | undefined {
  try {
    return claimSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** A process on another machine cannot be looked at: its claim is believed as long as it is touched. */
async function isAlive(claim: Claim | undefined, { isSilent }: { readonly isSilent: boolean }): Promise<boolean> {
  if (claim === undefined || claim.host !== hostname()) return !isSilent;
  if (!isProcessAlive(claim.pid)) return false;
  return claim.started === null || claim.started === (await readStartTime(claim.pid));
}

async function readStartTime(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Field 22, counted behind the command name, which stands in parentheses and may hold spaces.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function keepClaim(own: OwnClaim): () => Promise<void> {
  const timer = setInterval(() => void touch(own).catch(() => undefined), heartbeatMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await rm(own.path, { force: true });
  };
}

/** Writes the same bytes again: the file system sets the time, and a reader never finds a part. */
async function touch({ path, content }: OwnClaim): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(content, 0);
  } finally {
    await file.close();
  }
}

function lockedError(folder: string, holder: Claim | 'unknown'): RunsError {
  const who = holder === 'unknown' ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  return new RunsError({
    code: 'RUN_LOCKED',
    kind: 'request',
    what: `The run folder '${folder}' is in use.`,
    why: `It belongs to ${who}.`,
    next: 'Wait for it to end, or give another --out. A process that is gone gives way by itself, on another machine after a minute.',
    fields: { folder, holder },
  });
}
