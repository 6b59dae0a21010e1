import { type Command, Option } from 'commander';
import { parseNumber } from '../setup/parse-options.ts';
import type { RunCompareOptions } from './run-compare.ts';

export function addCompareCommand(program: Command): void {
  program
    .command('compare')
    .description('Compares two runs of one benchmark problem by problem, or two models on many benchmarks.')
    .argument('[run-a]', 'run folder, or a log of lm-eval or inspect')
    .argument('[run-b]', 'run folder, or such a log')
    .option('--a <paths...>', 'run folders or logs of one model, or a folder that holds them; by benchmark with --b')
    .option('--b <paths...>', 'run folders or logs of the other model')
    .option(
      '--grader <name>',
      "whose verdicts to compare, such as ours@3 (default: the headline grader of both); a log's own scores are source-label, or source-label.NAME",
    )
    .option(
      '--benchmark <name>',
      'with logs of other systems and no run, or a benchmark of your own: what they are of; several separated by commas',
    )
    .option('--data-dir <dir>', 'with a log of another system: folder with the benchmarks; or SCALEQUEST_DATA_DIR')
    .option('--allow-other-problems', 'compare across benchmarks, or versions of one, on the ids they share')
    .option('--allow-other-references', 'compare a run with gold fixes to one without')
    .option('--allow-other-protocols', 'compare runs of other protocols or sampling settings')
    .option('--allow-other-graders', 'compare runs whose headline graders differ')
    .option('--allow-unfinished', 'compare a run that is not finished')
    .option(
      '--flips <n>',
      'how many changed problems to list in each direction',
      parseNumber({ option: '--flips', min: 0, isInteger: true }),
      20,
    )
    .addOption(
      new Option(
        '--as <format>',
        'write it to --out too: junit for CI, where a benchmark that is worse in B fails, or csv',
      ).choices(['junit', 'csv']),
    )
    .option('--out <file>', 'with --as: where to write it; - for standard output, instead of the text')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (a: string | undefined, b: string | undefined, options: RunCompareOptions) => {
      const { runCompare } = await import('./run-compare.ts');
      await runCompare({ a, b }, options);
    });
}
