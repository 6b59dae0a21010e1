import type { Command } from 'commander';

export function addProtocolsCommand(program: Command): void {
  program
    .command('protocols')
    .description('Lists the protocols and the templates that ship: labels, hashes, sources.')
    .option('--json', 'print them as JSON on standard output, every field of theirs')
    .action(async (options: { readonly json?: boolean }) => {
      const { runProtocols } = await import('./run-protocols.ts');
      runProtocols(options);
    });
}
