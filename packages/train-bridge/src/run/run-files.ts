import { join } from 'node:path';

export interface RunFiles {
  /** The configuration of the worker. Written last: where it is, the data is whole. */
  readonly config: string;
  readonly data: string;
  readonly events: string;
  readonly cancel: string;
  /** Asks what stands above a worker on a cluster to kill it; holds the name of the job that is meant. */
  readonly kill: string;
  /** Asks a worker for a checkpoint, and then to go on. */
  readonly checkpoint: string;
  /** Asks a worker for the model of the newest checkpoint, and nothing else. */
  readonly exportOnly: string;
  /** Where the verifier's server beside this training listens. */
  readonly verifier: string;
  /** Who trains. */
  readonly worker: string;
  readonly stdout: string;
  readonly stderr: string;
  /** What `accelerate launch` is told. */
  readonly accelerate: string;
  readonly provenance: string;
  /** What the training gives: the model and its card. */
  readonly out: string;
  readonly card: string;
  /** Written by the worker; the model is whole where it is. */
  readonly metrics: string;
  /** The course of the training as a picture. */
  readonly plot: string;
}

/** Where things stand in a run folder. */
export function nameRunFiles(folder: string): RunFiles {
  return {
    config: join(folder, 'train.json'),
    data: join(folder, 'data', 'train.jsonl'),
    events: join(folder, 'events.jsonl'),
    cancel: join(folder, 'control', 'cancel'),
    kill: join(folder, 'control', 'kill'),
    checkpoint: join(folder, 'control', 'checkpoint'),
    exportOnly: join(folder, 'control', 'export-only'),
    verifier: join(folder, 'control', 'verifier.json'),
    worker: join(folder, 'worker.json'),
    stdout: join(folder, 'stdout.log'),
    stderr: join(folder, 'stderr.log'),
    accelerate: join(folder, 'accelerate.yaml'),
    provenance: join(folder, 'provenance.json'),
    out: join(folder, 'out'),
    card: join(folder, 'out', 'README.md'),
    metrics: join(folder, 'out', 'metrics.json'),
    plot: join(folder, 'out', 'metrics.svg'),
  };
}
