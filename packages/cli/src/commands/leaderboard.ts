import type { Command } from 'commander';
import type { ExitCode } from '../main.ts';
import type { AddOptions, BuildOptions, GateOptions } from './run-leaderboard.ts';

const dirOption = ['--dir <dir>', 'folder of the leaderboard', 'leaderboard'] as const;

export function addLeaderboardCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  const leaderboard = program
    .command('leaderboard')
    .description('The leaderboard: results of runs, and the board that is made from them.');
  leaderboard
    .command('add')
    .description('Makes a result file from a finished run of a whole benchmark: figures, and a letter for each sample.')
    .argument('<run>', 'run folder')
    .option('--results <dir>', 'where the file goes', 'leaderboard/results')
    .option('--source <text>', 'of recorded replies: where they come from, such as owner/name:path@commit')
    .option('--licence <text>', 'of recorded replies: what their licence is')
    .option('--note <text>', 'of recorded replies: what a reader must know of them')
    .option('--data-dir <dir>', 'folder with the benchmarks; or SCALEQUEST_DATA_DIR')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (folder: string, options: AddOptions) => {
      const { addResult } = await import('./run-leaderboard.ts');
      await addResult(folder, options);
    });
  leaderboard
    .command('build')
    .description('Makes LEADERBOARD.md, LEADERBOARD.json and index.html again from results/ and reported/.')
    .option('--check', 'write nothing; exit 1 and name the place where something is wrong or would change')
    .option(...dirOption)
    .option('--json', 'print what was found as JSON on standard output')
    .action(async (options: BuildOptions) => {
      const { buildLeaderboard } = await import('./run-leaderboard.ts');
      setExitCode(await buildLeaderboard(options));
    });
  leaderboard
    .command('gate')
    .description('Compares each result with that on a base branch, by a paired test; exits 1 where one is worse.')
    .requiredOption('--base <ref>', 'a git ref such as origin/main, or the folder of another leaderboard')
    .option(...dirOption)
    .option('--json', 'print the comparison as JSON on standard output')
    .action(async (options: GateOptions) => {
      const { gateLeaderboard } = await import('./run-leaderboard.ts');
      setExitCode(await gateLeaderboard(options));
    });
}
