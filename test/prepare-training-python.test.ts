import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

/** An interpreter that says it has everything, and whose pip fails. */
function makePython(): string {
  const path = folder.join('python');
  const facts = '{"version":"3.11.0","missing":[],"packages":{"torch":"2.13.0"}}';
  const pip = 'case "$*" in *--version*) exit 0;; *) echo "ERROR: no pytest" >&2; exit 1;; esac';
  writeFileSync(path, `#!/bin/sh\nif [ "$1" = -c ]; then echo '${facts}'; exit 0; fi\n${pip}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** What `npm test` would go on with, and what it has said. */
async function prepare(
  env: Readonly<Record<string, string>>,
): Promise<{ said: string; result: Record<string, unknown> }> {
  const tool = join(import.meta.dirname, '..', 'tools', 'prepare-training-python.mjs');
  const program = `
    const { prepareTrainingPython } = await import(${JSON.stringify(`file://${tool}`)});
    const result = await prepareTrainingPython((line) => console.error(line));
    console.log(JSON.stringify(result ?? { none: true }));`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    env: { PATH: process.env.PATH, SCALEQUEST_CACHE_DIR: folder.join('cache'), ...env },
  });
  return { said: stderr, result: JSON.parse(stdout) as Record<string, unknown> };
}

test('where pip has no pytest, only the tests of the Python worker are skipped', async () => {
  const python = makePython();
  const { said, result } = await prepare({ SCALEQUEST_TEST_PYTHON: python });
  expect(result).toEqual({ python });
  expect(said).toContain('The tests of the Python worker are skipped: pytest cannot be installed. ERROR: no pytest');
});

test('a cache that cannot be written is told with the way on, and nothing is thrown', async () => {
  writeFileSync(folder.join('file'), '');
  const cache = { SCALEQUEST_CACHE_DIR: folder.join('file', 'cache') };
  const python = makePython();
  const configured = await prepare({ ...cache, SCALEQUEST_TEST_PYTHON: python });
  expect(configured.result).toEqual({ python });
  expect(configured.said).toMatch(/pytest cannot be installed\. ENOTDIR.*SCALEQUEST_CACHE_DIR/s);
  // The `python3` of this machine is that one here, or none.
  writeFileSync(folder.join('python3'), `#!/bin/sh\nexec '${python}' "$@"\n`);
  chmodSync(folder.join('python3'), 0o755);
  const own = await prepare({ ...cache, PATH: `${folder.path}:/bin:/usr/bin` });
  expect(own.result).toEqual({ none: true });
  expect(own.said).toMatch(/Tests that train are skipped\. .*cannot be written.*SCALEQUEST_CACHE_DIR/s);
});

test('without python3 the tests that train are skipped, and the reason is said', async () => {
  const { said, result } = await prepare({ PATH: folder.path });
  expect(result).toEqual({ none: true });
  expect(said).toMatch(/Tests that train are skipped\. No Python was found to train with/);
});

test('a named Python that cannot be used is told under the name of the variable', async () => {
  const { said, result } = await prepare({ SCALEQUEST_TEST_PYTHON: folder.join('nowhere') });
  expect(result).toEqual({ none: true });
  expect(said).toContain('Correct SCALEQUEST_TEST_PYTHON');
});
