import { chmodSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findPython } from '../python/find-python.ts';
import { chooseBackend } from './choose-backend.ts';
import { probeBackend } from './probe.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
  folder[Symbol.dispose]();
});

/** Writes a program for the shell, and gives its path. */
function write(name: string, lines: string): string {
  const path = folder.join(name);
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A program that says of itself that it is this Python, and does something else when it is to judge. */
function writePython({ version = [3, 12, 1], folders = ['/usr'], judge = 'exit 1' } = {}): string {
  const facts = JSON.stringify({ version, executable: folder.join('python'), folders, path: [], libraryFolder: null });
  return write('python', `case "$*" in *" -c "*) echo '${facts}';; *) ${judge};; esac`);
}

const python = await findPython();
const landlock = await probeBackend({ name: 'landlock', python, bubblewrap: 'bwrap' });

test('what is found is the interpreter itself, also behind a shim', async () => {
  const shim = write('shim', `exec ${python.executable} "$@"`);
  expect((await findPython(shim)).executable).toBe(python.executable);
});

test.each([
  ['a path that is none', () => '/nowhere/python', 'There is no such program.'],
  ['a program that is no Python', () => write('python', 'echo hello'), 'It does not answer as Python does.'],
  ['one that fails', () => write('python', 'echo "no home" >&2; exit 3'), 'It ended with code 3: no home'],
  [
    'one that is too old',
    () => writePython({ version: [3, 8, 18] }),
    'It is Python 3.8.18, and 3.9 or newer is needed.',
  ],
  ['one that would show the whole disk', () => writePython({ folders: ['/'] }), "It is installed in '/'"],
])('%s is no Python to judge with, and the error says why', async (_, make, why) => {
  await expect(findPython(make())).rejects.toMatchObject({
    code: 'NO_PYTHON',
    kind: 'request',
    message: expect.stringContaining(why),
  });
});

test('without bubblewrap on the PATH the probe says so, and auto takes Landlock where that works', async () => {
  vi.stubEnv('PATH', folder.path);
  const probe = await probeBackend({ name: 'bubblewrap', python, bubblewrap: 'bwrap' });
  expect(probe).toEqual({ name: 'bubblewrap', works: false, reason: "There is no program 'bwrap'." });
  if (landlock.works) {
    expect((await chooseBackend({ backend: 'auto', python, bubblewrap: 'bwrap' })).name).toBe('landlock');
  }
});

test('a bubblewrap that the kernel refuses is told in its own words, and is not taken', async () => {
  const bubblewrap = write('bwrap', 'echo "bwrap: No permissions to create a new namespace" >&2; exit 1');
  expect(await probeBackend({ name: 'bubblewrap', python, bubblewrap })).toMatchObject({
    works: false,
    reason: 'It does not start: bwrap: No permissions to create a new namespace',
  });
  await expect(chooseBackend({ backend: 'bubblewrap', python, bubblewrap })).rejects.toMatchObject({
    code: 'NO_SANDBOX',
    message: expect.stringContaining('No permissions to create a new namespace'),
  });
});

test('where neither works auto refuses, and never takes none', async () => {
  const broken = await findPython(
    writePython({ judge: 'echo "landlock.CannotConfine: the kernel has no Landlock" >&2; exit 1' }),
  );
  await expect(
    chooseBackend({ backend: 'auto', python: broken, bubblewrap: folder.join('bwrap') }),
  ).rejects.toMatchObject({
    code: 'NO_SANDBOX',
    kind: 'request',
    message: expect.stringMatching(
      /bubblewrap: There is no program.*landlock: .*the kernel has no Landlock.*apt install bubblewrap/s,
    ),
  });
});

test('a judge that is wrong about a program that is right does not work', async () => {
  const judge = `echo '{"ready":true}'; read line; echo '{"outcome":"failed","detail":"so","ms":1}'`;
  const liar = await findPython(writePython({ judge }));
  expect(await probeBackend({ name: 'none', python: liar, bubblewrap: 'bwrap' })).toMatchObject({
    works: false,
    reason: 'A program that is right does not pass: so.',
  });
});
