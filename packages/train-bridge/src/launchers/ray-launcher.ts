import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { excerpt, type Secret } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';
import { nameRunFiles } from '../run/run-files.ts';
import { copyWorker } from './copy-worker.ts';
import { cancelledCode, type Launcher, type LaunchJob, type WorkerEnd } from './launcher.ts';
import type { RayChoice } from './launcher-choice.ts';
import { clearWishes, mendLogs } from './prepare-launch.ts';
import { createRayClient, type RayClient, type RayJob, type RayJobRequest } from './ray-client.ts';
import { folderMissingCode, makeRayEntrypoint } from './ray-entrypoint.ts';
import { type RayClaim, readWorkerClaim, writeWorkerClaim } from './worker-claim.ts';
import { makeWorkerVariables } from './worker-environment.ts';

export interface RayLauncherOptions {
  readonly token?: Secret | undefined;
  /** How long a call is tried again where the network fails. @defaultValue 90,000 */
  readonly patienceMs?: number | undefined;
  /** How long a node may take to see a new folder of a network file system. @defaultValue 20 */
  readonly folderWaitSeconds?: number | undefined;
}

/** Asked more often than this, in milliseconds, the launcher gives what it heard last. */
const lookEveryMs = 1000;

/** How long a worker may take for its checkpoint, in seconds: Ray itself would give it three. */
const stopWaitSeconds = 120;

/**
 * Jobs of a Ray cluster, over the REST interface of its dashboard: nothing of Ray is needed here. The run folder is on a
 * file system that the cluster's nodes see under the same path; events and checkpoints come through it.
 *
 * A job is tried once: to go on is the caller's, with a new name. Its name stands in the claim before it is submitted, so
 * that a call that is made twice, and a kill at any moment, leave one job at most.
 */
export function createRayLauncher(
  choice: RayChoice,
  { token, patienceMs, folderWaitSeconds = 20 }: RayLauncherOptions = {},
): Launcher<RayClaim> {
  const client = createRayClient({ address: choice.address, token, patienceMs });
  let seen: { readonly submission: string; readonly atMs: number; readonly job: RayJob | undefined } | undefined;

  async function readJob({ submission }: RayClaim): Promise<RayJob | undefined> {
    if (seen?.submission === submission && Date.now() - seen.atMs < lookEveryMs) return seen.job;
    const job = await client.readJob(submission);
    seen = { submission, atMs: Date.now(), job };
    return job;
  }

  return {
    name: 'ray',
    async submit(job) {
      await client.readVersion();
      const folder = resolve(job.folder);
      const source = await copyWorker(folder);
      const before = readWorkerClaim(folder);
      // One that never came to write an event is counted, too.
      const attempt = Math.max(job.attempt, before?.launcher === 'ray' ? before.attempt + 1 : 1);
      const claim: RayClaim = {
        launcher: 'ray',
        address: choice.address,
        ...nameSubmission(job.config.run, attempt),
        attempt,
        ...(await mendLogs(folder)),
        python: job.python,
      };
      // The claim comes before the wishes are taken back: a job that was told to end while it waited for its resources
      // finds either the wish or another's claim.
      writeWorkerClaim(folder, claim);
      await clearWishes(folder);
      await client.submit(makeRequest({ choice, job: { ...job, folder }, claim, source, folderWaitSeconds }));
      return claim;
    },
    async look(folder, claim) {
      const job = await readJob(claim);
      if (job?.status === 'RUNNING') return 'running';
      // A job that waits cannot be taken from Ray's queue. It ends by itself when its turn comes.
      return job?.status === 'PENDING' && !isToldToEnd(folder, claim) ? 'waiting' : 'gone';
    },
    async requestStop(folder, claim) {
      if ((await client.readJob(claim.submission))?.status === 'PENDING') await tellToEnd(folder, claim);
      await client.stop(claim.submission);
    },
    async kill(folder, claim) {
      // Ray has no call for it: what runs above the worker looks for this file.
      await tellToEnd(folder, claim);
      await client.stop(claim.submission);
    },
    readEnd: async (folder, claim) => await readEnd({ client, folder, claim }),
    describe: ({ submission, address }) => `Ray job ${submission} at ${address}`,
    adviseElsewhere: () => 'Run the same command again to follow it.',
  };
}

function nameSubmission(run: string, attempt: number): Pick<RayClaim, 'submission' | 'token'> {
  const token = randomBytes(6).toString('hex');
  return { submission: `${run.replaceAll(/[^\w.-]/g, '_')}-${attempt}-${token}`, token };
}

interface RequestInput {
  readonly choice: RayChoice;
  readonly job: LaunchJob;
  readonly claim: RayClaim;
  readonly source: string;
  readonly folderWaitSeconds: number;
}

