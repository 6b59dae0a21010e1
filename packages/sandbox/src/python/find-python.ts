import { homedir } from 'node:os';
import { sep } from 'node:path';
import { makeChildEnvironment } from '@scalequest/core';
import { z } from 'zod';
import { SandboxError } from '../errors.ts';
import { runShortly } from './run-shortly.ts';

/** An interpreter that can judge. */
export interface PythonInterpreter {
  /** The program itself, not a shim that looks for it. */
  readonly executable: string;
  /** Such as `3.11.7`. */
  readonly version: string;
  /** Folders that it needs to run, all of which a program may read. */
  readonly folders: readonly string[];
  /** What it imports from: its own modules, and what is installed. */
  readonly path: readonly string[];
  /** Where its own shared library lies, if it has one. */
  readonly libraryFolder?: string;
}

const factsSchema = z.object({
  version: z.tuple([z.number(), z.number(), z.number()]),
  executable: z.string().min(1),
  folders: z.array(z.string().min(1)),
  path: z.array(z.string().min(1)),
  libraryFolder: z.string().nullable(),
});

// A shim of pyenv or asdf is a shell script that needs a home: what it starts says where it is. A virtual environment is
// found by the name that its interpreter is started with, so that name stays.
const program = `
import json, os, sys, sysconfig
own = sys.prefix != sys.base_prefix
print(json.dumps({
  "version": sys.version_info[:3],
  "executable": sys.executable if own else os.path.realpath(sys.executable),
  "folders": sorted({sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}),
  "path": sys.path,
  "libraryFolder": sysconfig.get_config_var("LIBDIR") if sysconfig.get_config_var("Py_ENABLE_SHARED") else None,
}))`;

/**
 * Finds the interpreter that judges and runs programs.
 *
 * @param python - a path, or a name on the PATH
 * @throws SandboxError `NO_PYTHON`
 */
export async function findPython(python = 'python3'): Promise<PythonInterpreter> {
  const { code, stdout, stderr, failure } = await runShortly([python, '-I', '-c', program], {
    env: makeChildEnvironment(),
  });
  if (failure !== undefined) throw noPythonError(python, failure);
  if (code !== 0) throw noPythonError(python, `It ended with code ${code}: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  const facts = readFacts(stdout);
  if (facts === undefined) throw noPythonError(python, 'It does not answer as Python does.');
  const version = facts.version.join('.');
  const [major, minor] = facts.version;
  if (major !== 3 || minor < 9) throw noPythonError(python, `It is Python ${version}, and 3.9 or newer is needed.`);
  const tooMuch = facts.folders.find((folder) => `${homedir()}${sep}`.startsWith(folder.replace(/\/*$/, sep)));
  if (tooMuch !== undefined) {
    throw noPythonError(python, `It is installed in '${tooMuch}', all of which the programs under test could read.`);
  }
  return {
    executable: facts.executable,
    version,
    folders: facts.folders,
    path: facts.path,
    ...(facts.libraryFolder === null ? {} : { libraryFolder: facts.libraryFolder }),
  };
}

function readFacts(text: string): z.infer<typeof factsSchema> | undefined {
  try {
    return factsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function noPythonError(python: string, why: string): SandboxError {
  return new SandboxError({
    code: 'NO_PYTHON',
    kind: 'request',
    what: `Python programs cannot be checked with '${python}'.`,
    why,
    next: 'Install Python 3.9 or newer (`apt install python3`), or set SCALEQUEST_PYTHON to its path.',
    fields: { python },
  });
}
