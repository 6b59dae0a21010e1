import type { Command } from 'commander';
import type { ExitCode } from '../main.ts';
import type { RunScoreOptions } from './run-score.ts';

export function addScoreCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  program
    .command('score')
    .description('Judges recorded replies to a benchmark, without a model, into a run folder.')
    .argument('<benchmark>', 'such as math or math-500; or ./my-benchmark.mjs, a definition of your own')
    .requiredOption('--replies <file>', 'JSON Lines, gzip too: {"id": "...", "reply": "..."}, or another known format')
    .option('--format <name>', 'format of the file, where it is not to be found out')
    .option('--model <name>', 'how the result calls the model (default: the name of the file)')
    .option('--data-dir <dir>', 'folder with the benchmarks; or SCALEQUEST_DATA_DIR')
    .option('--gold-fixes', 'use the corrected references where a benchmark has some')
    .option('--skip-unknown', 'leave out replies to problems that the benchmark does not have')
    .option('--no-cas', 'do not ask computer algebra about what nothing else could settle')
    .option('--out <dir>', 'run folder (default: runs/BENCHMARK/MODEL/ID)')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (benchmark: string, options: RunScoreOptions) => {
      const { runScore } = await import('./run-score.ts');
      setExitCode(await runScore(benchmark, options));
    });
}
