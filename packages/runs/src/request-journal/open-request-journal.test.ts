import { appendFileSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test, vi } from 'vitest';
import { openRequestJournal } from './open-request-journal.ts';

describe('the journal of requests', () => {
  test('gives the answer of an earlier session', async () => {
    using folder = makeTemporaryFolder();
    const first = await openRequestJournal({ folder: folder.path });
    expect(await first.find('a', 'hash')).toBeUndefined();
    await first.begin('a');
    await first.end('a', 'hash', { response: { text: 'Ä “1”\n' } });
    await first.close();
    const second = await openRequestJournal({ folder: folder.path });
    expect(await second.find('a', 'hash')).toEqual({ response: { text: 'Ä “1”\n' } });
    expect(second.getCounts()).toEqual({ answered: 1, setAside: 0, unfinished: 0, resent: 0 });
    await second.close();
  });

  test('finds any of many answers, whatever their length', async () => {
    using folder = makeTemporaryFolder();
    const text = (index: number): string => 'é'.repeat(index % 97);
    const first = await openRequestJournal({ folder: folder.path });
    for (let index = 0; index < 3000; index++) await first.end(`k${index}`, 'h', { response: text(index) });
    await first.close();
    const second = await openRequestJournal({ folder: folder.path });
    for (const index of [0, 1, 1023, 1024, 2048, 2999]) {
      expect(await second.find(`k${index}`, 'h')).toEqual({ response: text(index) });
    }
    await second.close();
  });

  test('knows what was out at a kill, and counts what is sent once more', async () => {
    using folder = makeTemporaryFolder();
    const first = await openRequestJournal({ folder: folder.path });
    for (const key of ['done', 'out', 'later']) await first.begin(key);
    await first.end('done', 'h', { response: 1 });
    await first.close();
    const second = await openRequestJournal({ folder: folder.path });
    expect(second.getCounts()).toEqual({ answered: 1, setAside: 0, unfinished: 2, resent: 0 });
    await second.begin('out');
    await second.end('out', 'h', { response: 2 });
    await second.begin('new');
    await second.end('new', 'h', { response: 3 });
    expect(second.getCounts()).toEqual({ answered: 3, setAside: 0, unfinished: 1, resent: 1 });
    await second.close();
    const lines = readFileSync(folder.join('answers.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { sends: number }).sends)).toEqual([1, 2, 1]);
    const third = await openRequestJournal({ folder: folder.path });
    expect(third.getCounts()).toMatchObject({ answered: 3, unfinished: 1 });
    await third.close();
  });

  test('keeps the reason of what was set aside, and asks again where that is wished', async () => {
    using folder = makeTemporaryFolder();
    const error = { code: 'CONTEXT_TOO_LONG', message: 'Too long.' };
    const first = await openRequestJournal({ folder: folder.path });
    await first.end('bad', 'h', { error });
    await first.close();
    const second = await openRequestJournal({ folder: folder.path });
    expect(await second.find('bad', 'h')).toEqual({ error });
    expect(second.getCounts()).toMatchObject({ answered: 0, setAside: 1 });
    await second.close();
    const third = await openRequestJournal({ folder: folder.path, retrySetAside: true });
    expect(await third.find('bad', 'h')).toBeUndefined();
    await third.end('bad', 'h', { response: 'now' });
    await third.close();
    const fourth = await openRequestJournal({ folder: folder.path });
    expect(await fourth.find('bad', 'h')).toEqual({ response: 'now' });
    expect(fourth.getCounts()).toMatchObject({ answered: 1, setAside: 0 });
    await fourth.close();
  });

  test('refuses a key that stands for another request, and one that is asked twice', async () => {
    using folder = makeTemporaryFolder();
    const first = await openRequestJournal({ folder: folder.path });
    await first.end('a', 'h', { response: 1 });
    await expect(first.end('a', 'h', { response: 2 })).rejects.toMatchObject({ code: 'JOURNAL_DUPLICATE' });
    await expect(first.find('a', 'h')).rejects.toMatchObject({ code: 'JOURNAL_DUPLICATE' });
    await first.close();
    const second = await openRequestJournal({ folder: folder.path });
    await expect(second.find('a', 'other')).rejects.toMatchObject({ code: 'REQUEST_CHANGED', kind: 'request' });
    await second.close();
  });

  test('is held by one process, cuts what a kill tore, and stops at damage', async () => {
    using folder = makeTemporaryFolder();
    const first = await openRequestJournal({ folder: folder.path });
    await expect(openRequestJournal({ folder: folder.path })).rejects.toMatchObject({ code: 'RUN_LOCKED' });
    await first.begin('a');
    await first.end('a', 'h', { response: 1 });
    await first.close();
    appendFileSync(folder.join('answers.jsonl'), '{"key":"b","requ');
    appendFileSync(folder.join('sent.jsonl'), '{"key":"b"}\n{"ke');
    const second = await openRequestJournal({ folder: folder.path });
    expect(second.getCounts()).toMatchObject({ answered: 1, unfinished: 1 });
    await second.close();
    appendFileSync(folder.join('answers.jsonl'), 'damage\n{"key":"c","request":"h","sends":1,"response":1}\n');
    await expect(openRequestJournal({ folder: folder.path })).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
    appendFileSync(folder.join('answers.jsonl'), '');
    // The folder was given back: the next try says the same and not that it is in use.
    await expect(openRequestJournal({ folder: folder.path })).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
  });

  test('lets nothing be sent any more once the disk takes no end, and counts none that it did not take', async () => {
    using folder = makeTemporaryFolder();
    const journal = await openRequestJournal({ folder: folder.path });
    await journal.begin('a');
    await journal.end('a', 'h', { response: 1 });
    await journal.flush();
    const file = await open(folder.join('answers.jsonl'));
    const prototype = Object.getPrototypeOf(file) as { datasync: () => Promise<void> };
    await file.close();
    const full = Object.assign(new Error('No space.'), { code: 'ENOSPC' });
    const spy = vi.spyOn(prototype, 'datasync').mockRejectedValue(full);
    await journal.begin('b');
    await journal.end('b', 'h', { response: 2 });
    await expect(journal.flush()).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await journal.begin('c');
    await expect(journal.end('c', 'h', { response: 3 })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await expect(journal.begin('d')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(journal.getCounts()).toMatchObject({ answered: 2 });
    expect(await journal.find('c', 'h')).toBeUndefined();
    await expect(journal.close()).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    spy.mockRestore();
    // The folder was given back, and what was sent without an end is known.
    const again = await openRequestJournal({ folder: folder.path });
    expect(again.getCounts()).toMatchObject({ unfinished: 1 });
    await again.close();
  });

  test('keeps any key and any answer: signs, line ends, names of objects, half characters, megabytes', async () => {
    using folder = makeTemporaryFolder();
    const keys = ['', '#', 'a#1', 'a\nb', '__proto__', 'constructor', '\u2028', '\0', '\ud800', 'x'.repeat(100_000)];
    const answer = (index: number): unknown => ({
      text: index === 3 ? 'ä'.repeat(3e6) : `half \udc00 ${index}`,
      index,
    });
    for (let session = 0; session < 2; session++) {
      const journal = await openRequestJournal({ folder: folder.path });
      for (const [index, key] of keys.entries()) {
        const known = await journal.find(key, 'h');
        if (session === 1) expect(known).toEqual({ response: answer(index) });
        if (session === 1) continue;
        expect(known).toBeUndefined();
        await journal.begin(key);
        await journal.end(key, 'h', { response: answer(index) });
      }
      expect(journal.getCounts()).toEqual({ answered: keys.length, setAside: 0, unfinished: 0, resent: 0 });
      await journal.close();
    }
  });
});
