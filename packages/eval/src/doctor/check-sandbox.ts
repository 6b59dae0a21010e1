import { join } from 'node:path';
import { pathExists } from '@scalequest/core';
import type { BackendName, CheckOutcome } from '@scalequest/sandbox';
import type { ProgramChecker } from '../code/tests-grader.ts';
import { broken, type Check, describeError, ok, warning } from './check.ts';

/** A sandbox that says what it is when it is opened. */
export interface DoctorSandbox extends ProgramChecker {
  readonly start: () => Promise<{ readonly backend: BackendName; readonly python: string }>;
}

export interface CheckSandboxInput {
  readonly sandbox: DoctorSandbox;
  /** A program tries to write there. */
  readonly temporaryFolder: string;
}

interface Canary {
  readonly name: string;
  readonly program: string;
  /** How it may end. */
  readonly ends: readonly CheckOutcome[];
}

/** Programs whose end is known. Each is asked whether `f()` is 4. */
const canaries: readonly Canary[] = [
  { name: 'a right program', program: 'def f(): return 4', ends: ['passed'] },
  { name: 'a wrong program', program: 'def f(): return 5', ends: ['failed'] },
  { name: 'an endless loop', program: 'while True: pass', ends: ['timeout', 'killed'] },
  {
    name: 'eight gigabytes of memory',
    program: 'held = bytearray(8 << 30)\ndef f(): return 4',
    ends: ['out-of-memory', 'error'],
  },
  { name: 'a fork', program: 'import os\nos.fork()\ndef f(): return 4', ends: ['error', 'timeout', 'killed'] },
  { name: 'sys.exit', program: 'import sys\nsys.exit(0)', ends: ['error'] },
  { name: 'a read of standard input', program: 'line = input()\ndef f(): return 4', ends: ['error'] },
];

/** Looks at whether the sandbox opens, and at programs in it whose end is known. */
export function checkSandbox({ sandbox, temporaryFolder }: CheckSandboxInput): Check {
  return {
    name: 'sandbox',
    looksAt: 'the sandbox, by programs whose end is known',
    run: async () => {
      let opened: Awaited<ReturnType<DoctorSandbox['start']>>;
      try {
        opened = await sandbox.start();
      } catch (error) {
        return describeError(error);
      }
      const { backend, python } = opened;
      const path = join(temporaryFolder, `scalequest-doctor-${process.pid}`);
      const writer = `open(${JSON.stringify(path)}, "w").write("x")\ndef f(): return 4`;
      // `none` holds nothing but limits, and says so.
      const all: readonly Canary[] =
        backend === 'none'
          ? canaries.filter(({ name }) => name !== 'a fork')
          : [...canaries, { name: 'a write outside', program: writer, ends: ['error', 'passed'] }];
      const wrong: string[] = [];
      await Promise.all(
        all.map(async ({ name, program, ends }) => {
          const { outcome } = await sandbox.check({
            program,
            tests: 'assert f() == 4',
            limits: { timeoutMs: 2_000, cpuSeconds: 1 },
          });
          if (!ends.includes(outcome)) wrong.push(`${name} ended with '${outcome}'`);
        }),
      );
      if (backend !== 'none' && (await pathExists(path))) wrong.push(`a program wrote ${path}`);
      if (wrong.length > 0) {
        return broken({
          what: `The sandbox (${backend}, Python ${python}) does not hold what it must.`,
          why: `${wrong.join('; ')}.`,
          next: 'Try another: `scalequest sandbox status` lists those that work here, --sandbox NAME takes one.',
        });
      }
      if (backend === 'none') {
        return warning({
          what: `Programs that a model wrote run with limits only (Python ${python}).`,
          why: '--sandbox none holds nothing back.',
          next: 'Install bubblewrap (`apt install bubblewrap`), unless this machine can be lost.',
        });
      }
      return ok(`${backend}, Python ${python}: ${all.length} known programs end as they must.`);
    },
  };
}
