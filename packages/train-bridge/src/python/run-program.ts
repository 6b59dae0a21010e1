import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { getSystemErrorCode } from '@scalequest/core';
import { makeKeylessEnvironment } from './make-keyless-environment.ts';

/** How a program ended. `code` is null where a signal ended it or it could not be started. */
export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  /** The last lines of standard error. */
  readonly stderr: string;
  /** Such as `ENOENT`, where it could not be started; `ETIMEDOUT` where it did not end within its time. */
  readonly startFailure?: string;
}

export interface RunProgramOptions {
  readonly signal?: AbortSignal | undefined;
  /** Ends the program, in milliseconds. @defaultValue 30 minutes */
  readonly timeoutMs?: number;
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Each line of standard output and standard error, as it comes. */
  readonly onLine?: ((line: string) => void) | undefined;
}

const keptLines = 20;

/** Runs a program to its end. A program that cannot be started is a result, too; only an abort throws. */
export async function runProgram(
  [command, ...args]: readonly [string, ...string[]],
  { signal, timeoutMs = 30 * 60_000, env = {}, onLine = () => undefined }: RunProgramOptions = {},
): Promise<ProgramResult> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: makeKeylessEnvironment(env),
    // Not spawn's own `timeout`: where the program cannot be started its timer keeps the process from ending.
    signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]),
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    stdout.push(line);
    onLine(line);
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    stderr.push(line);
    if (stderr.length > keptLines) stderr.shift();
    onLine(line);
  });
  const result = await new Promise<ProgramResult>((resolve) => {
    const end = (code: number | null, error?: unknown): void =>
      resolve({
        code,
        stdout: stdout.join('\n'),
        stderr: stderr.join('\n'),
        ...(error === undefined ? {} : { startFailure: describeFailure(error) }),
      });
    child.on('error', (error) => end(null, error));
    child.on('close', (code) => end(code));
  });
  signal?.throwIfAborted();
  return result;
}

function describeFailure(error: unknown): string {
  // An abort by the caller is thrown, so this one is the time that has run out.
  if (error instanceof Error && error.name === 'AbortError') return 'ETIMEDOUT';
  return getSystemErrorCode(error) ?? String(error);
}
