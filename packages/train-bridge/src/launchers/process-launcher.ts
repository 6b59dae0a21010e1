import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { hostname } from 'node:os';
import { delimiter, resolve } from 'node:path';
import { asFileError, getSystemErrorCode } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';
import { makeKeylessEnvironment } from '../python/make-keyless-environment.ts';
import { nameRunFiles } from '../run/run-files.ts';
import { pythonFolder } from '../worker-files.ts';
import type { Launcher, LaunchJob, WorkerEnd } from './launcher.ts';
import { clearWishes, mendLogs } from './prepare-launch.ts';
import { isTrainedElsewhere } from './process-elsewhere.ts';
import { isStillAlive, listChildren, readStart, sendSignal } from './process-table.ts';
import { type ProcessClaim, writeWorkerClaim } from './worker-claim.ts';
import { isOfLauncher, makeWorkerVariables } from './worker-environment.ts';

/** A program of this host that runs the worker, or several ranks of it. */
export interface ProcessCommand {
  readonly name: ProcessClaim['launcher'];
  /** The arguments of the interpreter. May write files that they name into the run folder. */
  makeArguments(job: LaunchJob): Promise<readonly string[]>;
  /** The process that is started is above the ranks, and passes on no signal as it should. */
  readonly hasRanks: boolean;
}

/**
 * Launches on this host, in a process group of its own, so that a signal reaches all that is started there and Ctrl-C in
 * the terminal does not. Output goes to files: the worker outlives this process.
 */
export function createProcessLauncher({ name, makeArguments, hasRanks }: ProcessCommand): Launcher<ProcessClaim> {
  /** Of what was started here, by process number. */
  const ends = new Map<number, Promise<WorkerEnd>>();
  return {
    name,
    async submit(job) {
      const { folder, python, config } = job;
      const files = nameRunFiles(folder);
      await clearWishes(folder);
      const offsets = await mendLogs(folder);
      const args = await makeArguments({ ...job, folder: resolve(folder) });
      const [out, err] = [openLog(files.stdout), openLog(files.stderr)];
      try {
        const child = spawn(python, args, {
          detached: true,
          stdio: ['ignore', out, err],
          env: { ...makeWorkerEnvironment(config.threads, hasRanks), ...job.variables },
        });
        const ended = waitForEnd(child);
        const { pid } = child;
        if (pid === undefined) {
          return await ended.then(unreachable, (error: unknown) => {
            throw explainStart(error, python);
          });
        }
        ends.set(pid, ended);
        try {
          // Right behind the start: a kill between the two would leave a worker that nobody knows.
          return writeWorkerClaim(folder, {
            launcher: name,
            pid,
            host: hostname(),
            started: readStart(pid),
            ...offsets,
            python,
          });
        } catch (error) {
          // A disk that is full. Nobody would find the worker, and the next command would start another beside it.
          sendSignal(-pid, 'SIGKILL');
          throw asFileError(error, { path: files.worker, action: 'written' });
        }
      } finally {
        closeSync(out);
        closeSync(err);
      }
    },
    async look(folder, claim, nowMs = Date.now()) {
      if (claim.host === hostname()) return isStillAlive(claim) ? 'running' : 'gone';
      return (await isTrainedElsewhere(folder, claim, nowMs)) ? 'elsewhere' : 'gone';
    },
    async requestStop(_folder, { pid }) {
      // torchrun and accelerate give their ranks 30 seconds after a SIGTERM of their own, too few for a checkpoint of a
      // large model. Asked themselves, the ranks leave together, and the program above them follows.
      const ranks = hasRanks ? listChildren(pid) : [];
      if (!hasRanks) sendSignal(-pid, 'SIGTERM');
      for (const rank of ranks) sendSignal(rank, 'SIGTERM');
    },
    async kill(_folder, { pid }) {
      // torchrun puts each rank into a session of its own, where a signal to its group does not come.
      const ranks = hasRanks ? listChildren(pid) : [];
      sendSignal(-pid, 'SIGKILL');
      for (const rank of ranks) sendSignal(-rank, 'SIGKILL');
    },
    readEnd: async (_folder, { pid }) => await ends.get(pid),
    describe: ({ pid, host }) => `process ${pid}${host === hostname() ? '' : ` on host ${host}`}`,
    adviseElsewhere: ({ host }) =>
      `Run \`scalequest train cancel\` on ${host}; if nothing runs there any more, wait a minute.`,
  };
}

function openLog(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw asFileError(error, { path, action: 'written' });
  }
}

function unreachable(): never {
  throw new Error('A process without a number has started.');
}

function makeWorkerEnvironment(threads: number, hasRanks: boolean): Readonly<Record<string, string | undefined>> {
  const inherited = makeKeylessEnvironment();
  const own = Object.fromEntries(Object.entries(inherited).filter(([name]) => !isOfLauncher(name)));
  return {
    ...own,
    ...makeWorkerVariables(threads),
    PYTHONPATH: [pythonFolder, ...(inherited.PYTHONPATH ? [inherited.PYTHONPATH] : [])].join(delimiter),
    // Ranks are no use without each other, and nobody finds them when the program above them was killed.
    ...(hasRanks ? { SCALEQUEST_DIE_WITH_PARENT: '1' } : {}),
  };
}

function waitForEnd(child: ChildProcess): Promise<WorkerEnd> {
  const ended = new Promise<WorkerEnd>((settle, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => settle({ code, signal }));
  });
  ended.catch(() => undefined);
  return ended;
}

function explainStart(error: unknown, python: string): unknown {
  if (getSystemErrorCode(error) === undefined) return error;
  return new TrainBridgeError({
    code: 'PYTHON_UNAVAILABLE',
    what: `The worker cannot be started with '${python}'.`,
    why: `The system says ${getSystemErrorCode(error)}.`,
    next: 'Check SCALEQUEST_PYTHON.',
    fields: { python },
    cause: error,
  });
}
