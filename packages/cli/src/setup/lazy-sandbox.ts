import type { BackendName, CheckResult, Program } from '@scalequest/sandbox';
import { createSandbox, type Sandbox } from '@scalequest/sandbox';

export type SandboxChoice = 'auto' | BackendName;

/** What `--sandbox` takes. */
export const sandboxChoices: readonly SandboxChoice[] = ['auto', 'bubblewrap', 'landlock', 'none'];

/** What a run records of the sandbox that judged its programs. */
export interface SandboxRecord {
  readonly backend: BackendName;
}

/** A sandbox that costs nothing until a program is to be judged. */
export interface LazySandbox {
  readonly start: () => Promise<SandboxRecord>;
  readonly check: (program: Program) => Promise<CheckResult>;
  readonly close: () => Promise<void>;
}

export function createLazySandbox(choice: SandboxChoice = 'auto'): LazySandbox {
  let opened: Promise<Sandbox> | undefined;
  const open = (): Promise<Sandbox> => {
    opened ??= openSandbox(choice);
    return opened;
  };
  return {
    start: async () => {
      const { backend } = await open();
      return { backend };
    },
    check: async (program) => await (await open()).check(program),
    close: async () => {
      // One that could not be opened has said so where it was asked for.
      await (await opened?.catch(() => undefined))?.close();
    },
  };
}

async function openSandbox(choice: SandboxChoice): Promise<Sandbox> {
  const sandbox = createSandbox({ backend: choice });
  await sandbox.start();
  return sandbox;
}
