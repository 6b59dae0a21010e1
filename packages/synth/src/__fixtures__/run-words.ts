import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script: string = fileURLToPath(new URL('word-recipe.mjs', import.meta.url));

export interface WordProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly start: () => void;
  /** How it ended, and what it said. */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** A process that has loaded its modules and waits for `start`. */
export function loadWords(
  options: { readonly folder: string; readonly baseUrl: string; readonly session?: number },
  { limitBlocks }: { readonly limitBlocks?: number } = {},
): WordProcess {
  const args = [script, 'run', JSON.stringify(options)];
  const child =
    limitBlocks === undefined
      ? spawn(process.execPath, args)
      : // A file that grows over the limit fails as on a full disk, where the signal that says so is ignored.
        spawn('bash', ['-c', `ulimit -f ${limitBlocks}; trap '' XFSZ; exec "$@"`, 'bash', process.execPath, ...args]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  // One that is killed while it is written to.
  child.stdin.on('error', () => undefined);
  return {
    child,
    start: () => void child.stdin.write('go\n'),
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr })),
  };
}
