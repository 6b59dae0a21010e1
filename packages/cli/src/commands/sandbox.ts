import { type Command, Option } from 'commander';
import type { ExitCode } from '../main.ts';
import { parseNumber } from '../setup/parse-options.ts';
import type { RunSandboxCheckOptions } from './run-sandbox-check.ts';
import type { RunSandboxStatusOptions } from './run-sandbox-status.ts';

const count = (option: string, max: number): ((text: string) => number) =>
  parseNumber({ option, min: 1, max, isInteger: true });

export function addSandboxCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  const sandbox = program.command('sandbox').description('Runs Python that nobody trusts against its tests.');
  sandbox
    .command('check')
    .description('Checks the programs in a file, one line in, one line out.')
    .argument(
      '<file>',
      'JSON Lines {"id", "program", "tests", "entryPoint"?, "context"?, "timeoutMs"?}; gzip too; - is standard input',
    )
    .requiredOption(
      '--out <file>',
      '{"id", "outcome", "detail", "ms", "trace"?, "output"?} a line, gzip where it ends in .gz; - is standard output',
    )
    .option('--bad <file>', 'puts the lines that cannot be read here, with the reason, and not into --out')
    .addOption(
      new Option('--sandbox <name>', 'what holds the programs; none is for a machine you can afford to lose')
        .choices(['auto', 'bubblewrap', 'landlock', 'none'])
        .default('auto'),
    )
    .option('--workers <n>', 'programs that run at once (default: the number of cores)', count('--workers', 1024))
    .option(
      '--timeout-ms <n>',
      'longest time of one program, in milliseconds (default: 15000)',
      count('--timeout-ms', 3_600_000),
    )
    .option('--memory-mb <n>', 'most memory of one program, in MiB (default: 1024)', count('--memory-mb', 1_048_576))
    .option('--python <program>', 'the Python to run, 3.9 or newer (default: SCALEQUEST_PYTHON, else python3)')
    .option('--json', 'print the counts as JSON, on standard output, or on standard error where the lines go there')
    .action(async (file: string, options: RunSandboxCheckOptions) => {
      const { runSandboxCheck } = await import('./run-sandbox-check.ts');
      setExitCode(await runSandboxCheck(file, options));
    });
  sandbox
    .command('status')
    .description('Says what can hold programs on this machine, and why the rest cannot.')
    .option('--python <program>', 'the Python to run, 3.9 or newer (default: SCALEQUEST_PYTHON, else python3)')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (options: RunSandboxStatusOptions) => {
      const { runSandboxStatus } = await import('./run-sandbox-status.ts');
      setExitCode(await runSandboxStatus(options));
    });
}
