import { type Command, Option } from 'commander';
import type { ExitCode } from '../main.ts';
import { parseNumber } from '../setup/parse-options.ts';
import type { ExportTrlFlags, RunTrainOptions } from './run-train.ts';

interface FolderFlags {
  readonly json?: boolean;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

export function addTrainCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  const train = program
    .command('train')
    .description('Trains a model by a recipe, such as qft or nano.solver. Run again, it goes on where it stopped.')
    .argument('[recipe]', 'see --list')
    .option('--list', 'list the recipes')
    .option('--out <dir>', 'run folder; the model comes to stand in its folder out')
    .option(
      '--data <path>',
      'your own rows as JSON Lines, or a run folder that has them (default: those that the recipe makes, where it makes any)',
    )
    .option(
      '--model <path>',
      'what to begin with: a folder with weights and tokenizer, a .gguf file of ScaleQuest, or the run folder of a training',
    )
    .option('--set <key=value>', 'put a setting over the recipe; may be repeated (docs/training.md)', collect, [])
    .option('--seed <n>', 'seed of the run', parseNumber({ option: '--seed', min: 0, isInteger: true, max: 1e9 }), 0)
    .option('--steps <n>', "instead of the recipe's", parseNumber({ option: '--steps', min: 1, isInteger: true }))
    .option(
      '--epochs <n>',
      "passes over your rows, instead of the recipe's",
      parseNumber({ option: '--epochs', min: 1, isInteger: true }),
    )
    .option('--export-only', 'write the model of the newest checkpoint and do not train')
    .option('--allow-gpu-packages', 'set up Python with a build of torch for GPUs, where the package index gives one')
    .addOption(
      new Option('--launcher <name>', 'where it trains; docs/launchers.md says which is for what')
        .choices(['local', 'torchrun', 'accelerate', 'ray'])
        .default('local'),
    )
    .option(
      '--processes <n>',
      'processes that train together, each on a GPU of its own where there are GPUs (default: 1)',
      parseNumber({ option: '--processes', min: 1, isInteger: true, max: 4096 }),
    )
    .option(
      '--ray-address <url>',
      "of the cluster's dashboard, such as http://head:8265 (default: RAY_API_SERVER_ADDRESS)",
    )
    .option(
      '--gpus-per-process <n>',
      'to reserve on the cluster: 0 to 1 (default: 1, or 0 where the device is cpu)',
      parseNumber({ option: '--gpus-per-process', min: 0, max: 1, isInteger: false }),
    )
    .option(
      '--cpus-per-process <n>',
      "to reserve on the cluster (default: the recipe's threads)",
      parseNumber({ option: '--cpus-per-process', min: 0.01, max: 4096, isInteger: false }),
    )
    .option('--resource <name=amount>', 'another resource to reserve for each process; may be repeated', collect, [])
    .option(
      '--cluster-python <path>',
      'the interpreter that trains, as the cluster names it (default: the one of here)',
    )
    .option(
      '--ray-python <path>',
      'the interpreter on the cluster that has Ray, for several processes (default: python)',
    )
    .option('--config <file>', 'configuration file (default: scalequest.config.json, where there is one)')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (recipe: string | undefined, options: RunTrainOptions) => {
      const { listRecipes, runTrain } = await import('./run-train.ts');
      setExitCode(options.list === true ? listRecipes(options) : await runTrain(recipe, options));
    });
  // Or the command would take an option away from the one below it: `train status DIR --json`.
  train.enablePositionalOptions();
  train
    .command('status')
    .description('How far the training in a run folder is, whoever runs it.')
    .argument('<dir>')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (folder: string, options: FolderFlags) => {
      const { printTrainingStatus } = await import('./run-train.ts');
      setExitCode(await printTrainingStatus(folder, options));
    });
  train
    .command('cancel')
    .description('Asks the training in a run folder for a checkpoint and its end, and waits for it.')
    .argument('<dir>')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (folder: string, options: FolderFlags) => {
      const { cancelRunningTraining } = await import('./run-train.ts');
      setExitCode(await cancelRunningTraining(folder, options));
    });
  train
    .command('checkpoint')
    .description('Asks the training in a run folder for a checkpoint now, and waits for it. The training goes on.')
    .argument('<dir>')
    .option('--json', 'print the result as JSON on standard output')
    .action(async (folder: string, options: FolderFlags) => {
      const { askForCheckpoint } = await import('./run-train.ts');
      setExitCode(await askForCheckpoint(folder, options));
    });
  train
    .command('plot')
    .description(
      'Draws the course of the training in a run folder as SVG: loss, learning rate, what its kind measures.',
    )
    .argument('<dir>')
    .option('--out <file>', 'the picture (default: out/metrics.svg of a finished run, else metrics.svg in its folder)')
    .action(async (folder: string, options: { readonly out?: string }) => {
      const { plotRun } = await import('./run-train.ts');
      setExitCode(await plotRun(folder, options));
    });
  train
    .command('export-trl')
    .description("Writes a training for TRL's own command line: its YAML, and the rows in TRL's columns.")
    .argument('<recipe-or-dir>', 'a recipe, or the run folder of a training')
    .requiredOption('--out <dir>', 'folder for the files; new or empty')
    .option('--model <path>', 'as for train')
    .option('--data <path>', 'as for train')
    .option(
      '--seed <n>',
      'seed of the run (default: 0)',
      parseNumber({ option: '--seed', min: 0, isInteger: true, max: 1e9 }),
    )
    .option('--steps <n>', "instead of the recipe's", parseNumber({ option: '--steps', min: 1, isInteger: true }))
    .option('--set <key=value>', 'put a setting over the recipe; may be repeated', collect, [])
    .option('--json', 'print the result as JSON on standard output')
    .action(async (source: string, options: ExportTrlFlags) => {
      const { runExportTrl } = await import('./run-train.ts');
      setExitCode(await runExportTrl(source, options));
    });
}
