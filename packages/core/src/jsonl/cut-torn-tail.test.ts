import { readFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { cutTornTail } from './cut-torn-tail.ts';

test('a last line without an end is cut off, and how much is said', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  writeFileSync(path, '{"a":1}\n{"a":2');
  expect(await cutTornTail(path)).toBe(6);
  expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n');
  expect(await cutTornTail(path)).toBe(0);
});

test('a last line that lacks only its line end is kept and gets one', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  writeFileSync(path, '{"a":1}\n{"a":"é"}');
  expect(await cutTornTail(path)).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n{"a":"é"}\n');
  expect(await cutTornTail(path)).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n{"a":"é"}\n');
});

test('a torn line longer than what is read at once is cut whole', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('a.jsonl');
  writeFileSync(path, `1\n${'x'.repeat(200_000)}`);
  expect(await cutTornTail(path)).toBe(200_000);
  expect(readFileSync(path, 'utf8')).toBe('1\n');
});

test('a file that is one torn line becomes empty, and a missing file stays missing', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('a'), 'torn');
  expect(await cutTornTail(folder.join('a'))).toBe(4);
  expect(readFileSync(folder.join('a'), 'utf8')).toBe('');
  expect(await cutTornTail(folder.join('none'))).toBe(0);
});
