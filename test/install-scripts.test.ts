import { join } from 'node:path';
import { expect, test } from 'vitest';

const cli = join(import.meta.dirname, '..', 'node_modules', 'node-llama-cpp', 'dist', 'cli');

test('npm ci neither downloads nor compiles llama.cpp: its install script reads our setting and ends', async () => {
  // What the script itself does: the package.json files from its own folder upwards.
  const { parsePackageJsonConfig, resolvePackageJsonConfig } = (await import(
    join(cli, 'utils', 'packageJsonConfig.js')
  )) as Record<string, (value: unknown) => unknown>;
  const settings = await resolvePackageJsonConfig?.(join(cli, 'commands'));
  expect(parsePackageJsonConfig?.(settings)).toEqual({ nodeLlamaCppPostinstall: 'skip' });
});
