import { isScaleQuestError } from '@scalequest/core';
import { Command, CommanderError } from 'commander';
import { addCompareCommand } from './commands/compare.ts';
import { addDataCommand } from './commands/data.ts';
import { addEvalCommand } from './commands/eval.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addProtocolsCommand } from './commands/protocols.ts';
import { addScoreCommand } from './commands/score.ts';
import { addTrainCommand } from './commands/train.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { readOwnVersion } from './setup/versions.ts';

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
  const program = new Command('scalequest')
    .description('Makes language models reason better, and proves it.')
    .version(readOwnVersion())
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('Run the command with --help for its options.');
  addEvalCommand(program, setExitCode);
  addScoreCommand(program, setExitCode);
  addExplainCommand(program);
  addCompareCommand(program);
  addProtocolsCommand(program);
  addVerifyCommand(program, setExitCode);
  addDataCommand(program, setExitCode);
  addTrainCommand(program, setExitCode);
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
