import type { Command } from 'commander';
import type { ExitCode } from '../main.ts';
import { parseNumber } from '../setup/parse-options.ts';
import type { RunSynthOptions } from './run-synth.ts';
import type { SynthExportFlags } from './run-synth-export.ts';

export function addSynthCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  const synth = program
    .command('synth')
    .description('Makes a dataset by a recipe: asks, filters, answers, selects. Run again, it goes on.')
    .argument('[recipe]', 'such as nano or scalequest-math, see --list; or ./my-recipe.mjs, a module of your own')
    .option('--list', 'list the recipes')
    .option('--out <dir>', 'run folder; where it holds this recipe already, it is gone on with')
    .option('--seed <n>', 'seed of the run', parseNumber({ option: '--seed', min: 0, isInteger: true }), 0)
    .option(
      '--accept <n>',
      "rows of each generator in the dataset (default: the recipe's)",
      parseNumber({ option: '--accept', min: 1, isInteger: true }),
    )
    .option('--form <form>', 'of the recipes of the paper: faithful, or fixed (default)')
    .option('--data-dir <dir>', 'folder with the benchmarks that questions are checked against; or SCALEQUEST_DATA_DIR')
    .option('--without <benchmark>', 'leave a benchmark out of the decontamination; may be repeated', collect)
    .option('--no-decontamination', 'check against none')
    .option('--prompts <path>', "a file or folder of prompts in the place of the project's own")
    .option(
      '--endpoint <role=urls>',
      'OpenAI-compatible endpoints of a role, joined by commas; may be repeated',
      collect,
    )
    .option(
      '--endpoints <role=file>',
      'instead: a file with an endpoint a line, read again while the run goes on',
      collect,
    )
    .option('--model <role=name>', 'the model of a role, as its server calls it, or gguf:PATH for a file', collect)
    .option('--key-env <role=name>', 'the variable of the environment that holds the key of a role', collect)
    .option('--price <role=in,out>', 'price of a million prompt and reply tokens; or "prices" in --config', collect)
    .option(
      '--requests-per-second <n>',
      'most requests a second, of all roles together',
      parseNumber({ option: '--requests-per-second', min: 0, isInteger: false, includesMin: false }),
    )
    .option(
      '--tokens-per-minute <n>',
      'most tokens of prompts and replies a minute, of all roles together',
      parseNumber({ option: '--tokens-per-minute', min: 0, isInteger: false, includesMin: false }),
    )
    .option(
      '--max-cost <amount>',
      'stop asking when this much is spent, by the prices, in all sessions of the run',
      parseNumber({ option: '--max-cost', min: 0, isInteger: false, includesMin: false }),
    )
    .option(
      '--max-concurrency <n>',
      'most requests in flight to each endpoint (default: 64)',
      parseNumber({ option: '--max-concurrency', min: 1, max: 10_000, isInteger: true }),
    )
    .option(
      '--timeout <seconds>',
      'longest wait for one reply (default: 600)',
      parseNumber({ option: '--timeout', min: 0, max: 86_400, isInteger: false, includesMin: false }),
    )
    .option('--config <file>', 'configuration file (default: scalequest.config.json, where there is one)')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (recipe: string | undefined, options: RunSynthOptions) => {
      const { listRecipes, runSynth } = await import('./run-synth.ts');
      setExitCode(options.list === true ? listRecipes(options) : await runSynth(recipe, options));
    });
  synth
    .command('export')
    .description('Makes the dataset of a run: Parquet files with a card, or rows that a training reads.')
    .argument('<dir>', 'the run folder; of one that goes on still, the rows that are sure')
    .requiredOption('--out <path>', 'a new folder for the dataset, or the file of another --form')
    .option('--form <form>', 'dataset (default), sft, qft, qpo, preference, regression, grpo, trl-sft, trl-dpo, ...')
    .option('--with-rejected', 'with the rows that were dropped, and why, as a second configuration')
    .option('--jsonl', 'with train.jsonl beside the Parquet files')
    .option('--licence <name>', 'as the hub writes it, such as apache-2.0 (default: none is claimed)')
    .option('--model-licence <role=name>', "of a role's model, for the card; may be repeated", collect)
    .option('--all-fields', 'with every sampled response and what was checked of it')
    .option('--title <text>', "of the card (default: the recipe's name)")
    .option(
      '--prefix <text>',
      'with trl-qft and trl-qpo: what the chat template has before a question; \\n is a line end',
    )
    .option('--end <text>', 'with trl-qft and trl-qpo: what it has behind one')
    .option('--push <owner/name>', 'push the dataset to the hub, with the token of HF_TOKEN')
    .option('--public', 'with --push: for all to see (default: private)')
    .option('--update', 'with --push: a new commit of a dataset that is there')
    .option('--force', 'replace another dataset, or file, that an earlier call wrote')
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, options: SynthExportFlags) => {
      const { runSynthExport } = await import('./run-synth-export.ts');
      setExitCode(await runSynthExport(folder, options));
    });
  synth
    .command('report')
    .description('Writes the report of a run as one HTML file: funnel, difficulty, topics, duplicates, drops.')
    .argument('<dir>')
    .requiredOption('--out <file>', 'the page')
    .action(async (folder: string, options: { readonly out: string }) => {
      const { runSynthReport } = await import('./run-synth-export.ts');
      setExitCode(await runSynthReport(folder, options));
    });
  synth
    .command('status')
    .description('Says how a run stands: its funnel, its rate, its sessions. May be asked while it goes on.')
    .argument('<dir>')
    .option('--json', 'print it as JSON')
    .action(async (folder: string, options: { readonly json?: boolean }) => {
      const { printSynthStatus } = await import('./run-synth.ts');
      setExitCode(await printSynthStatus(folder, options));
    });
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
