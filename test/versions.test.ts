import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';

const built = join(import.meta.dirname, '..', 'packages', 'cli', 'dist', 'setup', 'versions.js');
const place = join('node_modules', '@scalequest', 'cli');

let folder: TemporaryFolder;
/** A repository of somebody's own, with this package's file installed in it. */
beforeEach(() => {
  folder = makeTemporaryFolder();
  mkdirSync(folder.join(place, 'dist', 'setup'), { recursive: true });
  cpSync(built, folder.join(place, 'dist', 'setup', 'versions.mjs'));
  writeFileSync(folder.join(place, 'package.json'), '{"version":"1.2.3"}');
  writeFileSync(folder.join('mine.txt'), 'mine');
  git('init', '-q');
  git('add', 'mine.txt');
  commit();
});
afterEach(() => folder[Symbol.dispose]());

function git(...args: readonly string[]): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  return execFileSync('git', args, { cwd: folder.path, env, encoding: 'utf8' }).trim();
}

function commit(): void {
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'a');
}

/** What the copy in the folder says, in a process of its own. */
function describe(env: Readonly<Record<string, string>> = {}): unknown {
  const code = `console.log(JSON.stringify(await (await import('./dist/setup/versions.mjs')).describeVersions()))`;
  const args = ['--input-type=module', '--eval', code];
  const options = { cwd: folder.join(place), env: { ...process.env, ...env }, encoding: 'utf8' } as const;
  return JSON.parse(execFileSync(process.execPath, args, options));
}

test('the repository of a user who installed the package is not taken for its own', () => {
  expect(describe()).toMatchObject({ scalequest: '1.2.3', git: null });
});

test('a checkout that holds the package gives its commit, and says where files were changed', () => {
  git('add', '-f', join(place, 'package.json'));
  commit();
  const head = git('rev-parse', 'HEAD');
  expect(describe()).toMatchObject({ git: head });
  writeFileSync(folder.join('mine.txt'), 'changed');
  expect(describe()).toMatchObject({ git: `${head}-dirty` });
});

test('a repository that the environment names is not looked at', () => {
  git('add', '-f', join(place, 'package.json'));
  commit();
  expect(describe({ GIT_DIR: '/nonexistent' })).toMatchObject({ git: git('rev-parse', 'HEAD') });
});
