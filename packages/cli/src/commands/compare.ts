import type { Command } from 'commander';
import { parseNumber } from '../setup/parse-options.ts';

export function addCompareCommand(program: Command): void {
  program
    .command('compare')
    .description('Compares two runs of one benchmark, sample by sample.')
    .argument('<run-a>', 'run folder')
    .argument('<run-b>', 'run folder')
    .option(
      '--flips <n>',
      'how many changed samples to list',
      parseNumber({ option: '--flips', min: 0, isInteger: true }),
      20,
    )
    .option('--json', 'print the result as JSON on standard output')
    .action(async (a: string, b: string, options: { readonly json?: boolean; readonly flips: number }) => {
      const [{ compareRuns }, { formatComparison }] = await Promise.all([
        import('@scalequest/eval'),
        import('../output/format-comparison.ts'),
      ]);
      const comparison = await compareRuns({ a, b });
      console.log(options.json === true ? JSON.stringify(comparison) : formatComparison(comparison, options));
    });
}
