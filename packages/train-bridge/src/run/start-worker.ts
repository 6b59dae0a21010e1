import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { delimiter, dirname, resolve } from 'node:path';
import { cutTornTail, getSystemErrorCode } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';
import { makeKeylessEnvironment } from '../python/make-keyless-environment.ts';
import { pythonFolder } from '../worker-files.ts';
import { nameRunFiles } from './run-files.ts';
import { type WorkerClaim, writeWorkerClaim } from './worker-claim.ts';

export interface StartWorkerInput {
  readonly folder: string;
  readonly python: string;
  readonly threads: number;
}

/** A worker that was started here. */
export interface StartedWorker {
  readonly claim: WorkerClaim;
  /** How it ended, once it has. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/**
 * Starts the worker in a process group of its own, so that a signal reaches all that it starts and Ctrl-C in the terminal
 * does not. Its output goes to files: it outlives this process.
 */
export async function startWorker({ folder, python, threads }: StartWorkerInput): Promise<StartedWorker> {
  const files = nameRunFiles(folder);
  await mkdir(dirname(files.cancel), { recursive: true });
  await rm(files.cancel, { force: true });
  const eventsOffset = await mendEvents(files.events);
  const [out, err] = [openSync(files.stdout, 'a'), openSync(files.stderr, 'a')];
  const stderrOffset = fstatSync(err).size;
  try {
    const child = spawn(python, ['-m', 'sq_train', resolve(folder)], {
      detached: true,
      stdio: ['ignore', out, err],
      env: makeWorkerEnvironment(threads),
    });
    const ended = waitForEnd(child);
    if (child.pid === undefined) throw await ended.then(() => new Error('unreachable'));
    return { claim: writeWorkerClaim(folder, { pid: child.pid, eventsOffset, stderrOffset, python }), ended };
  } catch (error) {
    if (getSystemErrorCode(error) === undefined) throw error;
    throw new TrainBridgeError({
      code: 'PYTHON_UNAVAILABLE',
      what: `The worker cannot be started with '${python}'.`,
      why: `The system says ${getSystemErrorCode(error)}.`,
      next: 'Check SCALEQUEST_PYTHON.',
      fields: { python },
      cause: error,
    });
  } finally {
    closeSync(out);
    closeSync(err);
  }
}

/** A killed worker may leave a torn last line, and the next one's first event would become a part of it. */
async function mendEvents(path: string): Promise<number> {
  try {
    await cutTornTail(path);
    return (await stat(path)).size;
  } catch (error) {
    if (getSystemErrorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

function makeWorkerEnvironment(threads: number): Readonly<Record<string, string | undefined>> {
  const inherited = makeKeylessEnvironment();
  return makeKeylessEnvironment({
    PYTHONPATH: [pythonFolder, ...(inherited.PYTHONPATH ? [inherited.PYTHONPATH] : [])].join(delimiter),
    // A file of the working folder that is named like a module is not taken for it.
    PYTHONSAFEPATH: '1',
    PYTHONUNBUFFERED: '1',
    // Two processes with two threads each on two cores are six times slower than with one.
    OMP_NUM_THREADS: String(threads),
    MKL_NUM_THREADS: String(threads),
    TOKENIZERS_PARALLELISM: 'false',
    // Everything that a training needs lies in its folder.
    HF_HUB_OFFLINE: '1',
  });
}

function waitForEnd(child: ChildProcess): StartedWorker['ended'] {
  const ended = new Promise<Awaited<StartedWorker['ended']>>((settle, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => settle({ code, signal }));
  });
  ended.catch(() => undefined);
  return ended;
}
