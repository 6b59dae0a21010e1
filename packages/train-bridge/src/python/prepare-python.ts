import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asFileError, makeFolder, pathExists, sha256Hex, writeFileAtomic } from '@scalequest/core';
import { acquireRunLock, RunsError } from '@scalequest/runs';
import { requirementsFile } from '../worker-files.ts';
import { inspectPython, neededModules, type PythonFacts } from './inspect-python.ts';
import { installRequirements } from './install-requirements.ts';
import type { PythonEnvironment, UnavailablePython } from './python-environment.ts';
import { runProgram } from './run-program.ts';
import { findOtherVersions, tryImports } from './try-imports.ts';

export interface PreparePythonOptions {
  /** An interpreter that has what is needed already; nothing is installed into it. */
  readonly configured?: string | undefined;
  /** Where environments are kept, in the folder `python`. */
  readonly cacheDir: string;
  /** Packages to install, pinned. @defaultValue the worker's own `requirements.lock` */
  readonly requirements?: string;
  /** What must be importable. @defaultValue what the worker imports */
  readonly modules?: readonly string[];
  /** The interpreter that environments are made with. @defaultValue 'python3' */
  readonly basePython?: string;
  /** Install a build for GPUs where the package index gives one. @defaultValue false */
  readonly allowGpuPackages?: boolean;
  /** What is being done, a line at a time. */
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds or makes a Python that can train.
 *
 * A configured interpreter is used as it is, once it has imported what it trains with. Otherwise a virtual environment in the cache folder, named by the pinned
 * packages and the version of Python, is used where it is complete, and made where it is not: one process makes it and
 * others wait. pip is first asked what would come; where that is a build for GPUs, nothing is installed, and the answer
 * names the ways on.
 *
 * @example
 * const environment = await preparePython({ cacheDir: '/home/me/.cache/scalequest' });
 * if (environment.kind === 'ready') console.log(environment.python);
 */
export async function preparePython(options: PreparePythonOptions): Promise<PythonEnvironment> {
  const { modules = neededModules } = options;
  const looked = await lookForPython(options);
  if (looked.kind !== 'to-make') return looked;
  const { folder, base, facts } = looked;
  await using _ = await waitForLock(folder, options);
  // Another process may have made it while this one waited.
  return (await useKept(folder, modules)) ?? (await make({ folder, base, facts, modules, options }));
}

/** A Python that is not there yet, and can be made. */
export interface PythonToMake {
  readonly kind: 'to-make';
  /** Where it will stand. */
  readonly folder: string;
  /** The interpreter that it is made with. */
  readonly base: string;
  readonly facts: PythonFacts;
  /** What will be installed, pinned, a line each. */
  readonly requirements: readonly string[];
}

/** What {@link preparePython} would use or make. Installs nothing and asks no network. */
export async function lookForPython(
  options: Omit<PreparePythonOptions, 'allowGpuPackages'>,
): Promise<PythonEnvironment | PythonToMake> {
  const { configured, modules = neededModules } = options;
  if (configured !== undefined) return await checkConfigured(configured, modules, options);
  const base = options.basePython ?? 'python3';
  const facts = await inspectPython(base, []);
  if (typeof facts === 'string') return noPython(base, facts);
  if (!isRecent(facts.version))
    return noPython(base, `It is Python ${facts.version}; ${oldestPython} or later is needed.`);
  const lock = await readRequirements(options.requirements ?? requirementsFile);
  const key = sha256Hex(`${facts.version}\n${lock}`).slice(0, 16);
  const folder = join(options.cacheDir, 'python', key);
  const requirements = lock.split('\n').filter((line) => /^[\w-]+==/.test(line));
  return (await useKept(folder, modules)) ?? { kind: 'to-make', folder, base, facts, requirements };
}

async function checkConfigured(
  python: string,
  modules: readonly string[],
  { requirements = requirementsFile, onProgress, signal }: PreparePythonOptions,
): Promise<PythonEnvironment> {
  const facts = await inspectPython(python, modules);
  const unusable = (reason: string, next: string): UnavailablePython => ({
    kind: 'unavailable',
    cause: 'configured',
    reason: `The configured Python '${python}' cannot be used. ${reason}`,
    next,
  });
  if (typeof facts === 'string') return unusable(facts, 'Correct SCALEQUEST_PYTHON, or leave it out.');
  if (facts.missing.length > 0) {
    return unusable(
      `It lacks: ${facts.missing.join(', ')}.`,
      `Install them into it, or leave SCALEQUEST_PYTHON out; the versions that are known to work stand in ${requirementsFile}.`,
    );
  }
  const why = await tryImports(python, modules, signal);
  if (why !== undefined) return unusable(why, `Correct the packages of '${python}', or leave SCALEQUEST_PYTHON out.`);
  const others = findOtherVersions(facts.packages, await readRequirements(requirements));
  if (others.length > 0) {
    onProgress?.(
      `Warning: the configured Python has ${others.map(({ name, found, known }) => `${name} ${found} (${known} is known to work)`).join(', ')}.`,
    );
  }
  return { kind: 'ready', python, origin: 'configured', version: facts.version, packages: facts.packages };
}

function noPython(base: string, why: string): UnavailablePython {
  return {
    kind: 'unavailable',
    cause: 'no-python',
    reason: `No Python was found to train with: '${base}' was tried. ${why}`,
    next: `Install Python ${oldestPython} or later, or set SCALEQUEST_PYTHON to an interpreter that has torch.`,
  };
}

/** What the packages of `requirements.lock` ask for, numpy and transformers among them. */
const oldestPython = '3.11';

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestPython.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

async function readRequirements(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}

const completeName = 'COMPLETE.json';

function pythonOf(folder: string): string {
  return join(folder, 'venv', 'bin', 'python');
}

async function useKept(folder: string, modules: readonly string[]): Promise<PythonEnvironment | undefined> {
  if (!(await pathExists(join(folder, completeName)))) return undefined;
  // Made once, it may yet be gone: caches are cleaned, and the Python below it may be removed.
  const facts = await inspectPython(pythonOf(folder), modules);
  if (typeof facts === 'string' || facts.missing.length > 0) return undefined;
  return {
    kind: 'ready',
    python: pythonOf(folder),
    origin: 'kept',
    version: facts.version,
    packages: facts.packages,
  };
}

/** As long as another process makes the environment, this one waits. */
async function waitForLock(
  folder: string,
  { onProgress, signal }: PreparePythonOptions,
): Promise<{ readonly [Symbol.asyncDispose]: () => Promise<void> }> {
  await makeFolder(folder);
  for (let tries = 0; ; tries++) {
    try {
      return { [Symbol.asyncDispose]: await acquireRunLock(folder) };
    } catch (error) {
      if (!(error instanceof RunsError) || error.code !== 'RUN_LOCKED') throw error;
      if (tries === 0) onProgress?.('Another process sets up Python: waiting for it.');
      await sleep(500, undefined, signal === undefined ? {} : { signal });
    }
  }
}

interface MakeInput {
  readonly folder: string;
  readonly base: string;
  readonly facts: PythonFacts;
  readonly modules: readonly string[];
  readonly options: PreparePythonOptions;
}

/** A half-made one, as a kill leaves it, is removed first. */
async function make({ folder, base, facts, modules, options }: MakeInput): Promise<PythonEnvironment> {
  const { onProgress, signal } = options;
  const venv = join(folder, 'venv');
  const remove = async (): Promise<void> => {
    await rm(join(folder, completeName), { force: true });
    await rm(venv, { recursive: true, force: true });
  };
  await remove();
  onProgress?.(`Making an environment of Python ${facts.version} in ${venv}.`);
  // A pip of its own would take longer to set up than all the rest; that of the base can work for it.
  const isPipShared = Number.parseInt(facts.packages.pip ?? '0', 10) >= 23;
  const made = await runProgram([base, '-m', 'venv', ...(isPipShared ? ['--without-pip'] : []), venv], {
    signal,
    timeoutMs: 5 * 60_000,
  });
  if (made.code !== 0) {
    await remove();
    return {
      kind: 'unavailable',
      cause: 'no-venv',
      reason: `\`${base} -m venv\` failed. ${lastLine(`${made.stdout}\n${made.stderr}`)}`,
      next: 'Install the module (Debian: `apt install python3-venv`), or set SCALEQUEST_PYTHON to an interpreter that has torch.',
    };
  }
  const failure = await installRequirements({
    pip: isPipShared ? [base, '-m', 'pip', '--python', pythonOf(folder)] : [pythonOf(folder), '-m', 'pip'],
    folder: venv,
    requirements: options.requirements ?? requirementsFile,
    allowGpuPackages: options.allowGpuPackages ?? false,
    onProgress,
    signal,
  });
  if (failure !== undefined) {
    await remove();
    return failure;
  }
  const found = await inspectPython(pythonOf(folder), modules);
  if (typeof found === 'string' || found.missing.length > 0) {
    await remove();
    return unusableNew(typeof found === 'string' ? found : `It lacks: ${found.missing.join(', ')}.`);
  }
  onProgress?.('Trying it.');
  const why = await tryImports(pythonOf(folder), modules, signal);
  if (why !== undefined) {
    await remove();
    return unusableNew(why);
  }
  await writeFileAtomic(join(folder, completeName), `${JSON.stringify(found, null, 2)}\n`);
  onProgress?.('Python is ready.');
  return { kind: 'ready', python: pythonOf(folder), origin: 'made', version: found.version, packages: found.packages };
}

function unusableNew(why: string): UnavailablePython {
  return {
    kind: 'unavailable',
    cause: 'install',
    reason: `The new environment cannot be used. ${why}`,
    next: 'Run the same command again; if it stays so, set SCALEQUEST_PYTHON to an interpreter that has torch.',
  };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
