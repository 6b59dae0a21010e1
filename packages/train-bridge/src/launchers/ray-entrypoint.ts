import { join } from 'node:path';

/** The exit code of an entrypoint that does not see the run folder, or another one under its name. */
export const folderMissingCode = 66;

export interface RayEntrypointInput {
  readonly folder: string;
  /** What {@link copyWorker} gave. */
  readonly source: string;
  readonly token: string;
  /** The interpreter that trains. */
  readonly python: string;
  /** The one that has Ray. */
  readonly rayPython: string;
  readonly processes: number;
  /** To reserve for each process. */
  readonly reserved: Readonly<Record<string, number>>;
  /** How long a node may take to see a new folder of a network file system. */
  readonly folderWaitSeconds: number;
}

/** The shell command of a job. It looks for the folder first: else all that would be said is that a file is missing. */
export function makeRayEntrypoint(input: RayEntrypointInput): string {
  const { folder, source, token, python, rayPython, processes, reserved, folderWaitSeconds } = input;
  const script = join(source, 'sq_ray', 'launch_on_ray.py');
  // Ray itself is needed for several processes only, and torch by the ranks only.
  const words = [
    processes === 1 ? python : rayPython,
    script,
    ...['--folder', folder, '--token', token, '--python', python, '--source', source],
    ...['--processes', String(processes), '--reserved', JSON.stringify(reserved)],
  ];
  return [
    'n=0',
    `until [ -f ${quote(script)} ]`,
    `do n=$((n+1)); if [ $n -gt ${folderWaitSeconds} ]; then echo "The run folder is not on node $(hostname)." >&2; exit ${folderMissingCode}; fi; sleep 1`,
    'done',
    `exec ${words.map(quote).join(' ')}`,
  ].join('; ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
