import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import type { GenerateRequest } from '../model-client.ts';
import { createReplayClient } from './create-replay-client.ts';

function ask(id: string, epoch = 0, n = 1): GenerateRequest {
  return {
    prompt: { kind: 'completion', text: 'not looked at' },
    sampling: { temperature: 0, topP: 1, maxTokens: 16, stop: [], n },
    key: { id, epoch },
  };
}

const lines = [
  { id: 'a', reply: 'a0' },
  { id: 'b', reply: 'b0 ü', finishReason: 'length', usage: { promptTokens: 3, completionTokens: 5 } },
  { id: 'a', reply: 'a1', reasoning: 'Hmm.' },
  { id: 'c', epoch: 4, reply: 'c4' },
];
const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;

for (const [name, file, options] of [
  ['in memory', 'replies.jsonl', {}],
  ['on the disk', 'replies.jsonl', { maxBytesInMemory: 0 }],
  ['compressed', 'replies.jsonl.gz', { maxBytesInMemory: 0 }],
] as const) {
  test(`a file ${name} answers by id and epoch; the same id again is the next epoch`, async () => {
    using folder = makeTemporaryFolder();
    const path = folder.join(file);
    writeFileSync(path, file.endsWith('.gz') ? gzipSync(text) : text);
    const client = await createReplayClient({ path, ...options });
    expect((await client.generate(ask('a', 1))).choices).toEqual([
      { text: 'a1', reasoning: 'Hmm.', finishReason: 'stop' },
    ]);
    expect((await client.generate(ask('a', 0))).choices[0]?.text).toBe('a0');
    const b = await client.generate(ask('b'));
    expect(b.choices).toEqual([{ text: 'b0 ü', finishReason: 'length' }]);
    expect(b.usage).toEqual({ promptTokens: 3, completionTokens: 5 });
    expect((await client.generate(ask('c', 4))).choices[0]?.text).toBe('c4');
    await client.close();
  });
}

test('n samples are those of n epochs', async () => {
  const client = await createReplayClient({ entries: ['x', 'y', 'z'].map((reply) => ({ id: 'a', reply })) });
  expect((await client.generate(ask('a', 1, 2))).choices.map((choice) => choice.text)).toEqual(['y', 'z']);
});

test('a reply that is not there is a wrong request that names the id, the epoch and the file', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('replies.jsonl');
  writeFileSync(path, text);
  const client = await createReplayClient({ path });
  await expect(client.generate(ask('a', 2))).rejects.toMatchObject({
    code: 'REPLAY_MISSING',
    kind: 'request',
    errorClass: 'fatal',
    fields: { id: 'a', epoch: 2, known: 2, source: path },
  });
  await expect(client.generate(ask('nowhere'))).rejects.toThrow(/'nowhere', epoch 0, in .*replies\.jsonl/);
});

test('a line of another shape is refused with its number', async () => {
  using folder = makeTemporaryFolder();
  const path = folder.join('replies.jsonl');
  writeFileSync(path, '{"id":"a","reply":"x"}\n{"id":"b","answer":"x"}\n');
  await expect(createReplayClient({ path })).rejects.toMatchObject({ code: 'REPLAY_BAD_LINE', fields: { line: 2 } });
});

test('a second reply to the same id and epoch is refused', async () => {
  const entries = [
    { id: 'a', epoch: 0, reply: 'x' },
    { id: 'a', epoch: 0, reply: 'y' },
  ];
  await expect(createReplayClient({ entries })).rejects.toMatchObject({ code: 'REPLAY_BAD_LINE', fields: { line: 2 } });
});

test('a file that is not there is a wrong request', async () => {
  using folder = makeTemporaryFolder();
  const created = createReplayClient({ path: folder.join('none.jsonl') });
  await expect(created).rejects.toMatchObject({ code: 'FILE_UNREADABLE', kind: 'request' });
});

test('a request without a key is refused', async () => {
  const client = await createReplayClient({ entries: [] });
  const { key: _, ...request } = ask('a');
  await expect(client.generate(request)).rejects.toMatchObject({ code: 'REPLAY_MISSING' });
});
