import { type ChosenGraders, chooseGraders } from '@scalequest/eval';
import { createVerifierPool, type VerifierPool } from '@scalequest/verifier/pool';
import type { Command } from 'commander';

export interface GraderFlags {
  /** Names, separated by commas. */
  readonly graders?: string;
  readonly grader?: string;
  /** False for `--no-cas`. */
  readonly cas: boolean;
}

export function addGraderOptions(command: Command): Command {
  return command
    .option(
      '--graders <list>',
      "who judges, such as ours,dart,qwen25 or all (default: the protocol's grader, and ours beside it)",
    )
    .option('--grader <name>', "whose verdicts make the headline (default: the protocol's)")
    .option('--no-cas', 'do not ask computer algebra about what nothing else could settle');
}

/** Nobody waits for one verdict of a run: replies that come within this time are judged together. */
const gatherMs = 20;

/** The graders of a command with the threads that all of them work in. */
export interface OpenedGraders extends ChosenGraders {
  readonly verifier: VerifierPool;
  readonly close: () => Promise<void>;
}

/** Threads start with the first reply, so that graders which nobody asks cost nothing. */
export function openGraders(
  { graders, grader, cas }: GraderFlags,
  { protocol, names }: { readonly protocol: string; readonly names?: readonly string[] },
): OpenedGraders {
  const verifier = createVerifierPool({ cas, gatherMs });
  const asked = graders === undefined ? names : splitList(graders);
  const chosen = chooseGraders(
    {
      protocol,
      ...(asked === undefined ? {} : { names: asked }),
      ...(grader === undefined ? {} : { headline: grader }),
    },
    { verifier },
  );
  return { ...chosen, verifier, close: verifier.close };
}

/** The words of a list: `ours, dart` is two. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
