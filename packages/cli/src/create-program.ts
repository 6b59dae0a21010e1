import { Command } from 'commander';
import { addCompareCommand } from './commands/compare.ts';
import { addDataCommand } from './commands/data.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEvalCommand } from './commands/eval.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addExportCommand } from './commands/export.ts';
import { addLeaderboardCommand } from './commands/leaderboard.ts';
import { addLoopCommand } from './commands/loop.ts';
import { addProtocolsCommand } from './commands/protocols.ts';
import { addSandboxCommand } from './commands/sandbox.ts';
import { addScoreCommand } from './commands/score.ts';
import { addServeCommand } from './commands/serve.ts';
import { addSynthCommand } from './commands/synth.ts';
import { addTrainCommand } from './commands/train.ts';
import { addVerifyCommand } from './commands/verify.ts';
import type { ExitCode } from './main.ts';
import { readOwnVersion } from './setup/versions.ts';

/** Every command with its flags. Each loads what it runs when it runs. */
export function createProgram(setExitCode: (code: ExitCode) => void): Command {
  const program = new Command('scalequest')
    .description('Makes language models reason better, and proves it.')
    .version(readOwnVersion())
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('Run the command with --help for its options.');
  addEvalCommand(program, setExitCode);
  addScoreCommand(program, setExitCode);
  addExplainCommand(program);
  addDoctorCommand(program, setExitCode);
  addCompareCommand(program);
  addLeaderboardCommand(program, setExitCode);
  addExportCommand(program);
  addProtocolsCommand(program);
  addVerifyCommand(program, setExitCode);
  addSandboxCommand(program, setExitCode);
  addServeCommand(program, setExitCode);
  addDataCommand(program, setExitCode);
  addSynthCommand(program, setExitCode);
  addTrainCommand(program, setExitCode);
  addLoopCommand(program, setExitCode);
  return program;
}
