import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { completeLock, findMissing, type LockFile } from '../tools/complete-lock.mjs';

const root = join(import.meta.dirname, '..');

test('the lock file names every optional package, those of other platforms included', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile;
  // Where this fails: `node tools/complete-lock.mjs`, and commit the lock file.
  expect(findMissing(lock)).toEqual([]);
});

test('a missing optional package is found and gets its platform from its name', () => {
  const lock: LockFile = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0', optionalDependencies: { '@a/cli-win32-x64': '1.0.0', '@a/here': '2.0.0' } },
      'node_modules/a/node_modules/@a/here': { version: '2.0.0' },
    },
  };
  expect(findMissing(lock)).toEqual([{ name: '@a/cli-win32-x64', version: '1.0.0', dev: false }]);
  const completed = completeLock(lock);
  expect(findMissing(completed)).toEqual([]);
  expect(completed.packages['node_modules/@a/cli-win32-x64']).toMatchObject({
    os: ['win32'],
    cpu: ['x64'],
    optional: true,
  });
});
