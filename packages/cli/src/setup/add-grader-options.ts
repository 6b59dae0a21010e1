import { type Command, Option } from 'commander';
import { sandboxChoices } from './lazy-sandbox.ts';

/** The flags of `GraderFlags`. Apart from what reads them: the flags of all commands are there before one is chosen. */
export function addGraderOptions(command: Command): Command {
  return command
    .option(
      '--graders <list>',
      "who judges, such as ours,dart,qwen25 or all (default: the protocol's grader, and ours beside it; of programs tests)",
    )
    .option('--grader <name>', "whose verdicts make the headline (default: the protocol's)")
    .option('--no-cas', 'do not ask computer algebra about what nothing else could settle')
    .addOption(
      new Option(
        '--sandbox <name>',
        'what holds programs that a model wrote (default: auto, the strongest that works here)',
      ).choices(sandboxChoices),
    );
}
