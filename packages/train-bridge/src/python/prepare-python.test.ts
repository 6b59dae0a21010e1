import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { preparePython } from './prepare-python.ts';
import type { PythonEnvironment } from './python-environment.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
  mkdirSync(folder.join('wheels'));
  // The pip of these tests sees the folder with the wheels and nothing else.
  vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_FIND_LINKS', folder.join('wheels'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  folder[Symbol.dispose]();
});

const wheelProgram = `
import sys, zipfile
path, name, version, requires, body = sys.argv[1:]
info = f"{name}-{version}.dist-info"
with zipfile.ZipFile(f"{path}/{name}-{version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr(f"{name}.py", f"version = '{version}'\\n{body}\\n")
    requirement = f"Requires-Dist: {requires}\\n" if requires else ""
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n{requirement}")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/RECORD", "")
`;

/** Puts a tiny package into the index. */
function publish(name: string, version: string, requires = '', body = ''): void {
  execFileSync('python3', ['-c', wheelProgram, folder.join('wheels'), name, version, requires, body]);
}

const progress: string[] = [];
beforeEach(() => {
  progress.length = 0;
});

function prepare(options: Partial<Parameters<typeof preparePython>[0]> = {}): Promise<PythonEnvironment> {
  writeFileSync(folder.join('requirements.lock'), 'torch==2.0\nlittle-helper==1.0\n');
  return preparePython({
    cacheDir: folder.join('cache'),
    requirements: folder.join('requirements.lock'),
    modules: ['torch', 'little_helper'],
    onProgress: (line) => progress.push(line),
    ...options,
  });
}

