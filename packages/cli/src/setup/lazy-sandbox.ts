import type { BackendName, CheckResult, Limits, Program, Sandbox } from '@scalequest/sandbox';
import { choosePython } from './choose-python.ts';

export type SandboxChoice = 'auto' | BackendName;

/** What `--sandbox` takes. */
export const sandboxChoices: readonly SandboxChoice[] = ['auto', 'bubblewrap', 'landlock', 'none'];

/** What a run records of the sandbox that judged its programs. */
export interface SandboxRecord {
  readonly backend: BackendName;
  /** The version of the interpreter. */
  readonly python: string;
  readonly limits: Limits;
}

/** A sandbox that costs nothing until a program is to be judged. */
export interface LazySandbox {
  /** Rejects with the error that says what to do, where nothing here can hold a program. */
  readonly start: () => Promise<SandboxRecord>;
  readonly check: (program: Program) => Promise<CheckResult>;
  readonly close: () => Promise<void>;
}

export function createLazySandbox(choice: SandboxChoice = 'auto'): LazySandbox {
  let opened: Promise<Sandbox> | undefined;
  const open = (): Promise<Sandbox> => {
    opened ??= import('@scalequest/sandbox').then(({ createSandbox }) =>
      createSandbox({ backend: choice, sharesTestProcess: true, ...choosePython() }),
    );
    return opened;
  };
  return {
    start: async () => {
      const { backend, python, start } = await open();
      await start();
      return { backend, python: python.version, limits: (await import('@scalequest/sandbox')).defaultLimits };
    },
    check: async (program) => await (await open()).check(program),
    close: async () => {
      // One that could not be opened has said so where it was asked for.
      await (await opened?.catch(() => undefined))?.close();
    },
  };
}
