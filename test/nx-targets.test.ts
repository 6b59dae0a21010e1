import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tasks } from '@scalequest/eval';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'packages', 'eval', 'package.json'), 'utf8')) as {
  readonly nx: { readonly targets: Readonly<Record<string, { readonly command: string }>> };
};

test('every benchmark has its Nx target, a thin door to the command', () => {
  expect(Object.keys(manifest.nx.targets).sort()).toEqual([...tasks.keys()].sort());
  for (const [name, { command }] of Object.entries(manifest.nx.targets)) {
    expect(command).toBe(`node packages/cli/bin/scalequest.js eval ${name}`);
  }
});

test('nx run eval:math builds, passes its flags on and ends with the table', async () => {
  using folder = makeTemporaryFolder();
  const nx = join(root, 'node_modules', '.bin', 'nx');
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(NX_|SCALEQUEST_|OPENAI_)/.test(name)),
  );
  const { stdout } = await promisify(execFile)(nx, ['run', 'eval:math', '--limit', '20', '--out', folder.join('run')], {
    cwd: root,
    env: { ...env, NX_DAEMON: 'false' },
  });
  expect(stdout).toContain('math-embedded: ');
  expect(stdout).toContain('of 20)');
  expect(JSON.parse(readFileSync(folder.join('run', 'summary.json'), 'utf8'))).toMatchObject({ samples: 20 });
});

/** Ends the command with 97 where it reaches for a network. */
const withoutNetwork = { NODE_OPTIONS: `--import=${new URL('./support/no-network.mjs', import.meta.url).href}` };

test('a command that does need the network is caught when it has none', async () => {
  using folder = makeTemporaryFolder();
  const env = { ...withoutNetwork, SCALEQUEST_CACHE_DIR: folder.path };
  expect(await runCli(['data', 'fetch', 'math-500'], { cwd: folder.path, env })).toMatchObject({ code: 97 });
  const asked = ['eval', 'math-embedded', '--model', 'm', '--base-url', 'http://127.0.0.1:9/v1'];
  expect(await runCli(asked, { cwd: folder.path, env })).toMatchObject({ code: 97 });
});

test('a first run needs no key, no data and no network, and says first and last what it is', async () => {
  using folder = makeTemporaryFolder();
  const { code, stdout, stderr } = await runCli(['eval', 'math'], { cwd: folder.path, env: withoutNetwork });
  expect(code).toBe(0);
  const said = stderr.trimEnd().split('\n');
  expect(said[0]).toMatch(/^math-embedded: no model is named/);
  expect(said.at(-1)).toBe(said[0]);
  // The shares that packages/eval/scripts/write-embedded-replies.mjs states: 350 right, 100 wrong, 25, 25.
  expect(stdout).toContain('math-embedded: 70.0 % correct (350 of 500)');
  expect(stdout).not.toMatch(/^math:/m);
});
