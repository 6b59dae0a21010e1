import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const requirements = join(import.meta.dirname, '..', 'packages', 'train-bridge', 'python', 'requirements-test.lock');

/**
 * A Python that can train and, where pytest could be had, the folder with what its tests need besides; undefined, with
 * the reason said, where there is none. It never throws: without Python the other tests still run. The same environment
 * that `scalequest train` uses, or the one that SCALEQUEST_TEST_PYTHON names. The first time on a machine it takes a
 * minute or two, and then some seconds.
 */
export async function prepareTrainingPython(say) {
  const named = process.env.SCALEQUEST_TEST_PYTHON || undefined;
  try {
    // Loaded here and not above: the build comes first.
    const { readEnvironment } = await import('@scalequest/core');
    const { preparePython } = await import('@scalequest/train-bridge');
    const { cacheDir, python } = readEnvironment();
    const configured = named ?? python;
    say(
      `Looking for Python with torch${configured === undefined ? ' (the first time it is installed: a minute or two)' : ''}.`,
    );
    const environment = await preparePython({ configured, cacheDir, onProgress: say });
    if (environment.kind !== 'ready') {
      say(`Tests that train are skipped. ${environment.reason}`);
      for (const choice of environment.choices ?? [environment.next]) {
        say(`  ${named === undefined ? choice : choice.replaceAll('SCALEQUEST_PYTHON', 'SCALEQUEST_TEST_PYTHON')}`);
      }
      return undefined;
    }
    say(`Python ${environment.version} with torch ${environment.packages.torch}: ${environment.python}`);
    return { python: environment.python, testPackages: prepareTestPackages({ cacheDir, environment, say }) };
  } catch (error) {
    say(`Tests that train are skipped. ${error instanceof Error ? error.message : error}`);
    say(
      '  Set SCALEQUEST_CACHE_DIR to a folder that can be written, or SCALEQUEST_TEST_PYTHON to a Python with torch.',
    );
    return undefined;
  }
}

/** Beside the environment and not in it: what trains should have what a user's has and nothing more. */
function prepareTestPackages({ cacheDir, environment, say }) {
  try {
    const hash = createHash('sha256').update(environment.version).update(readFileSync(requirements));
    const folder = join(cacheDir, 'python', `tests-${hash.digest('hex').slice(0, 16)}`);
    const mark = join(folder, 'COMPLETE');
    if (existsSync(mark)) return folder;
    // Under another name first: two that run at once do not spoil each other's.
    const temporary = `${folder}.${process.pid}.tmp`;
    mkdirSync(temporary, { recursive: true });
    try {
      say('Installing pytest and what the tests need besides.');
      install(environment.python, temporary);
      writeFileSync(join(temporary, 'COMPLETE'), '');
      if (existsSync(mark)) return folder;
      rmSync(folder, { recursive: true, force: true });
      renameSync(temporary, folder);
      return folder;
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  } catch (error) {
    say(`The tests of the Python worker are skipped: pytest cannot be installed. ${error.message}`);
    say('  Set SCALEQUEST_CACHE_DIR to a folder that can be written, and check the settings of pip.');
    return undefined;
  }
}

/** With the pip of that Python, else with that of `python3`: an environment may come without one. */
function install(python, folder) {
  const runPip = (command, ...args) =>
    spawnSync(command, ['-m', 'pip', '--disable-pip-version-check', ...args], { encoding: 'utf8' });
  const command = [python, 'python3'].find((one) => runPip(one, '--version').status === 0);
  if (command === undefined) throw new Error(`Neither ${python} nor python3 has pip.`);
  const { status, stderr } = runPip(
    command,
    ...(command === python ? [] : ['--python', python]),
    ...['install', '-q', '--no-deps', '--target', folder, '-r', requirements],
  );
  if (status !== 0) throw new Error((stderr ?? '').trim().split('\n').at(-1));
}
