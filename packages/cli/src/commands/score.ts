import type { Command } from 'commander';
import type { ExitCode } from '../main.ts';
import { addGraderOptions } from '../setup/add-grader-options.ts';
import { addProtocolOptions } from '../setup/protocol-options.ts';
import type { RunScoreOptions } from './run-score.ts';

export function addScoreCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  const command = program
    .command('score')
    .description('Judges replies without a model: recorded ones into a run folder, or those of a run once more.')
    .argument('<benchmark-or-run>', 'such as math or ./my-benchmark.mjs with --replies, or the folder of a run')
    .option(
      '--replies <file>',
      'JSON Lines, gzip too: {"id": "...", "reply": "..."}, or another known format; or a log of lm-eval or inspect, or its folder',
    )
    .option('--set <name>', 'with --replies: another set of the benchmark, such as plus of mbpp')
    .option('--format <name>', 'format of the file, where it is not to be found out')
    .option('--model <name>', 'how the result calls the model (default: as the log says, or the name of the file)')
    .option('--benchmark <file>', 'with a run of a benchmark of your own: its definition, ./my-benchmark.mjs')
    .option('--data-dir <dir>', 'folder with the benchmarks; or SCALEQUEST_DATA_DIR')
    .option('--gold-fixes', 'use the corrected references where a benchmark has some')
    .option('--skip-unknown', 'leave out replies to problems that the benchmark does not have')
    .option('--out <dir>', 'run folder (default: runs/BENCHMARK/MODEL/ID)');
  addProtocolOptions(
    command,
    'how the replies were asked, where you know it, such as dart@1 or NAME.json (default: not known)',
  );
  addGraderOptions(command)
    .option('--json', 'print the result as JSON on standard output')
    .action(async (name: string, options: RunScoreOptions) => {
      const { runScore } = await import('./run-score.ts');
      setExitCode(await runScore(name, options));
    });
}
