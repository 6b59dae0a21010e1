import { findProgram } from '@scalequest/core';
import { defaultLimits } from '../default-limits.ts';
import { SandboxError } from '../errors.ts';
import { Judge } from '../judge/judge.ts';
import { makeJudgeFolder } from '../judge/judge-folder.ts';
import { makeRequest } from '../judge/make-request.ts';
import { readResult } from '../judge/read-result.ts';
import type { PythonInterpreter } from '../python/find-python.ts';
import type { BackendName } from '../types.ts';
import type { Backend } from './backend.ts';
import { createBubblewrapBackend } from './bubblewrap.ts';
import { landlockBackend } from './landlock.ts';
import { noBackend } from './none.ts';

/** Whether a back end works on this machine. */
export type BackendProbe =
  | { readonly name: BackendName; readonly works: true; readonly backend: Backend }
  | {
      readonly name: BackendName;
      readonly works: false;
      /** Why not, as a sentence. */
      readonly reason: string;
    };

export interface ProbeInput {
  readonly name: BackendName;
  readonly python: PythonInterpreter;
  readonly bubblewrap: string;
}

/** Starts a judge as a check would, and has it check a program: what was seen to work works. Takes a third of a second. */
export async function probeBackend({ name, python, bubblewrap }: ProbeInput): Promise<BackendProbe> {
  if (process.platform !== 'linux')
    return { name, works: false, reason: `It needs Linux, and this is ${process.platform}.` };
  const backend = findBackend(name, bubblewrap);
  if (backend === undefined) return { name, works: false, reason: `There is no program '${bubblewrap}'.` };
  const folder = backend.needsFolder ? makeJudgeFolder() : undefined;
  try {
    const settings = backend.makeSettings({ python, folder: folder ?? '' });
    const judge = await Judge.start({ python, settings, folder });
    try {
      const answer = await judge.ask(makeRequest(known, defaultLimits), { withinMs: 2 * defaultLimits.timeoutMs });
      const result = readResult(answer);
      if (result?.outcome !== 'passed')
        return { name, works: false, reason: `A program that is right does not pass: ${result?.detail}.` };
      return { name, works: true, backend };
    } finally {
      await judge.kill();
    }
  } catch (error) {
    return { name, works: false, reason: describe(error) };
  }
}

const known = { program: 'def one():\n    return 1\n', tests: 'assert one() == 1\n' };

function findBackend(name: BackendName, bubblewrap: string): Backend | undefined {
  if (name === 'landlock') return landlockBackend;
  if (name === 'none') return noBackend;
  const program = findProgram(bubblewrap);
  return program === undefined ? undefined : createBubblewrapBackend(program);
}

function describe(error: unknown): string {
  if (error instanceof SandboxError) {
    const { why } = error.fields;
    if (typeof why === 'string') return `It does not start: ${why}`;
  }
  return error instanceof Error ? error.message : String(error);
}
