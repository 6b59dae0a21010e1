import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Ends the command with 97 where it reaches for a network. */
const withoutNetwork = { NODE_OPTIONS: `--import=${new URL('./support/no-network.mjs', import.meta.url).href}` };

test('a command that does need the network is caught when it has none', async () => {
  using folder = makeTemporaryFolder();
  const env = { ...withoutNetwork, SCALEQUEST_CACHE_DIR: folder.path };
  expect(await runCli(['data', 'fetch', 'math-500'], { cwd: folder.path, env })).toMatchObject({ code: 97 });
  const asked = ['eval', 'math-embedded', '--model', 'm', '--base-url', 'http://127.0.0.1:9/v1'];
  expect(await runCli(asked, { cwd: folder.path, env })).toMatchObject({ code: 97 });
});
