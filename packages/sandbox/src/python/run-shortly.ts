import { spawn } from 'node:child_process';
import { getSystemErrorCode } from '@scalequest/core';

export interface ShortRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it did not start or end, as a sentence. */
  readonly failure?: string;
}

const timeoutMs = 30_000;
const longestText = 64 * 1024;

/** Runs a program that says a little and ends. */
export function runShortly(
  [program, ...args]: readonly [string, ...string[]],
  { env }: { readonly env: Readonly<Record<string, string | undefined>> },
): Promise<ShortRun> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Not spawn's own `timeout`: it runs on, and keeps the process, where the program did not start.
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(0, longestText);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(0, longestText);
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      const code = getSystemErrorCode(error);
      const failure =
        code === 'ENOENT' ? 'There is no such program.' : `It cannot be started (${code ?? error.message}).`;
      resolve({ code: null, stdout, stderr, failure });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const failure =
        signal === null ? undefined : `It was ended by ${signal}, after ${timeoutMs / 1000} s at the most.`;
      resolve({ code, stdout, stderr, ...(failure === undefined ? {} : { failure }) });
    });
  });
}
