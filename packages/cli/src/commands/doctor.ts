import { type Command, Option } from 'commander';
import type { ExitCode } from '../main.ts';
import { addGraderOptions } from '../setup/add-grader-options.ts';
import { endpointsFlag } from '../setup/call-options.ts';
import { parseNumber } from '../setup/parse-options.ts';
import { addProtocolOptions } from '../setup/protocol-options.ts';
import type { RunDoctorOptions } from './run-doctor.ts';

/** The options as they are typed: a flag does not carry its unit in its name. */
interface DoctorFlags extends Omit<RunDoctorOptions, 'timeoutSeconds'> {
  readonly timeout?: number;
}

export function addDoctorCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  const command = program
    .command('doctor')
    .description(
      'Looks at what runs need: references, grader, sandbox, disk, and what the endpoint honours. Asks no problem.',
    )
    .argument('[benchmarks...]', 'such as math humaneval, see `eval --list` (default: this machine and the endpoint)')
    .option('--set <name>', 'another set of its problems, such as plus of mbpp')
    .option('--model <name>', 'the model, as its server calls it; or SCALEQUEST_MODEL')
    .option('--base-url <url...>', 'OpenAI-compatible endpoints to ask; or SCALEQUEST_BASE_URL')
    .option(endpointsFlag, 'instead of --base-url: a file that lists them; 8 at most are asked')
    .option('--claims <list>', 'what they are said to honour, beside what the protocol uses: stop,n,seed,logprobs')
    .option(
      '--limit <n>',
      'the run that is meant asks only the first n problems',
      parseNumber({ option: '--limit', min: 1, isInteger: true }),
    )
    .option(
      '--epochs <n>',
      'samples of each problem that it asks',
      parseNumber({ option: '--epochs', min: 1, max: 10_000, isInteger: true }),
    )
    .option(
      '--timeout <seconds>',
      'longest wait for one reply (default: 600)',
      parseNumber({ option: '--timeout', min: 0, max: 86_400, isInteger: false, includesMin: false }),
    )
    .option('--data-dir <dir>', 'folder with the benchmarks; or SCALEQUEST_DATA_DIR')
    .option('--gold-fixes', 'use the corrected references where a benchmark has some')
    .option('--out <dir>', 'where the run would be written (default: runs)')
    .option('--config <file>', 'configuration file (default: scalequest.config.json, where there is one)');
  addProtocolOptions(addGraderOptions(command), "another protocol than the benchmark's own, such as dart@1")
    .addOption(new Option('--json', 'print the checks as JSON on standard output'))
    .action(async (benchmarks: readonly string[], { timeout, ...others }: DoctorFlags) => {
      const { runDoctor } = await import('./run-doctor.ts');
      setExitCode(
        await runDoctor(benchmarks, { ...others, ...(timeout === undefined ? {} : { timeoutSeconds: timeout }) }),
      );
    });
}
