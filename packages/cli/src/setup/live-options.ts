import type { Command } from 'commander';

/** What a user sees of the calls while a run goes on. */
export interface LiveFlags {
  readonly live?: boolean;
  /** Path of the stream of figures. */
  readonly metrics?: string;
}

export function addLiveOptions(command: Command): Command {
  return command
    .option('--live', 'show the table of endpoints in a terminal (default: where there is more than one)')
    .option('--metrics <file>', 'append the figures of the endpoints to FILE each second, as JSON Lines');
}
