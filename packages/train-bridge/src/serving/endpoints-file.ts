import { mkdir, readFile, readlink, realpath, rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { asFileError, getSystemErrorCode, makeFolder, pathExists, writeFileAtomic } from '@scalequest/core';
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

/** How long another writer of the file is waited for. */
export interface WaitOptions {
  /** Gives the waiting up. */
  readonly signal?: AbortSignal | undefined;
  /** In milliseconds. @defaultValue 90,000: a writer of another machine that died gives way after a minute */
  readonly longestWaitMs?: number | undefined;
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
 * @throws TrainBridgeError `BAD_ENDPOINTS_FILE`, `ENDPOINTS_FILE_BUSY`; CoreError where the disk refuses
 */
export async function cleanEndpointsFile(file: string, options: WaitOptions = {}): Promise<void> {
  await edit(file, (lines) => lines, options);
}

/**
 * Puts a server into a file of endpoints, a line with its URL and in a comment whose it is: what `followEndpointsFile` of
 * `@scalequest/models` follows. Several servers, of several machines, may share a file; what others wrote is kept.
 *
 * @returns the function that takes it out again, where the file is still there
 * @throws TrainBridgeError `BAD_ENDPOINTS_FILE`, `ENDPOINTS_FILE_BUSY`; CoreError where the disk refuses
 */
export async function registerEndpoint(
  file: string,
  { url, model, pid }: RegisteredEndpoint,
  options: WaitOptions = {},
): Promise<(options?: WaitOptions) => Promise<void>> {
  const owner: Owner = { model, pid, host: hostname(), started: readStartTime(pid) };
  const own = `${url}  ${mark}${JSON.stringify(owner)}`;
  await edit(file, (lines) => [...lines, own], options);
  return async (options = {}) => {
    if (!(await pathExists(file))) return;
    // By its owner: the line may have been edited by hand.
    await edit(file, (lines) => lines.filter((line) => !isDeepStrictEqual(readOwner(line), owner)), options);
  };
}

async function edit(
  given: string,
  change: (lines: readonly string[]) => readonly string[],
  options: WaitOptions,
): Promise<void> {
  const file = await followLink(given);
  const release = await lock(file, given, options);
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

/** The file itself, which may be made yet: a rename would put a new file in the place of a link. */
async function followLink(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    // A loop of links has another code.
    const target = getSystemErrorCode(error) === 'ENOENT' ? await readlink(file).catch(() => undefined) : undefined;
    return target === undefined ? file : await followLink(resolve(await realpath(dirname(file)), target));
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
  const owner = readOwner(line);
  return owner !== undefined && owner.host === hostname() && !isStillRunning(owner);
}

function readOwner(line: string): Owner | undefined {
  const at = line.indexOf(mark);
  if (at < 0) return undefined;
  try {
    return ownerSchema.safeParse(JSON.parse(line.slice(at + mark.length))).data;
  } catch {
    return undefined;
  }
}

const defaultLongestWaitMs = 90_000;

/** One writer at a time, on whatever machine: a folder beside the file, which is there only as long as somebody writes. */
async function lock(
  file: string,
  given: string,
  { signal, longestWaitMs = defaultLongestWaitMs }: WaitOptions,
): Promise<() => Promise<void>> {
  const folder = join(dirname(file), `.${basename(file)}.lock`);
  await makeFolder(dirname(file));
  const began = performance.now();
  for (;;) {
    signal?.throwIfAborted();
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
      if (!isHeld && !isRemoved) throw asFileError(error, { path: given, action: 'written' });
      // One look takes up to a second where somebody else writes.
      if (performance.now() - began >= longestWaitMs)
        throw isHeld ? busyError(given, folder, error) : asFileError(error, { path: given, action: 'written' });
      await sleep(50);
    }
  }
}

function busyError(file: string, folder: string, cause: RunsError): TrainBridgeError {
  return new TrainBridgeError({
    code: 'ENDPOINTS_FILE_BUSY',
    what: `'${file}' is being written by another process, which does not end.`,
    ...(cause.parts.why === undefined ? {} : { why: cause.parts.why.replace(/^It/, 'The lock beside it') }),
    next: `End that process, or remove the folder '${folder}' where it hangs for ever. Then run the command again.`,
    fields: { file, folder },
    cause,
  });
}
