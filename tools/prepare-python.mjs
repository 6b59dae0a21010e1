import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A Python with one pinned package from PyPI in a virtual environment of its own, as the path of its program. `extras` stand in brackets: `[fast]`. Kept in
 * the temporary folder for the next run; the folder's name says what is in it.
 */
export function preparePython({ name, version, extras = '' }) {
  const folder = join(tmpdir(), `scalequest-${name}-${version}`);
  const python = join(folder, 'bin', 'python');
  const ready = join(folder, 'ready');
  if (existsSync(ready)) return python;
  mkdirSync(folder, { recursive: true });
  const options = { stdio: 'pipe' };
  execFileSync('python3', ['-m', 'venv', folder], options);
  execFileSync(
    python,
    ['-m', 'pip', 'install', '--disable-pip-version-check', `${name}${extras}==${version}`],
    options,
  );
  writeFileSync(ready, '');
  return python;
}
