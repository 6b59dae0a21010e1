import { type Command, Option } from 'commander';
import type { ExitCode } from '../main.ts';
import { parseNumber } from '../setup/parse-options.ts';
import type { RunServeModelOptions } from './run-serve-model.ts';
import type { RunServeVerifierOptions } from './serve-verifier.ts';

const count = (option: string, max?: number): ((text: string) => number) =>
  parseNumber({ option, min: 1, isInteger: true, ...(max === undefined ? {} : { max }) });

export function addServeCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  const serve = program.command('serve').description('Servers: a model or the verifier over HTTP.');
  // What stands behind -- is for the engine, whatever it looks like.
  serve.enablePositionalOptions();
  addServeModelCommand(serve, setExitCode);
  serve
    .command('verifier')
    .description('Judges batches of answers and replies over HTTP: POST /verify. Ends on SIGINT or SIGTERM.')
    .option(
      '--port <n>',
      '0 takes a free one',
      parseNumber({ option: '--port', min: 0, max: 65535, isInteger: true }),
      8123,
    )
    .option('--host <address>', 'address to listen on; one that others reach needs a token', '127.0.0.1')
    .option('--token-file <file>', 'file with the bearer token that clients send; or SCALEQUEST_SERVER_TOKEN')
    .option('--allow-public', 'let other machines use the server without a token')
    .option('--workers <n>', 'threads that compare (default: the number of cores, at most 2)', count('--workers', 256))
    .option('--budget-ms <n>', 'longest time of one comparison, in milliseconds', count('--budget-ms', 600_000), 1000)
    .option('--max-body <bytes>', 'largest body', count('--max-body', 2 ** 30), 8 * 2 ** 20)
    .option('--max-items <n>', 'most items in one request', count('--max-items'), 10_000)
    .option('--max-waiting <n>', 'most items that wait; above it the answer is 429', count('--max-waiting'), 20_000)
    .option('--json', 'print {"url", "port"} on standard output when it listens')
    .action(async (options: RunServeVerifierOptions) => {
      const { runServeVerifier } = await import('./serve-verifier.ts');
      setExitCode(await runServeVerifier(options));
    });
}

/** The options as they are typed: a flag does not carry its unit in its name. */
interface ServeModelFlags extends Omit<RunServeModelOptions, 'startTimeoutSeconds' | 'graceSeconds'> {
  readonly startTimeout: number;
  readonly grace: number;
}

function addServeModelCommand(serve: Command, setExitCode: (code: ExitCode) => void): void {
  serve
    .command('model')
    .description('Serves a checkpoint over HTTP, as OpenAI does: by vLLM where it is installed, else by transformers.')
    .argument('<checkpoint>', 'a Hugging Face folder, the run folder of a training, a checkpoint inside one, or a GGUF')
    .argument('[engine-args...]', 'behind --: arguments for the engine, as they are')
    .option(
      '--port <n>',
      '0 takes a free one',
      parseNumber({ option: '--port', min: 0, max: 65535, isInteger: true }),
      8000,
    )
    .option(
      '--host <address>',
      'address to listen on; there is no key, so that whoever reaches it may use it',
      '127.0.0.1',
    )
    .option('--name <name>', 'how clients call the model (default: the name of the folder, the training or the file)')
    .addOption(
      new Option('--engine <engine>', 'what runs it').choices(['auto', 'vllm', 'transformers']).default('auto'),
    )
    .addOption(new Option('--device <device>', 'of transformers (default: auto)').choices(['auto', 'cpu', 'cuda']))
    .addOption(
      new Option('--dtype <type>', 'of the weights in memory').choices(['auto', 'float32', 'bfloat16', 'float16']),
    )
    .option('--threads <n>', 'processor threads of transformers (default: 1)', count('--threads', 1024))
    .option('--max-context <n>', "most tokens of a prompt and its reply (default: the model's)", count('--max-context'))
    .option('--max-batch <n>', 'samples that are written at once', count('--max-batch', 65_536))
    .option('--register <file>', 'list the endpoint in this file as long as it serves; `eval --endpoints` follows it')
    .option('--start-timeout <seconds>', 'longest wait until it answers', count('--start-timeout', 86_400), 900)
    .option('--grace <seconds>', 'for what is in flight when it is stopped', count('--grace', 86_400), 20)
    .option('--verbose', 'show what the server writes on standard error')
    .option('--allow-gpu-packages', 'set up Python with a build of torch for GPUs, where the package index gives one')
    .option('--config <file>', 'configuration file (default: scalequest.config.json, where there is one)')
    .option('--json', 'print {"url", "port", "engine", "model", "pid"} on standard output when it answers')
    .action(async (checkpoint: string, engineArgs: readonly string[], flags: ServeModelFlags) => {
      const { startTimeout: startTimeoutSeconds, grace: graceSeconds, ...others } = flags;
      const { runServeModel } = await import('./run-serve-model.ts');
      setExitCode(await runServeModel(checkpoint, engineArgs, { ...others, startTimeoutSeconds, graceSeconds }));
    });
}
