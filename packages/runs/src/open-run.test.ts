import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test, vi } from 'vitest';
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

test('a folder with a journal but without run.json is left alone', async () => {
  using folder = makeTemporaryFolder();
  const journal = `${JSON.stringify(reply('a', 0))}\n{"torn`;
  writeFileSync(folder.join('journal.jsonl'), journal);
  const open = openRun(describeRequest(folder.path));
  await expect(open).rejects.toMatchObject({ code: 'RUN_UNREADABLE', kind: 'request' });
  await expect(open).rejects.toThrow('holds a journal but no run.json');
  expect(readFileSync(folder.join('journal.jsonl'), 'utf8')).toBe(journal);
  expect(readdirSync(folder.path)).toEqual(['journal.jsonl']);
});

test('a run.json that is a folder is named with the reason', async () => {
  using folder = makeTemporaryFolder();
  mkdirSync(folder.join('run.json'));
  await expect(openRun(describeRequest(folder.path))).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    fields: { systemCode: 'EISDIR' },
  });
  expect(readdirSync(folder.path)).toEqual(['run.json']);
});

test('a whole last record without a line end is kept, and the next goes on a line of its own', async () => {
  using folder = makeTemporaryFolder();
  await (await openRun(describeRequest(folder.path))).close('interrupted');
  const whole = `${JSON.stringify(reply('a', 0))}\n${JSON.stringify(reply('b', 0))}`;
  writeFileSync(folder.join('journal.jsonl'), whole);
  const run = await openRun(describeRequest(folder.path));
  expect(run.samples.count('finished')).toBe(2);
  await run.append(reply('c', 0));
  await run.close('interrupted');
  expect(readFileSync(folder.join('journal.jsonl'), 'utf8')).toBe(`${whole}\n${JSON.stringify(reply('c', 0))}\n`);
});

test('damage in the middle leaves a torn last line and the leftovers of a kill where they are', async () => {
  using folder = makeTemporaryFolder();
  await (await openRun(describeRequest(folder.path))).close('interrupted');
  const description = readFileSync(folder.join('run.json'), 'utf8');
  const journal = `${JSON.stringify(reply('a', 0))}\nnot json\n{"id":"b","ep`;
  writeFileSync(folder.join('journal.jsonl'), journal);
  writeFileSync(folder.join('run.json.0123456789ab.tmp'), '{');
  await expect(openRun(describeRequest(folder.path))).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
  expect(readFileSync(folder.join('journal.jsonl'), 'utf8')).toBe(journal);
  expect(readFileSync(folder.join('run.json'), 'utf8')).toBe(description);
  expect(readdirSync(folder.path).sort()).toEqual(['journal.jsonl', 'run.json', 'run.json.0123456789ab.tmp']);
});

test('files that a kill left half written are removed, and others are not', async () => {
  using folder = makeTemporaryFolder();
  const leftovers = ['run.json.0123456789ab.tmp', 'summary.json.abcdefabcdef.tmp', 'run.7-0123456789ab.lock.tmp'];
  const others = ['notes.tmp', 'run.json.backup.tmp', 'run.8-0123456789ab.lock.tmp'];
  for (const name of [...leftovers, ...others]) writeFileSync(folder.join(name), '{');
  utimesSync(folder.join('run.7-0123456789ab.lock.tmp'), 0, 0);
  mkdirSync(folder.join('scores'));
  for (const name of ['.dart@1.jsonl.tmp', 'dart@1.jsonl']) writeFileSync(folder.join('scores', name), '{');
  await (await openRun(describeRequest(folder.path))).close('finished');
  expect(readdirSync(folder.path).sort()).toEqual([...others, 'journal.jsonl', 'run.json', 'scores'].sort());
  expect(readdirSync(folder.join('scores'))).toEqual(['dart@1.jsonl']);
});

test.each([
  ['a second reply', reply('a', 0, { reply: 'other' })],
  ['an error', reply('a', 0, { error: { code: 'BAD_REQUEST', message: 'no' } })],
])(
  'a journal that goes on after a reply with %s to the same sample is refused by both lines',
  async (_what, second) => {
    using folder = makeTemporaryFolder();
    await (await openRun(describeRequest(folder.path))).close('interrupted');
    const records = [reply('b', 0), reply('a', 0), reply('a', 1), second];
    const journal = `${records.map((record) => JSON.stringify(record)).join('\n\n')}\n`;
    writeFileSync(folder.join('journal.jsonl'), journal);
    const open = openRun(describeRequest(folder.path));
    await expect(open).rejects.toMatchObject({ code: 'JOURNAL_DUPLICATE', fields: { line: 7, firstLine: 3 } });
    expect(readFileSync(folder.join('journal.jsonl'), 'utf8')).toBe(journal);
  },
);

