import { spawnSync } from 'node:child_process';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { copyWorker } from './copy-worker.ts';
import { makeRayEntrypoint, type RayEntrypointInput } from './ray-entrypoint.ts';

function run(input: Partial<RayEntrypointInput>): { readonly status: number | null; readonly stderr: string } {
  const entrypoint = makeRayEntrypoint({
    folder: '/nowhere/run',
    source: '/nowhere/run/worker/x',
    token: 't',
    python: 'python3',
    rayPython: 'python',
    processes: 1,
    reserved: { CPU: 1 },
    folderWaitSeconds: 0,
    ...input,
  });
  return spawnSync('/bin/sh', ['-c', entrypoint], { encoding: 'utf8' });
}

test('a node that does not see the run folder says so with a code of its own', () => {
  const { status, stderr } = run({});
  expect(status).toBe(66);
  expect(stderr).toMatch(/^The run folder is not on node \S+\.\n$/);
});

test("another folder of the same path is told from the run's, and spaces and quotes in it do no harm", async () => {
  using temporary = makeTemporaryFolder();
  const folder = temporary.join("Ann's runs");
  const source = await copyWorker(folder);
  // A second copy is the same one.
  expect(await copyWorker(folder)).toBe(source);
  const { status, stderr } = run({ folder, source });
  expect(status).toBe(66);
  expect(stderr).toContain(`does not see the run folder '${folder}'`);
});

test('an interpreter that is not there gives the code of the shell', async () => {
  using temporary = makeTemporaryFolder();
  const source = await copyWorker(temporary.path);
  expect(run({ folder: temporary.path, source, python: '/no/such/python' }).status).toBe(127);
});
