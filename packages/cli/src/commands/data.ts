import type { Command } from 'commander';
import type { ExitCode } from '../main.ts';
import type { DataOptions } from './run-data.ts';

export function addDataCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  const data = program.command('data').description('The benchmarks: what is known, fetched and verified.');
  data
    .command('list')
    .description('Lists the benchmarks with their counts, licences and origins.')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (options: DataOptions) => {
      const { listData } = await import('./run-data.ts');
      listData(options);
    });
  data
    .command('fetch')
    .description('Downloads a benchmark from the hub into the cache, and verifies it.')
    .argument('<benchmark>')
    .option('--force', 'download again what is in the cache')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (name: string, options: DataOptions) => {
      const { fetchData } = await import('./run-data.ts');
      await fetchData(name, options);
    });
  data
    .command('verify')
    .description('Checks the count and the hash of a benchmark, or of all that are there.')
    .argument('[benchmark]')
    .option('--data-dir <dir>', 'folder with the benchmarks; or SCALEQUEST_DATA_DIR')
    .option('--config <file>', 'configuration file (default: scalequest.config.json, where there is one)')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (name: string | undefined, options: DataOptions) => {
      const { verifyData } = await import('./run-data.ts');
      setExitCode(await verifyData(name, options));
    });
}