test('a finished sample takes no second record, not even while the first is on its way', async () => {
  using folder = makeTemporaryFolder();
  const run = await openRun(describeRequest(folder.path));
  const both = await Promise.allSettled([run.append(reply('a', 0)), run.append(reply('a', 0))]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  await expect(run.append(reply('a', 0))).rejects.toMatchObject({ code: 'JOURNAL_DUPLICATE' });
  await run.close('interrupted');
  expect(readFileSync(folder.join('journal.jsonl'), 'utf8')).toBe(`${JSON.stringify(reply('a', 0))}\n`);
});

test('the journal holds every sample before there is a summary', async () => {
  using folder = makeTemporaryFolder();
  const run = await openRun(describeRequest(folder.path));
  const order: string[] = [];
  const file = await open(folder.join('journal.jsonl'), 'r');
  const prototype = Object.getPrototypeOf(file) as { datasync: () => Promise<void> };
  await file.close();
  const { datasync } = prototype;
  using _spy = vi.spyOn(prototype, 'datasync').mockImplementation(async function (this: object) {
    await datasync.call(this);
    const lines = readFileSync(folder.join('journal.jsonl'), 'utf8').split('\n').length - 1;
    order.push(`${lines} synced, ${existsSync(folder.join('summary.json')) ? 'a' : 'no'} summary`);
  });
  await run.append(reply('a', 0));
  await run.append(reply('b', 0));
  await run.writeSummary({ samples: 2 });
  // On a slow disk the first line may be synced before the second is there.
  expect(order.at(-1)).toBe('2 synced, no summary');
  expect(order.filter((one) => one.endsWith('a summary'))).toEqual([]);
  await run.close('interrupted');
});

test('run.json says what was asked last, and the most that was ever asked', async () => {
  using folder = makeTemporaryFolder();
  await (await openRun(describeRequest(folder.path, { ids: ['a'], epochs: 3 }))).close('finished');
  await (await openRun(describeRequest(folder.path, { ids: ['a', 'b'], epochs: 1 }))).close('finished');
  expect(await readRunDescription(folder.path)).toMatchObject({
    asked: { problems: 2, epochs: 1 },
    extent: { problems: 2, epochs: 3 },
  });
});

test('every record of the journal is seen, without a number where it is not asked for any more', async () => {
  using folder = makeTemporaryFolder();
  const first = await openRun(describeRequest(folder.path));
  for (const record of [reply('a', 0), reply('b', 1), reply('c', 0)]) await first.append(record);
  await first.close('interrupted');
  const seen: unknown[] = [];
  const onRecord = ({ id }: JournalRecord, sample: number | undefined) => void seen.push([id, sample]);
  await (await openRun(describeRequest(folder.path, { ids: ['a', 'b'], epochs: 1, onRecord }))).close('finished');
  expect(seen).toEqual([
    ['a', 0],
    ['b', undefined],
    ['c', undefined],
  ]);
});

test('asking for less than before does not shrink what run.json says was asked', async () => {
  using folder = makeTemporaryFolder();
  await (await openRun(describeRequest(folder.path, { epochs: 3 }))).close('interrupted');
  await (await openRun(describeRequest(folder.path, { ids: ['a'], epochs: 1 }))).close('interrupted');
  expect(await readRunDescription(folder.path)).toMatchObject({ extent: { problems: 3, epochs: 3 } });
  await (await openRun(describeRequest(folder.path, { ids: ['a', 'b', 'c', 'd'], epochs: 2 }))).close('interrupted');
  expect(await readRunDescription(folder.path)).toMatchObject({ extent: { problems: 4, epochs: 3 } });
});

test('run.json tells every ten seconds how far a session is, so that a killed one leaves a time', async () => {
  using folder = makeTemporaryFolder();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    let second = 0;
    const now = (): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
    const run = await openRun(describeRequest(folder.path, { now }));
    await run.append(reply('a', 0));
    second = 10;
    vi.advanceTimersByTime(10_000);
    const readSession = async (): Promise<unknown> => (await readRunDescription(folder.path))?.sessions[0];
    const times = { startedAt: '2026-01-01T00:00:00.000Z', lastSeenAt: '2026-01-01T00:00:10.000Z' };
    await expect.poll(readSession, { timeout: 20_000 }).toEqual({ ...times, endedAt: null, samples: 1 });
    second = 12;
    await run.close('finished');
    const end = '2026-01-01T00:00:12.000Z';
    expect(await readSession()).toEqual({ ...times, lastSeenAt: end, endedAt: end, samples: 1 });
  } finally {
    vi.useRealTimers();
  }
});

test('a session records what it asked of servers, and keeps it when the next one begins', async () => {
  using folder = makeTemporaryFolder();
  let requests = 0;
  const first = await openRun(describeRequest(folder.path, { getCalls: () => ({ requests }) }));
  requests = 3;
  await first.close('interrupted');
  const second = await openRun(describeRequest(folder.path));
  await second.close('finished');
  expect((await readRunDescription(folder.path))?.sessions).toMatchObject([{ calls: { requests: 3 } }, {}]);
});

test('a run.json whose sessions have no lastSeenAt is read', async () => {
  using folder = makeTemporaryFolder();
  await (await openRun(describeRequest(folder.path))).close('interrupted');
  const path = folder.join('run.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"lastSeenAt":[^,]*,/, ''));
  expect((await readRunDescription(folder.path))?.sessions[0]?.lastSeenAt).toBeUndefined();
});

test('a long setting that differs is shown by its beginning', async () => {
  using folder = makeTemporaryFolder();
  await (await openRun(describeRequest(folder.path))).close('finished');
  const open = openRun(describeRequest(folder.path, { identity: { ...identity, model: 'x'.repeat(10_000) } }));
  const error = await open.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'RUN_OTHER_IDENTITY' });
  expect((error as Error).message).toContain('(10002 characters)');
  expect(JSON.stringify(error).length + (error as Error).message.length).toBeLessThan(2000);
});
