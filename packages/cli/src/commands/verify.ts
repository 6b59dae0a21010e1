import { type Command, Option } from 'commander';
import { fileFormats } from '../lines/file-format.ts';
import type { ExitCode } from '../main.ts';
import type { RunVerifyOptions } from './run-verify.ts';

export function addVerifyCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  program
    .command('verify')
    .description('Compares answers in a file with their references, one line in, one line out.')
    .argument(
      '<file>',
      'JSON Lines {"id", "reference", "candidate" or "reply", "problem"?}, or .csv or .tsv with such columns; gzip too; - is standard input',
    )
    .requiredOption(
      '--out <file>',
      '{"id", "verdict", "rule", "answer"?, "ms"} a line, a table where it ends in .csv or .tsv, gzip where it ends in .gz; - is standard output',
    )
    .addOption(
      new Option('--format <name>', 'format where a name does not tell, such as that of - (default: jsonl)').choices(
        fileFormats,
      ),
    )
    .option('--bad <file>', 'puts the lines that cannot be read here, with the reason, and not into --out')
    .addOption(
      new Option('--preset <name>', 'strict refuses what a reward must not rest on (default: benchmark)').choices([
        'benchmark',
        'strict',
      ]),
    )
    .option('--profile <name>', 'has another system judge, as imitated here, such as math-verify or qwen25')
    .option('--explain', 'adds how both answers were read, what the verdict rests on, and why, to each line')
    .option('--no-cas', 'do not ask computer algebra about what nothing else could settle')
    .option('--json', 'print the counts as JSON, on standard output, or on standard error where the lines go there')
    .action(async (file: string, options: RunVerifyOptions) => {
      const { runVerify } = await import('./run-verify.ts');
      setExitCode(await runVerify(file, options));
    });
}
