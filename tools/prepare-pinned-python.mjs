import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A Python 3.11 with the packages of a list and no others, for tests; undefined, with the reason said, where there is
 * none. It never throws: without it the other tests still run. It is kept in the cache folder; the first time on a machine
 * it takes a minute or two.
 *
 * @param options.name of the folder
 * @param options.requirements the list, every package pinned
 * @param options.modules what must be found in it
 * @param options.variable names one that is there already
 * @param options.what the packages in words
 * @param options.skipped the tests in words
 */
export async function preparePinnedPython({ name, requirements, modules, variable, what, skipped, say }) {
  const named = process.env[variable] || undefined;
  try {
    if (named !== undefined) return tryImports(named, modules);
    // Loaded here and not above: the build comes first.
    const { readEnvironment } = await import('@scalequest/core');
    const version = run('python3', ['-c', 'import sys; print(*sys.version_info[:2], sep=".")']).trim();
    if (version !== '3.11') throw new Error(`The pinned packages are for Python 3.11, and python3 is ${version}.`);
    const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
    const folder = join(readEnvironment().cacheDir, 'python', `${name}-${hash}`);
    const python = join(folder, 'bin', 'python');
    if (!existsSync(join(folder, 'COMPLETE'))) {
      say(`Installing ${what} (the first time: a minute or two).`);
      make({ folder, requirements, modules });
    }
    say(`Python with ${what}: ${python}`);
    return python;
  } catch (error) {
    say(`${skipped} are skipped. ${error.message}`);
    say(`  Set ${variable} to a Python with ${what}.`);
    return undefined;
  }
}

/** Under another name first: two that run at once do not spoil each other's. */
function make({ folder, requirements, modules }) {
  const temporary = `${folder}.${process.pid}.tmp`;
  try {
    mkdirSync(temporary, { recursive: true });
    run('python3', ['-m', 'venv', '--without-pip', temporary]);
    const python = join(temporary, 'bin', 'python');
    // The packages of the list and no others: none of them can bring torch or a build for GPUs along.
    const pip = ['-m', 'pip', '--python', python, '--disable-pip-version-check', '--no-input', 'install', '-q'];
    run('python3', [...pip, '--no-deps', '--no-compile', '-r', requirements]);
    tryImports(python, modules);
    writeFileSync(join(temporary, 'COMPLETE'), '');
    if (existsSync(join(folder, 'COMPLETE'))) return;
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function tryImports(python, modules) {
  run(python, ['-c', 'import importlib.util as u, sys; assert all(map(u.find_spec, sys.argv[1:]))', ...modules]);
  return python;
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 15 * 60_000 });
  if (status === 0) return stdout;
  throw new Error(error?.message ?? `${command} failed: ${(stderr ?? '').trim().split('\n').at(-1)}`);
}
