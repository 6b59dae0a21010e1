import { mkdir, readFile, realpath, rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asFileError, getSystemErrorCode, makeFolder, writeFileAtomic } from '@scalequest/core';
import { acquireRunLock, RunsError } from '@scalequest/runs';
import { z } from 'zod';
import { TrainBridgeError } from '../errors.ts';
import { isStillRunning, readStartTime } from './server-process.ts';

/** A server in a file of endpoints, and the process that serves. */
export interface RegisteredEndpoint {
  /** With `/v1`. */
  readonly url: string;
  readonly model: string;
  readonly pid: number;
}

interface Owner {
  readonly model: string;
  readonly pid: number;
  readonly host: string;
  readonly started: string | null;
}

const ownerSchema: z.ZodType<Owner> = z.object({
  model: z.string(),
  pid: z.int().positive(),
  host: z.string(),
  started: z.string().nullable(),
});

/** Behind the URL, where readers of the list see a comment. */
const mark = '# scalequest serve model ';

/**
 * Makes the file where it is missing, and takes out the entries of servers of this host that are gone. Done before a model is
 * loaded, it tells of a file that cannot be written.
 *
 * @throws TrainBridgeError `BAD_ENDPOINTS_FILE`; CoreError where the disk refuses
 */
export async function cleanEndpointsFile(file: string): Promise<void> {
  await edit(file, (lines) => lines);
}

/**
 * Puts a server into a file of endpoints, a line with its URL and in a comment whose it is: what `followEndpointsFile` of
 * `@scalequest/models` follows. Several servers, of several machines, may share a file; what others wrote is kept.
 *
 * @returns the function that takes it out again
 * @throws TrainBridgeError `BAD_ENDPOINTS_FILE`; CoreError where the disk refuses
 */
export async function registerEndpoint(
  file: string,
  { url, model, pid }: RegisteredEndpoint,
): Promise<() => Promise<void>> {
  const owner: Owner = { model, pid, host: hostname(), started: readStartTime(pid) };
  const own = `${url}  ${mark}${JSON.stringify(owner)}`;
  await edit(file, (lines) => [...lines, own]);
  return () => edit(file, (lines) => lines.filter((line) => line !== own));
}

async function edit(given: string, change: (lines: readonly string[]) => readonly string[]): Promise<void> {
  const file = await followLink(given);
  const release = await lock(file);
  try {
    const before = await readLines(file, given);
    const after = change((before ?? []).filter((line) => !isLeftBehind(line)));
    if (before === undefined || before.join('\n') !== after.join('\n')) {
      await writeFileAtomic(file, after.map((line) => `${line}\n`).join(''));
    }
  } finally {
    await release();
  }
}

/** The file itself: a rename would put a new file in the place of a link. */
async function followLink(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    return file;
  }
}

/** @returns undefined where there is no file */
async function readLines(file: string, given: string): Promise<readonly string[] | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (getSystemErrorCode(error) === 'ENOENT') return undefined;
    throw asFileError(error, { path: given, action: 'read' });
  }
  if (/^\ufeff?\s*[[{]/.test(text)) {
    throw new TrainBridgeError({
      code: 'BAD_ENDPOINTS_FILE',
      kind: 'request',
      what: `'${given}' lists its endpoints as JSON.`,
      why: 'There is no place in it for whose entry is whose, so that none could be taken out again.',
      next: 'Give --register a file of its own, or list the endpoints a line each.',
      fields: { file: given },
    });
  }
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** Whether it is the entry of a server of this host that runs no more. Of another host nobody here can tell. */
function isLeftBehind(line: string): boolean {
  const at = line.indexOf(mark);
  if (at < 0) return false;
  const owner = parseOwner(line.slice(at + mark.length));
  if (owner === undefined || owner.host !== hostname()) return false;
  return !isStillRunning(owner);
}

function parseOwner(text: string): Owner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const longestWaitMs = 60_000;

/** One writer at a time, on whatever machine: a folder beside the file, which is there only as long as somebody writes. */
async function lock(file: string): Promise<() => Promise<void>> {
  const folder = join(dirname(file), `.${basename(file)}.lock`);
  await makeFolder(dirname(file));
  for (let waitedMs = 0; ; waitedMs += 50) {
    try {
      await mkdir(folder, { recursive: true });
      const release = await acquireRunLock(folder);
      return async () => {
        await release();
        // Not where another one waits in it.
        await rmdir(folder).catch(() => undefined);
      };
    } catch (error) {
      const isHeld = error instanceof RunsError && error.code === 'RUN_LOCKED';
      // The writer before has removed the folder between two steps, those of `mkdir` included: its own folder is there.
      const isRemoved = [error, error instanceof Error && error.cause].some((e) => getSystemErrorCode(e) === 'ENOENT');
      if ((!isHeld && !isRemoved) || waitedMs >= longestWaitMs)
        throw asFileError(error, { path: file, action: 'written' });
      await sleep(50);
    }
  }
}