/** Packages that stand in any environment of the cache, pip and its like aside. */
function listInstalled(): string[] {
  if (!existsSync(folder.join('cache', 'python'))) return [];
  return readdirSync(folder.join('cache', 'python'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.dist-info') && path.includes('/lib/'))
    .map((path) => path.slice(path.lastIndexOf('/') + 1))
    .filter((name) => !/^(pip|setuptools)-/.test(name))
    .sort();
}

/** Why these tests cannot make environments here; empty where they can. */
function findLack(): string {
  const program =
    'import sys, venv, pip; assert sys.version_info >= (3, 11); int(pip.__version__.split(".")[0]) >= 23 or __import__("ensurepip")';
  const { status, error, stderr } = spawnSync('python3', ['-c', program], { encoding: 'utf8' });
  if (status === 0) return '';
  return `python3 with venv and pip is needed: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
}

const lack = findLack();
if (lack !== '') process.stdout.write(`Tests of the set-up of Python are skipped: ${lack}\n`);

test('a machine without Python, or with an old one, is told what is needed', async () => {
  expect(await prepare({ basePython: folder.join('nowhere') })).toMatchObject({
    kind: 'unavailable',
    cause: 'no-python',
  });
  writeFileSync(folder.join('old'), `#!/bin/sh\necho '{"version":"3.8.1","missing":[],"packages":{}}'\n`);
  chmodSync(folder.join('old'), 0o755);
  const old = await prepare({ basePython: folder.join('old') });
  expect(old.kind === 'unavailable' && old.reason).toContain('It is Python 3.8.1; 3.11 or later is needed.');
});

/**
 * An interpreter that answers as one with these packages does; importing them gives `error`, where there is one. It ends
 * where it would import from the working folder.
 */
function makeInterpreter(packages: Readonly<Record<string, string>>, error = ''): string {
  const path = folder.join('interpreter');
  const facts = JSON.stringify({ version: '3.11.0', missing: [], packages });
  const imports = error === '' ? 'exit 0' : `echo '${error}' >&2; exit 1`;
  writeFileSync(
    path,
    `#!/bin/sh\n[ "$PYTHONSAFEPATH" = 1 ] || exit 9\ncase "$2" in 'import torch, transformers, trl') ${imports};; esac\necho '${facts}'\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

const known = { torch: '2.13.0+cpu', transformers: '5.23.0', trl: '1.16.0' };
const modules = Object.keys(known);
const lock = 'torch==2.13.0\ntransformers==5.23.0\ntrl==1.16.0\n';

test('a configured interpreter that cannot import torch is refused with its path and its error', async () => {
  const configured = makeInterpreter(known, 'ImportError: libgomp.so.1: cannot open shared object file');
  const refused = await prepare({ configured, modules });
  expect(refused).toMatchObject({ kind: 'unavailable', cause: 'configured' });
  expect(refused.kind === 'unavailable' && refused.reason).toContain(
    `'${configured}' cannot import torch, transformers, trl: ImportError: libgomp.so.1`,
  );
});

test('versions of a configured interpreter that differ from the lock are a warning', async () => {
  const requirements = folder.join('known.lock');
  writeFileSync(requirements, lock);
  expect(await prepare({ configured: makeInterpreter(known), modules, requirements })).toMatchObject({ kind: 'ready' });
  expect(progress).toEqual([]);
  const configured = makeInterpreter({ ...known, trl: '0.9.6' });
  expect(await prepare({ configured, modules, requirements })).toMatchObject({ kind: 'ready' });
  expect(progress).toEqual(['Warning: the configured Python has trl 0.9.6 (1.16.0 is known to work).']);
});

// Each environment takes seconds, and on a busy machine ten times as long.
describe.skipIf(lack !== '')('with a Python to make environments of', { timeout: 300_000 }, () => {
  test('an environment is made once, exactly as pip planned it, and is kept', async () => {
    publish('torch', '2.0+cpu', 'little_helper');
    publish('little_helper', '1.0');
    const made = await prepare();
    expect(made).toMatchObject({ kind: 'ready', origin: 'made', packages: { torch: '2.0+cpu', little_helper: '1.0' } });
    // torch comes first, with the very version that was looked at.
    expect(progress.filter((line) => line.startsWith('Installing'))).toEqual([
      'Installing torch 2.0+cpu.',
      'Installing 1 more packages.',
    ]);
    progress.length = 0;
    expect(await prepare()).toMatchObject({
      kind: 'ready',
      origin: 'kept',
      python: (made as { python: string }).python,
    });
    expect(progress).toEqual([]);
  });

  test('where a build for GPUs would come nothing is installed, and the ways on are named', async () => {
    publish('torch', '2.0', 'nvidia_cublas');
    publish('nvidia_cublas', '12.0');
    publish('little_helper', '1.0');
    const refused = await prepare();
    expect(refused).toMatchObject({ kind: 'refused' });
    if (refused.kind !== 'refused') return;
    expect(refused.reason).toMatch(/nvidia.cublas 12\.0.*Nothing was installed/);
    expect(refused.choices).toHaveLength(3);
    for (const [i, word] of ['SCALEQUEST_PYTHON', 'PIP_EXTRA_INDEX_URL', '--allow-gpu-packages'].entries()) {
      expect(refused.choices[i]).toContain(word);
    }
    expect(listInstalled()).toEqual([]);
    expect(progress.filter((line) => line.startsWith('Installing'))).toEqual([]);
    // The third way.
    expect(await prepare({ allowGpuPackages: true })).toMatchObject({ kind: 'ready' });
    expect(listInstalled()).toHaveLength(3);
  });

  test('an environment that was left half made is made again', async () => {
    publish('torch', '2.0');
    publish('little_helper', '1.0');
    const made = await prepare();
    if (made.kind !== 'ready') throw new Error('not made');
    const environment = join(made.python, '..', '..', '..');
    // A kill in the middle: no mark, and a package lacks.
    rmSync(join(environment, 'COMPLETE.json'));
    const lib = join(environment, 'venv', 'lib');
    rmSync(join(lib, readdirSync(lib)[0] ?? '', 'site-packages', 'little_helper.py'));
    expect(await prepare()).toMatchObject({ kind: 'ready', origin: 'made' });
    // Complete once, and damaged since.
    rmSync(join(lib, readdirSync(lib)[0] ?? '', 'site-packages', 'torch.py'));
    expect(await prepare()).toMatchObject({ kind: 'ready', origin: 'made' });
  });

  test('of two that come at once, one makes the environment and the other waits for it', async () => {
    publish('torch', '2.0');
    publish('little_helper', '1.0');
    const both = await Promise.all([prepare(), prepare()]);
    expect(both.map((one) => one.kind === 'ready' && one.origin).sort()).toEqual(['kept', 'made']);
    expect(progress.filter((line) => line.startsWith('Another process'))).toHaveLength(1);
  });

  test('without a network the answer says so, and no half environment is left', async () => {
    vi.stubEnv('PIP_NO_INDEX', '');
    vi.stubEnv('PIP_FIND_LINKS', '');
    vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:9/simple');
    vi.stubEnv('PIP_RETRIES', '1');
    expect(await prepare()).toMatchObject({ kind: 'unavailable', cause: 'no-network' });
    expect(listInstalled()).toEqual([]);
  });

  test('what pip cannot find is told in its words', async () => {
    publish('torch', '2.0');
    const failed = await prepare();
    expect(failed).toMatchObject({ kind: 'unavailable', cause: 'install' });
    expect(failed.kind === 'unavailable' && failed.reason).toContain('little-helper==1.0');
  });

  test('a configured interpreter is used as it is, and what it lacks is named', async () => {
    expect(await prepare({ configured: 'python3', modules: ['json'] })).toMatchObject({
      kind: 'ready',
      origin: 'configured',
      python: 'python3',
    });
    const lacking = await prepare({ configured: 'python3', modules: ['json', 'no_such_module'] });
    expect(lacking).toMatchObject({ kind: 'unavailable', cause: 'configured' });
    expect(lacking.kind === 'unavailable' && lacking.reason).toContain('It lacks: no_such_module.');
    expect(await prepare({ configured: folder.join('nowhere') })).toMatchObject({ cause: 'configured' });
  });

  test('a stop ends the set-up, and the next one begins it again', async () => {
    publish('torch', '2.0');
    publish('little_helper', '1.0');
    const stop = new AbortController();
    const stopped = prepare({ signal: stop.signal, onProgress: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(await prepare()).toMatchObject({ kind: 'ready', origin: 'made' });
  });

  test('an environment whose torch cannot be imported is not kept', async () => {
    publish('torch', '2.0', '', 'raise ImportError("libgomp.so.1: cannot open shared object file")');
    publish('little_helper', '1.0');
    const failed = await prepare();
    expect(failed).toMatchObject({ kind: 'unavailable', cause: 'install' });
    expect(failed.kind === 'unavailable' && failed.reason).toContain('cannot import torch: ImportError: libgomp.so.1');
    expect(listInstalled()).toEqual([]);
  });
});
