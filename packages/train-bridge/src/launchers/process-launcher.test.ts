import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findRecipe } from '../recipes/find-recipe.ts';
import { createProcessLauncher } from './process-launcher.ts';
import { isStillAlive, readStart } from './process-table.ts';
import type { ProcessClaim } from './worker-claim.ts';

let folder: TemporaryFolder;
let run: string;
const launcher = createProcessLauncher({ name: 'torchrun', hasRanks: true, makeArguments: async () => [] });
let claim: ProcessClaim;
let rank: { readonly pid: number; readonly started: string | null };

/** As torchrun does: a rank in a session of its own under a program that waits for it. */
const agent = `#!/bin/sh
trap 'touch "$0.told"' TERM
setsid sh -c 'trap "touch $0.stopped; exit 143" TERM; touch "$0.ready"; while :; do sleep 0.05; done' "$0.rank" &
echo $! > "$0.pid"
wait; wait
exit 1
`;

const smokeConfig = findRecipe('nano.solver-smoke').makeConfig({
  run: 'r',
  seed: 0,
  steps: 1,
  data: { file: 'data/train.jsonl', rows: 1, sha256: 'a'.repeat(64) },
  modelPath: undefined,
});

beforeEach(async () => {
  folder = makeTemporaryFolder();
  run = folder.join('run');
  mkdirSync(run);
  writeFileSync(folder.join('agent'), agent);
  chmodSync(folder.join('agent'), 0o755);
  claim = await launcher.submit({ folder: run, config: smokeConfig, python: folder.join('agent'), attempt: 1 });
  await expect.poll(() => existsSync(folder.join('agent.rank.ready'))).toBe(true);
  // Either may come first: the rank that is ready, or the agent that says its number.
  await expect
    .poll(() => existsSync(folder.join('agent.pid')) && readFileSync(folder.join('agent.pid'), 'utf8'))
    .toMatch(/^\d+\n$/);
  const pid = Number(readFileSync(folder.join('agent.pid'), 'utf8'));
  rank = { pid, started: readStart(pid) };
});
afterEach(async () => {
  await launcher.kill(run, claim);
  folder[Symbol.dispose]();
});

test('a stop reaches the ranks, and not the program above them, which would hurry them', async () => {
  await launcher.requestStop(run, claim);
  await expect.poll(async () => await launcher.look(run, claim)).toBe('gone');
  expect(existsSync(folder.join('agent.rank.stopped'))).toBe(true);
  expect(existsSync(folder.join('agent.told'))).toBe(false);
  expect(await launcher.readEnd(run, claim)).toEqual({ code: 1, signal: null });
});

test('a kill reaches a rank in a session of its own', async () => {
  expect(isStillAlive(rank)).toBe(true);
  await launcher.kill(run, claim);
  await expect.poll(() => isStillAlive(rank)).toBe(false);
  await expect.poll(async () => await launcher.look(run, claim)).toBe('gone');
  expect(existsSync(folder.join('agent.rank.stopped'))).toBe(false);
});

test('what cannot be started is told with the interpreter, and leaves no claim', async () => {
  const other = folder.join('other');
  mkdirSync(other);
  const failed = launcher.submit({ folder: other, config: smokeConfig, python: '/no/such/python', attempt: 1 });
  await expect(failed).rejects.toMatchObject({ code: 'PYTHON_UNAVAILABLE', fields: { python: '/no/such/python' } });
  expect(existsSync(folder.join('other', 'worker.json'))).toBe(false);
});

test('a worker whose claim cannot be written does not train on unknown to all', async () => {
  const other = folder.join('other');
  // Where a folder has its name no file is written, as on a full disk.
  mkdirSync(join(other, 'worker.json'), { recursive: true });
  const python = folder.join('orphan');
  writeFileSync(python, '#!/bin/sh\nwhile :; do sleep 0.05; done\n');
  chmodSync(python, 0o755);
  const submitted = launcher.submit({ folder: other, config: smokeConfig, python, attempt: 1 });
  await expect(submitted).rejects.toThrow(/worker\.json/);
  await expect.poll(() => findProcesses(python)).toEqual([]);
});

test('a worker inherits nothing of the launcher that its shell runs under', async () => {
  for (const name of ['RANK', 'WORLD_SIZE', 'MASTER_PORT', 'ACCELERATE_MIXED_PRECISION', 'TORCHELASTIC_RUN_ID'])
    vi.stubEnv(name, '2');
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '3');
  const other = folder.join('other');
  mkdirSync(other);
  const python = folder.join('tell');
  writeFileSync(python, '#!/bin/sh\nenv\n');
  chmodSync(python, 0o755);
  const told = await launcher.submit({ folder: other, config: smokeConfig, python, attempt: 1 });
  vi.unstubAllEnvs();
  await launcher.readEnd(other, told);
  const said = readFileSync(join(other, 'stdout.log'), 'utf8');
  expect(said).not.toMatch(/^(RANK|WORLD_SIZE|MASTER_PORT|ACCELERATE_.*|TORCHELASTIC_.*)=/m);
  expect(said).toMatch(/^CUDA_VISIBLE_DEVICES=3$/m);
});

/** By what their command line says. */
function findProcesses(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readCommandLine(name).includes(text))
    .map(Number);
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
