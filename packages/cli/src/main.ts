import { isScaleQuestError } from '@scalequest/core';
import { CommanderError } from 'commander';
import { createProgram } from './create-program.ts';

/** 0 done, 1 a run failed, 2 a wrong request. */
export type ExitCode = 0 | 1 | 2;

/**
 * Runs one command line and gives its exit code. A known error is printed as text, an unknown one with its stack.
 *
 * Each command loads its packages when it runs, not before: `--help` and the first request should not wait for what
 * they do not use.
 */
export async function runCommandLine(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const setExitCode = (code: ExitCode): void => {
    exitCode = code;
  };
  const program = createProgram(setExitCode);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportError(error);
  }
}

function reportError(error: unknown): ExitCode {
  // Commander has printed its own message by now; help and version arrive here as well, with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (isScaleQuestError(error)) {
    console.error(`\n${error.message}`);
    return error.kind === 'request' ? 2 : 1;
  }
  console.error(error);
  return 1;
}
