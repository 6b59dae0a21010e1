import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { findWorkingBackends } from '../__fixtures__/working-backends.ts';
import { createSandbox } from '../create-sandbox.ts';
import { findPython } from './find-python.ts';

/** A virtual environment with a package, and with what `site` would run at each start of Python. */
async function makeEnvironment(folder: string): Promise<string> {
  const { executable } = await findPython();
  const { status, stderr } = spawnSync(executable, ['-m', 'venv', '--without-pip', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`python -m venv ended with ${status}: ${stderr}`);
  const python = `${folder}/bin/python`;
  const asked = spawnSync(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"), end="")']);
  const packages = asked.stdout.toString();
  mkdirSync(`${packages}/beside`);
  writeFileSync(`${packages}/installed.py`, 'def double(x):\n    return x + x\n');
  writeFileSync(`${packages}/beside/linked.py`, 'def half(x):\n    return x // 2\n');
  writeFileSync(`${packages}/hook.pth`, `${packages}/beside\nimport builtins; builtins.hooked = True\n`);
  writeFileSync(`${packages}/sitecustomize.py`, 'import builtins\nbuiltins.customised = True\n');
  return python;
}

describe.each(await findWorkingBackends())('with %s', (backend) => {
  test('programs and tests import what is installed, and nothing that is installed runs by itself', async () => {
    using folder = makeTemporaryFolder();
    const python = await makeEnvironment(folder.join('environment'));
    const look = spawnSync(python, ['-c', 'print(hooked, customised)'], { encoding: 'utf8' });
    expect(look.stdout).toBe('True True\n');
    await using sandbox = await createSandbox({ backend, python, workers: 1 });
    const names = '[hasattr(builtins, name) for name in ("hooked", "customised")]';
    const result = await sandbox.check({
      program: `import builtins, installed, linked\ndef f(x): return linked.half(installed.double(x)), ${names}`,
      tests: `import builtins, installed, linked\nassert f(installed.double(4)) == (linked.half(16), ${names})\nassert f(1) == (1, [False, False])`,
    });
    expect(result).toMatchObject({ outcome: 'passed', detail: '' });
  });
});
