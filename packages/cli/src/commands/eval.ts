import { type Command, Option } from 'commander';
import type { ExitCode } from '../main.ts';
import { addGraderOptions } from '../setup/add-grader-options.ts';
import { addBudgetOptions } from '../setup/budget-options.ts';
import { addCallOptions } from '../setup/call-options.ts';
import { addLiveOptions } from '../setup/live-options.ts';
import { parseNumber } from '../setup/parse-options.ts';
import { addProtocolOptions } from '../setup/protocol-options.ts';
import type { RunEvalAllOptions } from './run-eval-all.ts';

/** The options as they are typed: a flag does not carry its unit in its name. */
interface EvalFlags extends Omit<RunEvalAllOptions, 'timeoutSeconds'> {
  readonly list?: boolean;
  readonly timeout?: number;
}

export function addEvalCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  const command = program
    .command('eval')
    .description('Asks a model the problems of a benchmark, verifies the answers, and reports. Run again, it resumes.')
    .argument(
      '[benchmark]',
      'such as math or math-500, or all, see --list; or ./my-benchmark.mjs, a definition of your own',
    )
    .option('--list', 'list the benchmarks')
    .option('--set <name>', 'another set of its problems, such as sanitized or plus of mbpp, see --list')
    .option('--model <name>', 'the model, as its server calls it, or gguf:PATH for a file; or SCALEQUEST_MODEL')
    .option(
      '--base-url <url...>',
      'OpenAI-compatible endpoints, such as http://localhost:8000/v1; or SCALEQUEST_BASE_URL',
    )
    .option('--limit <n>', 'only the first n problems', parseNumber({ option: '--limit', min: 1, isInteger: true }))
    .option(
      '--epochs <n>',
      "samples of each problem (default: the protocol's, mostly 1)",
      parseNumber({ option: '--epochs', min: 1, max: 10_000, isInteger: true }),
    )
    .option('--seed <n>', 'seed of the run', parseNumber({ option: '--seed', min: 0, isInteger: true }), 0)
    .option('--dry-run', 'show the prompt, the sampling and the hashes, and ask no model')
    .option('--sample <id>', 'with --dry-run: this problem instead of the first; may be repeated', collect)
    .option(
      '--concurrency <n>',
      'most requests in flight, over all endpoints (default: 64 for each, and 32 for a model in this process)',
      parseNumber({ option: '--concurrency', min: 1, max: 10_000, isInteger: true }),
    )
    .option(
      '--timeout <seconds>',
      'longest wait for one reply (default: 600)',
      parseNumber({ option: '--timeout', min: 0, max: 86_400, isInteger: false, includesMin: false }),
    )
    .option(
      '--threads <n>',
      'processor threads of a model in this process (default: 1)',
      parseNumber({ option: '--threads', min: 1, max: 1024, isInteger: true }),
    )
    .option(
      '--doctor',
      'probe the endpoint in any case (default: unless the run has a budget, or fewer samples than there are probes)',
    )
    .option('--no-doctor', 'begin without a look at references, grader, sandbox, disk and endpoint')
    .option(
      '--claims <list>',
      'what the endpoint is said to honour, beside what the protocol uses: stop,n,seed,logprobs',
    )
    .option('--retry-errors', 'ask again for samples that ended in an error')
    .option('--data-dir <dir>', 'folder with the benchmarks; or SCALEQUEST_DATA_DIR')
    .option('--gold-fixes', 'use the corrected references where a benchmark has some')
    .option('--out <dir>', 'run folder (default: runs/BENCHMARK/MODEL/ID)')
    .option('--config <file>', 'configuration file (default: scalequest.config.json, where there is one)')
    .option('--only <list>', 'with all: these benchmarks and no others, such as gsm8k,math')
    .option('--skip <list>', 'with all: every benchmark but these')
    .option('--replies <dir>', 'with all: judge the recorded replies DIR/BENCHMARK/MODEL.jsonl[.gz] and ask no model')
    .option(
      '--reviews <file>',
      'with --replies: reviews of the labels (default: generations-derived/verifier-pairs.jsonl.gz beside DIR)',
    );
  addProtocolOptions(
    command,
    "another protocol than the benchmark's own, such as dart@1 or lm-eval@1:minerva_math, or a file of yours, NAME.json; with --replies: how they were asked (default: not known)",
  );
  addLiveOptions(addCallOptions(addBudgetOptions(addGraderOptions(command))));
  command
    .addOption(new Option('--json', 'print the result as JSON on standard output'))
    .action(async (benchmark: string | undefined, { list, timeout, ...others }: EvalFlags) => {
      const options = { ...others, ...(timeout === undefined ? {} : { timeoutSeconds: timeout }) };
      if (benchmark === 'all' && list !== true) {
        const { runEvalAll } = await import('./run-eval-all.ts');
        setExitCode(await runEvalAll(options));
        return;
      }
      const { listTasks, refuseAllOptions, requireBenchmark, runEval } = await import('./run-eval.ts');
      refuseAllOptions(options);
      setExitCode(
        list === true ? listTasks(options) : await runEval(requireBenchmark(benchmark, others.baseUrl), options),
      );
    });
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
