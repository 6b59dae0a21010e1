import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { runRecipe } from '@scalequest/synth';
import {
  type HubUploadServer,
  makeTemporaryFolder,
  startHubUploadServer,
  startModelServer,
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

test('Ctrl-C ends a push, says so, and the same command does the rest', async () => {
  hub.misbehave({ at: 'upload', answer: 'hang' });
  const { child, result } = startCli(args('stopped'), options());
  while (uploads().length === 0) await sleep(20);
  child.kill('SIGINT');
  const { code, stderr } = await result;
  expect([code, stderr]).toEqual([1, expect.stringMatching(/Stopped\. Nothing that is half done is left behind.*\n$/)]);
  expect(hub.find('me/questions')?.commits).toEqual([]);
  expect((await runCli(args('stopped'), options())).code).toBe(0);
  expectAllThere('stopped');
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

test('what the shell gives as \\n is a line end in a template, and a licence of a role that is not there is refused', async () => {
  const own = { cwd: folder.path };
  const ends = ['--prefix', '<|im_start|>user\\n', '--end', '<|im_end|>\\n'];
  const { code, stdout } = await runCli(
    ['synth', 'export', 'run', '--out', 'q.jsonl', '--form', 'trl-qft', ...ends],
    own,
  );
  expect([code, stdout]).toEqual([0, '190 rows of the form trl-qft in q.jsonl\n']);
  const [first = ''] = readFileSync(folder.join('q.jsonl'), 'utf8').split('\n');
  expect(JSON.parse(first)).toEqual({ text: expect.stringMatching(/^<\|im_start\|>user\n[A-Z].*<\|im_end\|>\n$/) });
  const wrong = await runCli(['synth', 'export', 'run', '--out', 'none', '--model-licence', 'askr=MIT'], own);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Its roles are asker, solver.')]);
});

/** A recipe that asks once a row, with a path in its settings. */
const ownRecipe = `
const stage = {
  order: 'free', name: 'ask', version: 1, settings: { list: '/home/me/lists/words.txt' }, needs: [], gives: ['question'], models: ['asker'],
  open: async () => ({ judge: ({ rows, models }) => models.judgeEach(rows, async (row) => {
    const sampling = { temperature: 1, topP: 1, maxTokens: 8, stop: [], seed: row.index };
    const { choices } = await models.generate('asker', { row, prompt: { kind: 'completion', text: 'ask' }, sampling });
    return { keep: { question: choices[0].text } };
  }) }),
};
export const recipe = { name: 'own', description: 'Words.', generators: [{ name: 'list', accept: 4 }], stages: [stage], shardRows: 4, window: 1 };
`;

test('no key and no address are in a run folder, and in what is given away no folder of the machine either', async () => {
  await using server = await startModelServer({
    models: ['/home/me/models/m1'],
    apiKey: 'the-key',
    reply: () => 'word',
  });
  writeFileSync(folder.join('own.mjs'), ownRecipe);
  const model = [
    '--endpoint',
    `asker=${server.baseUrl}`,
    '--model',
    'asker=/home/me/models/m1',
    '--price',
    'asker=1000,2000',
  ];
  const own = { cwd: folder.path, env: { SCALEQUEST_API_KEY: 'the-key' } };
  const said = [
    await runCli(['synth', './own.mjs', '--out', 'own', ...model], own),
    await runCli(['synth', 'status', 'own', '--json'], own),
    await runCli(['synth', 'export', 'own', '--out', 'own-dataset', '--with-rejected', '--jsonl', '--all-fields'], own),
    await runCli(['synth', 'report', 'own', '--out', 'own-report/index.html'], own),
  ];
  expect(said.map(({ code, stderr }) => [code, code === 0 ? '' : stderr])).toEqual(Array(4).fill([0, '']));
  const { port } = new URL(server.baseUrl);
  const read = (name: string) =>
    readdirSync(folder.join(name), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.\w+$/.test(path))
      .map((path) => readFileSync(folder.join(name, path)))
      .map((data) => (data[0] === 0x1f ? gunzipSync(data) : data).toString());
  for (const text of [...read('own'), ...said.map(({ stdout, stderr }) => stdout + stderr)]) {
    expect(text).not.toContain('the-key');
    expect(text).not.toContain(`:${port}`);
  }
  const given = [...read('own-dataset'), ...read('own-report')];
  expect(given).toHaveLength(4);
  for (const text of given)
    for (const secret of ['the-key', `:${port}`, '/home/me', folder.path]) expect(text).not.toContain(secret);
  expect(given.join()).toContain('| asker | m1 | not said | ask |');
  expect(given.join()).toContain('By the prices that the run was given');
});
