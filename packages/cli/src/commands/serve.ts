import type { Command } from 'commander';
import type { ExitCode } from '../main.ts';
import { parseNumber } from '../setup/parse-options.ts';
import type { RunServeVerifierOptions } from './serve-verifier.ts';

const count = (option: string, max?: number): ((text: string) => number) =>
  parseNumber({ option, min: 1, isInteger: true, ...(max === undefined ? {} : { max }) });

export function addServeCommand(program: Command, setExitCode: (code: ExitCode) => void): void {
  const serve = program.command('serve').description('Servers: the verifier over HTTP.');
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
