import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runRecipe } from '@scalequest/synth';
import {
  type HubUploadServer,
  makeTemporaryFolder,
  startHubUploadServer,
  type TemporaryFolder,
} from '@scalequest/test-kit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeRun } from '../packages/synth/src/output/__fixtures__/make-run.ts';
import { runCli, startCli } from './support/run-cli.ts';

// What the hub answers is in packages/synth/src/output/push-to-hub.test.ts; here is what a user of the command sees.

const token = 'hf_veryvery-hidden';
let folder: TemporaryFolder;
let hub: HubUploadServer;
beforeAll(async () => {
  folder = makeTemporaryFolder();
  await makeRun(folder.join('run'), { run: runRecipe });
});
afterAll(() => folder[Symbol.dispose]());
beforeEach(async () => {
  hub = await startHubUploadServer({ token, namespaces: ['me'], partBytes: 8192, largestBytes: 40_000 });
});
afterEach(() => hub[Symbol.asyncDispose]());

const args = (out: string, ...more: readonly string[]): readonly string[] => {
  const files = ['--with-rejected', '--licence', 'apache-2.0', '--push', 'me/questions'];
  return ['synth', 'export', 'run', '--out', out, ...files, ...more];
};
const options = (key = token) => ({ cwd: folder.path, env: { HF_TOKEN: key, HF_ENDPOINT: hub.endpoint } });
const uploads = (): readonly string[] => hub.requests.filter(({ at }) => at === 'upload').map(({ path }) => path);

function expectAllThere(out: string): void {
  const { files = new Map<string, Buffer>(), visibility } = hub.find('me/questions') ?? {};
  const names = readdirSync(folder.join(out), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.\w+$/.test(name),
  );
  expect([...files.keys()].filter((name) => name !== '.gitattributes').sort()).toEqual(names.sort());
  for (const name of names) expect(files.get(name)?.equals(readFileSync(folder.join(out, name))), name).toBe(true);
  expect(visibility).toBe('private');
}

test('a push that is killed goes on with the same command, and made again it sends nothing', async () => {
  hub.misbehave({ at: 'commit', answer: 'hang' });
  const { child, result } = startCli(args('killed'), options());
  while (!hub.requests.some(({ at }) => at === 'commit')) await sleep(20);
  child.kill('SIGKILL');
  expect((await result).signal).toBe('SIGKILL');
  expect(hub.find('me/questions')?.commits).toEqual([]);
  const sent = uploads().length;
  expect(sent).toBeGreaterThan(1);

  const again = await runCli(args('killed'), options());
  expect([again.code, again.stdout]).toEqual([
    0,
    expect.stringMatching(/\(private\): 3 files of 3 pushed, commit [0-9a-f]{40}\n$/),
  ]);
  expect(uploads()).toHaveLength(sent);
  expectAllThere('killed');

  const third = await runCli(args('killed'), options());
  expect([third.code, third.stdout]).toEqual([0, expect.stringContaining('nothing to push, all of it is there')]);
  expect(hub.find('me/questions')?.commits).toHaveLength(1);

  // Another card is another dataset: neither the folder nor the hub takes it by mistake; then the card alone is sent.
  const other = ['--title', 'Other', '--json'];
  expect((await runCli(args('killed', ...other), options())).stderr).toContain('(--force)');
  const taken = await runCli(args('killed', ...other, '--force'), options());
  expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining('allow it to be updated (--update)')]);
  const updated = await runCli(args('killed', ...other, '--update', '--public'), options());
  expect(JSON.parse(updated.stdout)).toMatchObject({ pushed: { changed: 1, files: 3, visibility: 'private' } });
  expect(updated.stderr).toContain('It is private there');
  expect(hub.find('me/questions')?.commits.map(({ paths }) => paths.length)).toEqual([3, 1]);
  expectAllThere('killed');
});

test('a hub that is not well and a connection that breaks are tried again, and said', async () => {
  hub.misbehave({ at: 'upload', answer: 'cut' }, { at: 'create', answer: 503, body: 'Back soon' });
  const { code, stderr } = await runCli(args('retried'), options());
  expect([code, stderr]).toEqual([0, expect.stringContaining('push, attempt 2: Back soon')]);
  expectAllThere('retried');
});

test('who cannot push is told why, with exit code 2, and keeps the dataset', async () => {
  const wrong = await runCli(args('refused'), options('hf_other-hidden'));
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('The token is not known to the hub')]);
  expect(wrong.stdout + wrong.stderr).not.toContain('hidden');
  expect(readdirSync(folder.join('refused')).sort()).toEqual(['README.md', 'data', 'rejected']);
  const large = await runCli(args('large', '--jsonl'), options());
  expect([large.code, large.stderr]).toEqual([2, expect.stringContaining('Leave train.jsonl out')]);
  expect(hub.find('me/questions')?.commits).toEqual([]);
});

test('what no push can begin with is refused before anything is written', async () => {
  const noToken = await runCli(args('none'), { cwd: folder.path });
  expect([noToken.code, noToken.stderr]).toEqual([2, expect.stringContaining('Set HF_TOKEN')]);
  const noOwner = await runCli(args('none').with(-1, 'questions'), options());
  expect([noOwner.code, noOwner.stderr]).toEqual([2, expect.stringContaining('Give it as owner/name.')]);
  expect(readdirSync(folder.path)).not.toContain('none');
  expect(hub.requests).toEqual([]);
});
