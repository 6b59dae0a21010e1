import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const launcher = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'scalequest.js');

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the test writes standard input. @defaultValue 'ignore', which has none */
  readonly stdin?: 'ignore' | 'pipe';
  /** In a process group of its own, which a signal to minus its number reaches. @defaultValue false */
  readonly detached?: boolean;
}

/** A command that is running, and how it will have ended. */
export interface RunningCli {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
}

/** The environment of a command under test: nothing of the tester's own models, keys and folders. */
function makeEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(SCALEQUEST_|OPENAI_|HF_|NODE_OPTIONS|NX_|VITEST)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

export function startCli(
  args: readonly string[],
  { cwd = process.cwd(), env = {}, stdin = 'ignore', detached = false }: CliOptions = {},
): RunningCli {
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd,
    env: makeEnvironment(env),
    stdio: [stdin, 'pipe', 'pipe'],
    detached,
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const result = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr }) as CliResult);
  return { child, result };
}

/** Runs `scalequest` in a process of its own, as a user would. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).result;
}
