import { spawnSync } from 'node:child_process';

/** The version of a package that a Python interpreter has and the interpreter's own, or the reason why there is none. */
export function askVersion(python, name) {
  const program = `import importlib.metadata as m, sys; print(m.version(${JSON.stringify(name)}), sys.version.split()[0])`;
  const { status, stdout, stderr, error } = spawnSync(python, ['-c', program], { encoding: 'utf8' });
  if (status === 0) {
    const [version, interpreter] = stdout.trim().split(' ');
    return { version, interpreter: `Python ${interpreter}` };
  }
  return { reason: `${python}: ${error?.message ?? stderr.trim().split('\n').at(-1)}` };
}