function makeRequest({ choice, job, claim, source, folderWaitSeconds }: RequestInput): RayJobRequest {
  const { processes = 1, resources = {}, rayPython = 'python' } = choice;
  const { threads, device } = job.config;
  const cpus = choice.cpusPerProcess ?? threads;
  const gpus = choice.gpusPerProcess ?? (device === 'cpu' ? 0 : 1);
  return {
    submission_id: claim.submission,
    entrypoint: makeRayEntrypoint({
      folder: job.folder,
      source,
      token: claim.token,
      python: job.python,
      rayPython,
      processes,
      reserved: { CPU: cpus, GPU: gpus, ...resources },
      folderWaitSeconds,
    }),
    // No keys: whoever opens the dashboard can read them.
    runtime_env: {
      env_vars: {
        ...makeWorkerVariables(threads),
        ...job.variables,
        RAY_JOB_STOP_WAIT_TIME_S: String(stopWaitSeconds),
      },
    },
    metadata: { scalequest: job.config.run, folder: job.folder, attempt: String(claim.attempt) },
    // Of several processes each reserves its own, and what starts them needs next to nothing.
    ...(processes === 1
      ? { entrypoint_num_cpus: cpus, entrypoint_num_gpus: gpus, entrypoint_resources: resources }
      : {}),
  };
}

function isToldToEnd(folder: string, { token }: RayClaim): boolean {
  const { kill } = nameRunFiles(folder);
  return existsSync(kill) && readFileSync(kill, 'utf8') === token;
}

async function tellToEnd(folder: string, { token }: RayClaim): Promise<void> {
  const { kill } = nameRunFiles(folder);
  await mkdir(dirname(kill), { recursive: true });
  await writeFile(kill, token);
}

interface ClaimedJob {
  readonly client: RayClient;
  readonly folder: string;
  readonly claim: RayClaim;
}

async function readEnd({ client, folder, claim }: ClaimedJob): Promise<WorkerEnd | undefined> {
  const job = await client.readJob(claim.submission);
  if (job === undefined) {
    const message = `the cluster knows no job ${claim.submission}: it was started anew, or never got it`;
    return { code: null, signal: null, message };
  }
  if (job.status === 'PENDING')
    return { code: cancelledCode, signal: null, message: 'it was taken back before its turn came' };
  await keepLog({ client, folder, claim });
  const code = job.driver_exit_code ?? null;
  if (code === folderMissingCode) throw explainMissingFolder(folder, claim);
  if (code === 126 || code === 127) throw explainMissingPython(claim);
  // An entrypoint that was killed gives 128 and the number of the signal, or its negative.
  if (code === 137 || code === -9) return { code: null, signal: 'SIGKILL' };
  // Ray does not tell the code of a job that it was asked to stop.
  if (job.status === 'STOPPED') {
    return isToldToEnd(folder, claim)
      ? { code: null, signal: 'SIGKILL' }
      : { code: code ?? cancelledCode, signal: null };
  }
  const isOfRay = job.status === 'FAILED' && code === null;
  return { code, signal: null, ...(isOfRay ? { message: `Ray says: ${excerpt(job.message ?? 'nothing')}` } : {}) };
}

/**
 * A cluster forgets its jobs when it ends: what one has printed is brought to the run folder, once. Ray gives no log that holds
 * bytes of another encoding; why the job ended is worth more than what it printed.
 */
async function keepLog({ client, folder, claim }: ClaimedJob): Promise<void> {
  const { stderr } = nameRunFiles(folder);
  const size = (await stat(stderr).catch(() => undefined))?.size ?? 0;
  if (size > claim.stderrOffset) return;
  const log = await client
    .readLogs(claim.submission)
    .catch((error: unknown) => `The log of the job was not to be had: ${String(error)}\n`);
  await appendFile(stderr, log);
}

function explainMissingFolder(folder: string, { address, submission }: RayClaim): TrainBridgeError {
  return new TrainBridgeError({
    code: 'FOLDER_NOT_SHARED',
    kind: 'request',
    what: `The Ray cluster at ${address} does not see the run folder '${resolve(folder)}'.`,
    why: `Job ${submission} found no such folder there, or another one of that name; nothing was trained.`,
    next: 'Give an --out on a file system that this host and every node of the cluster have under the same path.',
    fields: { folder, address, submission },
  });
}

function explainMissingPython({ address, python }: RayClaim): TrainBridgeError {
  return new TrainBridgeError({
    code: 'PYTHON_UNAVAILABLE',
    kind: 'request',
    what: `The Ray cluster at ${address} cannot start the interpreter that the training asks for.`,
    why: `Its shell did not find or could not run it ('${python}', or with several processes the one of --ray-python).`,
    next: 'Give the paths that hold on the cluster with --cluster-python and --ray-python.',
    fields: { address, python },
  });
}
