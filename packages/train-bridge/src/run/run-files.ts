import { join } from 'node:path';

export interface RunFiles {
  /** The configuration of the worker. Written last: where it is, the data is whole. */
  readonly config: string;
  readonly data: string;
  readonly events: string;
  readonly cancel: string;
  /** Which process trains. */
  readonly worker: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly provenance: string;
  /** What the training gives: the model and its card. */
  readonly out: string;
  readonly card: string;
  /** Written by the worker; the model is whole where it is. */
  readonly metrics: string;
}

/** Where things stand in a run folder. */
export function nameRunFiles(folder: string): RunFiles {
  return {
    config: join(folder, 'train.json'),
    data: join(folder, 'data', 'train.jsonl'),
    events: join(folder, 'events.jsonl'),
    cancel: join(folder, 'control', 'cancel'),
    worker: join(folder, 'worker.json'),
    stdout: join(folder, 'stdout.log'),
    stderr: join(folder, 'stderr.log'),
    provenance: join(folder, 'provenance.json'),
    out: join(folder, 'out'),
    card: join(folder, 'out', 'README.md'),
    metrics: join(folder, 'out', 'metrics.json'),
  };
}
