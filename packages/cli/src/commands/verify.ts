import type { Command } from 'commander';
import type { ExitCode } from '../main.ts';
import type { RunVerifyOptions } from './run-verify.ts';

export function addVerifyCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  program
    .command('verify')
    .description('Compares answers in a file with their references, one line in, one line out.')
    .argument('<file>', 'JSON Lines, gzip too: {"id", "reference", "candidate" or "reply", "problem"?}')
    .requiredOption('--out <file>', 'JSON Lines: {"id", "verdict", "rule", "answer"?, "ms"}; gzip where it ends in .gz')
    .option('--no-cas', 'do not ask computer algebra about what nothing else could settle')
    .option('--json', 'print the counts as JSON on standard output')
    .action(async (file: string, options: RunVerifyOptions) => {
      const { runVerify } = await import('./run-verify.ts');
      setExitCode(await runVerify(file, options));
    });
}
