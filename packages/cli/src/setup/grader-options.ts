import { type ChosenGraders, chooseGraders, type TestSet } from '@scalequest/eval';
import { createVerifierPool, type VerifierPool } from '@scalequest/verifier/pool';
import { createLazySandbox, type LazySandbox, type SandboxChoice, type SandboxRecord } from './lazy-sandbox.ts';

export interface GraderFlags {
  /** Names, separated by commas. */
  readonly graders?: string;
  readonly grader?: string;
  /** False for `--no-cas`. */
  readonly cas: boolean;
  /** What holds the programs of a code benchmark. @defaultValue 'auto' */
  readonly sandbox?: SandboxChoice;
}

/** Nobody waits for one verdict of a run: replies that come within this time are judged together. */
const gatherMs = 20;

/** The graders of a command with the threads and the sandbox that all of them work in. */
export interface OpenedGraders extends ChosenGraders {
  readonly verifier: VerifierPool;
  /** Opened by `start`, or by the first program. */
  readonly sandbox: LazySandbox;
  /**
   * Opens the sandbox where a grader runs programs, so that a machine without one says so before anybody is asked. What
   * it resolves to is what a run records of it.
   */
  readonly start: () => Promise<{ readonly sandbox?: SandboxRecord }>;
  readonly close: () => Promise<void>;
}

export interface OpenGradersInput {
  /** The grader that the protocol names. */
  readonly protocol: string;
  /** @defaultValue the protocol's, and our own */
  readonly names?: readonly string[];
  /** The tests that there are for the answers. @defaultValue the answers are no programs */
  readonly tests?: TestSet | undefined;
}

/** Threads start with the first reply, so that graders which nobody asks cost nothing. */
export function openGraders(
  { graders, grader, cas, sandbox: choice }: GraderFlags,
  { protocol, names, tests }: OpenGradersInput,
): OpenedGraders {
  const verifier = createVerifierPool({ cas, gatherMs });
  const sandbox = createLazySandbox(choice);
  const asked = graders === undefined ? names : splitList(graders);
  const chosen = chooseGraders(
    {
      protocol,
      tests,
      ...(asked === undefined ? {} : { names: asked }),
      ...(grader === undefined ? {} : { headline: grader }),
    },
    { verifier, sandbox },
  );
  return {
    ...chosen,
    verifier,
    sandbox,
    start: async () => (tests === undefined ? {} : { sandbox: await sandbox.start() }),
    close: async () => {
      await Promise.all([verifier.close(), sandbox.close()]);
    },
  };
}

/** The words of a list: `ours, dart` is two. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
