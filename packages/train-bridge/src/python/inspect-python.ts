import { z } from 'zod';
import { runProgram } from './run-program.ts';

/** What an interpreter says of itself. */
export interface PythonFacts {
  /** Such as `3.11.7`. */
  readonly version: string;
  /** Which of {@link neededModules} it cannot find. */
  readonly missing: readonly string[];
  /** Installed packages and their versions. */
  readonly packages: Readonly<Record<string, string>>;
}

/** The modules that the worker imports, and with them all that those need. */
export const neededModules: readonly string[] = [
  'torch',
  'transformers',
  'trl',
  'accelerate',
  'datasets',
  'tokenizers',
  'safetensors',
  'numpy',
  'jsonschema',
  'psutil',
];

const factsSchema: z.ZodType<PythonFacts> = z.object({
  version: z.string(),
  missing: z.array(z.string()),
  packages: z.record(z.string(), z.string()),
});

/** As for the worker: a file of the working folder that is named like a module is not taken for it. */
export const safePath: Readonly<Record<string, string>> = { PYTHONSAFEPATH: '1' };

// Looks for the modules without importing them: torch alone takes two seconds.
const program = `
import importlib.metadata, importlib.util, json, platform, sys
print(json.dumps({
  "version": platform.python_version(),
  "missing": [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None],
  "packages": {d.metadata["Name"]: d.version for d in importlib.metadata.distributions() if d.metadata["Name"]},
}))`;

/** Asks an interpreter what it is and what it has. @returns why not, as a sentence, where it does not answer */
export async function inspectPython(
  python: string,
  modules: readonly string[] = neededModules,
): Promise<PythonFacts | string> {
  const { code, stdout, stderr, startFailure } = await runProgram([python, '-c', program, ...modules], {
    timeoutMs: 60_000,
    env: safePath,
  });
  if (startFailure === 'ENOENT') return 'There is no such program.';
  if (startFailure === 'ETIMEDOUT') return 'It did not answer within a minute.';
  if (startFailure !== undefined) return `It cannot be started (${startFailure}).`;
  if (code !== 0) return `It ended with code ${code}: ${stderr.split('\n').at(-1) ?? ''}`;
  try {
    return factsSchema.parse(JSON.parse(stdout));
  } catch {
    return 'It does not answer as Python does.';
  }
}
