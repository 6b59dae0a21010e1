import { readFile } from 'node:fs/promises';
import { TrainBridgeError } from '../errors.ts';
import { readRankError } from '../events/read-rank-error.ts';
import type { TrainState } from '../events/train-state.ts';
import type { WorkerEnd } from '../launchers/launcher.ts';
import type { WorkerClaim } from '../launchers/worker-claim.ts';
import { nameRunFiles } from './run-files.ts';

export interface ExplainFailureInput {
  readonly folder: string;
  readonly state: TrainState;
  readonly claim: WorkerClaim;
  readonly ended: WorkerEnd | undefined;
}

/** Why a worker that neither finished nor was stopped has ended, and what to do about it. */
export async function explainFailure({ folder, state, claim, ended }: ExplainFailureInput): Promise<TrainBridgeError> {
  // What one rank has met makes the others fail too: the first word is the cause.
  const error = await readRankError(folder, state);
  const { stderr } = nameRunFiles(folder);
  const readLastWord = (): Promise<string> => readLastLine(stderr, claim.stderrOffset);
  const fields = { folder, class: error?.class, exitCode: ended?.code, signal: ended?.signal };
  if (error?.class === 'config' || ended?.code === 2) {
    return new TrainBridgeError({
      code: 'WORKER_REFUSED',
      kind: 'request',
      what: `The training in '${folder}' was refused by its worker.`,
      why: error?.message ?? (await readLastWord()),
      next: 'Run the command that began it to go on, or give another --out.',
      fields,
    });
  }
  return new TrainBridgeError({
    code: 'WORKER_FAILED',
    what: `The training in '${folder}' failed.`,
    why:
      error === undefined
        ? `The worker ended without a word (${describeEnd(ended)}). ${await readLastWord()}`.trim()
        : `${error.message} (${error.class})`,
    next: `${nameNextStep(error?.class, claim)} Its output stands in ${stderr}.`,
    fields,
  });
}

function nameNextStep(errorClass: string | undefined, { python }: WorkerClaim): string {
  if (errorClass === 'environment' && python !== null)
    return `Correct the Python environment of '${python}' (one that ScaleQuest made is made again where its folder is removed) and run the same command again.`;
  return nextSteps[errorClass ?? 'internal'] ?? 'Run the same command again: it goes on from the last checkpoint.';
}

const nextSteps: Readonly<Record<string, string>> = {
  oom: 'Memory ran out with one row at once: free some, or begin again with --set activationCheckpointing=true or a smaller maxTokens.',
  nan: 'The loss is not a number any more: another seed or a lower learning rate may help.',
  data: 'Correct what it names, rows or model, and give another --out.',
  environment: 'Correct the Python environment and run the same command again.',
  peer: 'Run the same command again: it goes on from the last checkpoint.',
  io: 'Check the disk, or the server that is named, and run the same command again: it goes on from the last checkpoint.',
};

function describeEnd(ended: WorkerEnd | undefined): string {
  if (ended === undefined) return 'how is not known: an earlier command had started it';
  if (ended.message !== undefined) return ended.message;
  if (ended.signal === null) return `exit code ${ended.code}`;
  const reason = ended.signal === 'SIGKILL' ? ", most often by the system's out-of-memory killer" : '';
  return `signal ${ended.signal}${reason}`;
}

/** Of what stands behind `offset`: before it are the words of earlier attempts. */
async function readLastLine(path: string, offset: number): Promise<string> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  const text = bytes.subarray(offset).toString('utf8');
  return text.trim().split('\n').at(-1)?.slice(0, 500) ?? '';
}
