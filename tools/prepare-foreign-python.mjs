import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const requirements = join(import.meta.dirname, '..', 'test', 'support', 'foreign', 'requirements.lock');

/**
 * A Python with lm-eval and inspect_ai, for the tests that import their logs; undefined, with the reason said, where there
 * is none. It never throws: without it the other tests still run. It is kept in the cache folder; the first time on a
 * machine it takes a minute or two. SCALEQUEST_FOREIGN_PYTHON names one that is there already.
 */
export async function prepareForeignPython(say) {
  const named = process.env.SCALEQUEST_FOREIGN_PYTHON || undefined;
  try {
    if (named !== undefined) return tryImports(named);
    // Loaded here and not above: the build comes first.
    const { readEnvironment } = await import('@scalequest/core');
    const version = run('python3', ['-c', 'import sys; print(*sys.version_info[:2], sep=".")']).trim();
    if (version !== '3.11') throw new Error(`The pinned packages are for Python 3.11, and python3 is ${version}.`);
    const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
    const folder = join(readEnvironment().cacheDir, 'python', `foreign-${hash}`);
    const python = join(folder, 'bin', 'python');
    if (!existsSync(join(folder, 'COMPLETE'))) make(folder, say);
    say(`Python with lm-eval and inspect_ai: ${python}`);
    return python;
  } catch (error) {
    say(`Tests on logs of lm-eval and inspect_ai are skipped. ${error.message}`);
    say('  Set SCALEQUEST_FOREIGN_PYTHON to a Python with lm-eval[api,math] 0.4.13, inspect_ai and openai.');
    return undefined;
  }
}

/** Under another name first: two that run at once do not spoil each other's. */
function make(folder, say) {
  say('Installing lm-eval and inspect_ai (the first time: a minute or two).');
  const temporary = `${folder}.${process.pid}.tmp`;
  try {
    mkdirSync(temporary, { recursive: true });
    run('python3', ['-m', 'venv', '--without-pip', temporary]);
    const python = join(temporary, 'bin', 'python');
    // The packages of the list and no others: none of them can bring torch or a build for GPUs along.
    const pip = ['-m', 'pip', '--python', python, '--disable-pip-version-check', '--no-input', 'install', '-q'];
    run('python3', [...pip, '--no-deps', '--no-compile', '-r', requirements]);
    tryImports(python);
    writeFileSync(join(temporary, 'COMPLETE'), '');
    if (existsSync(join(folder, 'COMPLETE'))) return;
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function tryImports(python) {
  run(python, ['-c', 'import importlib.util as u; assert u.find_spec("lm_eval") and u.find_spec("inspect_ai")']);
  return python;
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 15 * 60_000 });
  if (status === 0) return stdout;
  throw new Error(error?.message ?? `${command} failed: ${(stderr ?? '').trim().split('\n').at(-1)}`);
}
