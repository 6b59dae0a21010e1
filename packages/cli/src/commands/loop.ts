import { type Command, Option } from 'commander';
import type { ExitCode } from '../main.ts';
import { parseNumber } from '../setup/parse-options.ts';
import type { RunLoopFlags } from './run-loop.ts';
import type { LoopReportFlags } from './run-loop-report.ts';

interface JsonFlag {
  readonly json?: boolean;
}

export function addLoopCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  const loop = program
    .command('loop')
    .description(
      'Runs the whole of ScaleQuest: trains, asks, filters, answers, trains students and compares them. Run again, it goes on.',
    )
    .argument('[recipe]', 'such as nano, see `scalequest loop list`')
    .option('--out <dir>', 'folder of the loop; where it holds this one already, it is gone on with')
    .option(
      '--seed <n>',
      'seed of every step',
      parseNumber({ option: '--seed', min: 0, isInteger: true, max: 1_000_000_000 }),
      0,
    )
    .option('--arms <names>', 'the students to train, joined by commas (default: all)')
    .option('--set <key=value>', 'put a size over the recipe; may be repeated (docs/loop.md)', collect, [])
    .option(
      '--scale <x>',
      'multiply the sizes that are not set, such as 0.1 for a try',
      parseNumber({ option: '--scale', min: 0, max: 1000, isInteger: false, includesMin: false }),
    )
    .option(
      '--parallel <n>',
      'steps that may be at work at once (default: of nano 2, or 1 on one core; else 1); changes no result',
      parseNumber({ option: '--parallel', min: 1, max: 64, isInteger: true }),
    )
    .option(
      '--config <file>',
      "the loop's models, servers and data, as JSON; of nano: configuration file (default: scalequest.config.json, where there is one)",
    )
    .option(
      '--max-cost <amount>',
      'stop when models with prices have cost this much, in all sessions (default: no bound)',
      parseNumber({ option: '--max-cost', min: 0, isInteger: false, includesMin: false }),
    )
    .option('--plan', 'run nothing: print what each step will take, and whether all is there that it needs')
    .addOption(
      new Option('--gpu <kind>', 'with --plan: of which the hours are (default: a100-40g)').choices([
        'a100-40g',
        'h100',
        'h200',
      ]),
    )
    .option(
      '--gpus <n>',
      'with --plan: how many there are (default: 1)',
      parseNumber({ option: '--gpus', min: 1, max: 100_000, isInteger: true }),
    )
    .option('--figures <file>', 'with --plan: unit figures of your own, as JSON')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (recipe: string | undefined, options: RunLoopFlags) => {
      const { runLoopCommand } = await import('./run-loop.ts');
      setExitCode(await runLoopCommand(recipe, options));
    });
  // Or the command would take an option away from the one below it: `loop status DIR --json`.
  loop.enablePositionalOptions();
  loop
    .command('list')
    .description('The recipes of loops, with their sizes and arms.')
    .option('--json', 'print them as JSON')
    .action(async (options: JsonFlag) => {
      const { printLoops } = await import('./run-loop-status.ts');
      setExitCode(printLoops(options));
    });
  loop
    .command('status')
    .description('How far the loop in a folder is, step by step. May be asked while it goes on.')
    .argument('<dir>')
    .option('--json', 'print it as JSON')
    .action(async (folder: string, options: JsonFlag) => {
      const { printLoopStatus } = await import('./run-loop-status.ts');
      setExitCode(await printLoopStatus(folder, options));
    });
  loop
    .command('report')
    .description(
      'What each part of a loop is worth, by finished loops of one recipe with a seed each: Markdown and a page.',
    )
    .argument('[loops...]', 'folders of loops, or their summaries')
    .option('--out <path>', 'the report, without an end: PATH.md, and a folder PATH with the rest', 'docs/loop-report')
    .option(
      '--settled-at <commit>',
      'the commit at which the settings were settled (default: as the report that is there says)',
    )
    .option('--machine <text>', 'on what the loops ran (default: as the report that is there says)')
    .option('--check', 'write nothing: make the report again from its own summaries, and name what differs')
    .option('--json', 'print the files, the findings and what is missing as JSON')
    .action(async (folders: readonly string[], options: LoopReportFlags) => {
      const { printLoopReport } = await import('./run-loop-report.ts');
      setExitCode(await printLoopReport(folders, options));
    });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
