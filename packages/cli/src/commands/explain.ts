import type { Command } from 'commander';
import { addGraderOptions } from '../setup/add-grader-options.ts';
import { parseNumber } from '../setup/parse-options.ts';
import type { RunExplainOptions } from './run-explain.ts';

export function addExplainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('Says why a reply of a run got its outcome: what was taken from it, and what each grader decided.')
    .argument('<run>', 'run folder')
    .argument('<id>', "the problem's id")
    .option('--epoch <n>', 'which of its samples', parseNumber({ option: '--epoch', min: 0, isInteger: true }), 0)
    .option('--benchmark <file>', 'the definition, where the benchmark is one of your own: ./my-benchmark.mjs')
    .option('--data-dir <dir>', 'folder with the benchmarks; or SCALEQUEST_DATA_DIR');
  addGraderOptions(command)
    .option('--json', 'print the result as JSON on standard output')
    .action(async (folder: string, id: string, options: RunExplainOptions) => {
      const { runExplain } = await import('./run-explain.ts');
      await runExplain({ folder, id }, options);
    });
}
