import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import type { JournalRecord } from './journal/journal-record.ts';
import { type OpenRunOptions, openRun, readRunDescription } from './open-run.ts';

const identity = { model: 'm', protocol: { sampling: { temperature: 0 } }, seed: 0 };

function describeRequest(folder: string, changes: Partial<OpenRunOptions> = {}): OpenRunOptions {
  return { folder, kind: 'eval', identity, details: {}, ids: ['a', 'b', 'c'], epochs: 2, ...changes };
}

function reply(id: string, epoch: number, changes: Partial<JournalRecord> = {}): JournalRecord {
  return { id, epoch, reply: `\\boxed{${epoch}}`, finishReason: 'stop', ...changes };
}

function listLocks(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.includes('.lock'));
}

test('a finished sample is known to be finished in the next session', async () => {
  using folder = makeTemporaryFolder();
  const first = await openRun(describeRequest(folder.path));
  expect(first.samples.count('pending')).toBe(6);
  await first.append(reply('b', 0));
  await first.append(reply('a', 1));
  await first.close('interrupted');

  const seen: string[] = [];
  const second = await openRun(
    describeRequest(folder.path, { onRecord: ({ id, epoch }) => void seen.push(`${id}${epoch}`) }),
  );
  expect(seen).toEqual(['b0', 'a1']);
  expect(second.samples.count('pending')).toBe(4);
  expect(second.samples.getState(second.samples.find('b', 0) as number)).toBe('finished');
  expect(second.samples.getState(second.samples.find('b', 1) as number)).toBe('pending');
  await second.close('finished');
  expect(await readRunDescription(folder.path)).toMatchObject({
    status: 'finished',
    identity,
    sessions: [{ samples: 2 }, { samples: 0 }],
  });
});

test('what an earlier session recorded of who answered is kept', async () => {
  using folder = makeTemporaryFolder();
  await (await openRun(describeRequest(folder.path))).close('interrupted', { model: { engine: 'vllm' } });
  await (await openRun(describeRequest(folder.path, { details: { versions: { node: 'v20' } } }))).close('finished');
  expect(await readRunDescription(folder.path)).toMatchObject({
    details: { model: { engine: 'vllm' }, versions: { node: 'v20' } },
  });
});

test('an error counts as finished, until errors are to be tried again', async () => {
  using folder = makeTemporaryFolder();
  const first = await openRun(describeRequest(folder.path));
  await first.append(reply('a', 0, { reply: '', error: { code: 'BAD_REQUEST', message: 'no' } }));
  await first.close('interrupted');
  const second = await openRun(describeRequest(folder.path));
  expect([second.samples.count('failed'), second.samples.count('pending')]).toEqual([1, 5]);
  await second.close('interrupted');
  const third = await openRun(describeRequest(folder.path, { retryErrors: true }));
  expect([third.samples.count('failed'), third.samples.count('pending')]).toEqual([0, 6]);
  await third.append(reply('a', 0));
  await third.close('interrupted');
  const fourth = await openRun(describeRequest(folder.path));
  expect([fourth.samples.count('failed'), fourth.samples.count('finished')]).toEqual([0, 1]);
  await fourth.close('interrupted');
});

test('a torn last line is cut off and its sample is pending', async () => {
  using folder = makeTemporaryFolder();
  const first = await openRun(describeRequest(folder.path));
  await first.append(reply('a', 0));
  await first.close('interrupted');
  appendFileSync(folder.join('journal.jsonl'), '{"id":"b","epoch":0,"rep');
  const second = await openRun(describeRequest(folder.path));
  expect(second.samples.count('finished')).toBe(1);
  await second.append(reply('b', 0));
  await second.close('interrupted');
  const lines = readFileSync(folder.join('journal.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).id)).toEqual(['a', 'b']);
});

test.each(['not json', '{"id":"b"}'])(
  'damage in the middle of the journal is named and nothing is changed: %s',
  async (bad) => {
    using folder = makeTemporaryFolder();
    const first = await openRun(describeRequest(folder.path));
    await first.close('interrupted');
    const journal = `${JSON.stringify(reply('a', 0))}\n${bad}\n${JSON.stringify(reply('c', 0))}\n`;
    writeFileSync(folder.join('journal.jsonl'), journal);
    const open = openRun(describeRequest(folder.path));
    await expect(open).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT', fields: { line: 2 } });
    expect(readFileSync(folder.join('journal.jsonl'), 'utf8')).toBe(journal);
    expect(listLocks(folder.path)).toEqual([]);
  },
);

test('a folder with other settings is refused, and the difference is shown', async () => {
  using folder = makeTemporaryFolder();
  await (await openRun(describeRequest(folder.path))).close('finished');
  const before = readFileSync(folder.join('run.json'), 'utf8');
  const other = { ...identity, protocol: { sampling: { temperature: 0.7 } }, extra: true };
  const open = openRun(describeRequest(folder.path, { identity: other }));
  await expect(open).rejects.toMatchObject({ code: 'RUN_OTHER_IDENTITY', kind: 'request' });
  await expect(open).rejects.toThrow('protocol.sampling.temperature: 0 there, 0.7 asked');
  await expect(open).rejects.toThrow('extra: absent there, true asked');
  expect(readFileSync(folder.join('run.json'), 'utf8')).toBe(before);
});

test('more epochs and more problems go on from what is there', async () => {
  using folder = makeTemporaryFolder();
  const first = await openRun(describeRequest(folder.path, { ids: ['a'], epochs: 1 }));
  await first.append(reply('a', 0));
  await first.close('finished');
  const second = await openRun(describeRequest(folder.path, { ids: ['a', 'b'], epochs: 3 }));
  expect([second.samples.size, second.samples.count('finished')]).toEqual([6, 1]);
  await second.close('interrupted');
  const third = await openRun(describeRequest(folder.path, { ids: ['b'], epochs: 1 }));
  expect(third.samples.count('finished')).toBe(0);
  await third.close('interrupted');
});

test('a second session is kept out while the first is open, and a closed one leaves no lock behind', async () => {
  using folder = makeTemporaryFolder();
  const first = await openRun(describeRequest(folder.path));
  await expect(openRun(describeRequest(folder.path))).rejects.toMatchObject({ code: 'RUN_LOCKED', kind: 'request' });
  await first.close('interrupted');
  expect(listLocks(folder.path)).toEqual([]);
  await (await openRun(describeRequest(folder.path))).close('interrupted');
  expect(listLocks(folder.path)).toEqual([]);
});

test('a sample that the run does not have is not written', async () => {
  using folder = makeTemporaryFolder();
  const run = await openRun(describeRequest(folder.path));
  await expect(run.append(reply('z', 0))).rejects.toMatchObject({ code: 'JOURNAL_UNKNOWN_SAMPLE' });
  await expect(run.append(reply('a', 2))).rejects.toMatchObject({ code: 'JOURNAL_UNKNOWN_SAMPLE' });
  await run.close('interrupted');
  expect(readFileSync(folder.join('journal.jsonl'), 'utf8')).toBe('');
});

test('a folder whose run.json is something else is left alone', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('run.json'), '{"name":"my project"}');
  await expect(openRun(describeRequest(folder.path))).rejects.toMatchObject({
    code: 'RUN_UNREADABLE',
    kind: 'request',
  });
  expect(readFileSync(folder.join('run.json'), 'utf8')).toBe('{"name":"my project"}');
});
