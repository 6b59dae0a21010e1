import { type Command, Option } from 'commander';
import type { RunExportOptions } from './run-export.ts';

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('Writes the samples of a run, as each grader judged them, for other programs.')
    .argument('<run>', 'run folder')
    .addOption(
      new Option('--as <format>', 'junit for CI, csv for spreadsheets, parquet for data frames')
        .choices(['junit', 'csv', 'parquet'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'where to write it; - for standard output, but for parquet')
    .option('--with-texts', 'write problems, references, replies and answers too: mind who may read them')
    .option('--benchmark <file>', 'with --with-texts and a benchmark of your own: its definition, ./my-benchmark.mjs')
    .option('--data-dir <dir>', 'with --with-texts: folder with the benchmarks; or SCALEQUEST_DATA_DIR')
    .action(async (folder: string, options: RunExportOptions) => {
      const { runExport } = await import('./run-export.ts');
      await runExport(folder, options);
    });
}
