import type { Command } from 'commander';
import { parseNumber } from './parse-options.ts';

/** The flags that name a protocol and what is otherwise in it; `description` says what the name does for the command. */
export function addProtocolOptions(command: Command, description: string): Command {
  return command
    .option('--protocol <label>', description)
    .option('--template <name>', 'write the turns as raw text with this template, such as alpaca, or NAME.json')
    .option(
      '--shots <file>',
      "texts of the protocol's examples: JSON Lines {problem, solution}, or lm-eval's Python file",
    )
    .option(
      '--shots-count <n>',
      "how many examples are shown, instead of the protocol's number",
      parseNumber({ option: '--shots-count', min: 0, max: 1000, isInteger: true }),
    )
    .option(
      '--temperature <t>',
      "instead of the protocol's",
      parseNumber({ option: '--temperature', min: 0, isInteger: false }),
    )
    .option(
      '--top-p <p>',
      "instead of the protocol's",
      parseNumber({ option: '--top-p', min: 0, max: 1, isInteger: false, includesMin: false }),
    )
    .option(
      '--max-tokens <n>',
      "longest reply, instead of the protocol's",
      parseNumber({ option: '--max-tokens', min: 1, isInteger: true }),
    );
}
