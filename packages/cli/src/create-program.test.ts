import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** The packages that are there once the file is loaded, without those that a function of it loads. */
function listPackages(file: string, seen: Set<string> = new Set()): Set<string> {
  const found = new Set<string>();
  seen.add(file);
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|export) .*?from ['"]([^'"]+)['"];$/gms)) {
    const path = resolve(dirname(file), name);
    if (!name.startsWith('.')) found.add(name);
    else if (!seen.has(path)) for (const one of listPackages(path, seen)) found.add(one);
  }
  return found;
}

test('a command loads what it needs when it is chosen: the flags of all of them cost no other package', () => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const packages = [...listPackages(main)].filter((name) => !name.startsWith('node:'));
  expect(packages.sort()).toEqual(['@scalequest/core', 'commander']);
});
