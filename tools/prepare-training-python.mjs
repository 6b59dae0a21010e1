import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const requirements = join(import.meta.dirname, '..', 'packages', 'train-bridge', 'python', 'requirements-test.lock');

/**
 * A Python that can train and the folder with what its tests need besides; undefined, with the reason said, where there
 * is none. The same environment that `scalequest train` uses, or the one that SCALEQUEST_TEST_PYTHON names. The first
 * time on a machine it takes a minute or two, and then a second.
 */
export async function prepareTrainingPython(say) {
  // Loaded here and not above: the build comes first.
  const { readEnvironment } = await import('@scalequest/core');
  const { preparePython } = await import('@scalequest/train-bridge');
  const { cacheDir, python } = readEnvironment();
  const configured = process.env.SCALEQUEST_TEST_PYTHON || python;
  say(
    `Looking for Python with torch${configured === undefined ? ' (the first time it is installed: a minute or two)' : ''}.`,
  );
  const environment = await preparePython({ configured, cacheDir, onProgress: say }).catch((error) => ({
    reason: error.message,
    next: 'Set SCALEQUEST_CACHE_DIR to a folder that can be written, or SCALEQUEST_TEST_PYTHON to a Python with torch.',
  }));
  if (environment.kind !== 'ready') {
    say(`Tests that train are skipped. ${environment.reason}`);
    for (const choice of environment.choices ?? [environment.next]) say(`  ${choice}`);
    return undefined;
  }
  say(`Python ${environment.version} with torch ${environment.packages.torch}: ${environment.python}`);
  const testPackages = prepareTestPackages({ cacheDir, version: environment.version, say });
  return testPackages === undefined ? undefined : { python: environment.python, testPackages };
}

/** Beside the environment and not in it: what trains should have what a user's has and nothing more. */
function prepareTestPackages({ cacheDir, version, say }) {
  const key = createHash('sha256').update(version).update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const folder = join(cacheDir, 'python', `tests-${key}`);
  const mark = join(folder, 'COMPLETE');
  if (existsSync(mark)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  say('Installing pytest and what the tests need besides.');
  const args = ['-m', 'pip', '--disable-pip-version-check', 'install', '-q', '--no-deps', '--target', folder];
  const { status, stderr } = spawnSync('python3', [...args, '-r', requirements], { encoding: 'utf8' });
  if (status !== 0) {
    say(`Tests that train are skipped: pytest could not be installed. ${(stderr ?? '').trim().split('\n').at(-1)}`);
    return undefined;
  }
  writeFileSync(mark, '');
  return folder;
}
