import { writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import type { GenerateRequest, ModelClient } from '../model-client.ts';
import { createLlamaClient } from './create-llama-client.ts';
import { createLlamaThread } from './create-llama-thread.ts';
import { getEmbeddedModelPath } from './embedded-model.ts';

const path = getEmbeddedModelPath('nano-asker');

const request = (seed: number, more: Partial<GenerateRequest['sampling']> = {}): GenerateRequest => ({
  prompt: { kind: 'completion', text: '<|im_start|>user\n' },
  sampling: { ...{ temperature: 1, topP: 0.99, maxTokens: 60, stop: ['<|im_end|>'], seed }, ...more },
});

const ask = (client: ModelClient): Promise<readonly object[]> =>
  Promise.all(
    Array.from({ length: 12 }, async (_, i) => {
      const { choices, usage } = await client.generate(request(100 * i, { n: 2, logprobs: 1 }));
      return { choices, usage };
    }),
  );

describe('a model in a thread of its own', () => {
  test('writes, letter by letter, what it writes in this one, beside another thread', async () => {
    const [here, one, other] = await Promise.all([
      createLlamaClient({ path, model: 'asker' }),
      createLlamaThread({ path, model: 'asker' }),
      createLlamaThread({ path, model: 'asker', sequences: 4 }),
    ]);
    try {
      const [expected, ...found] = await Promise.all([here, one, other].map(ask));
      expect(found).toEqual([expected, expected]);
      expect(one.getFingerprint()).toEqual(here.getFingerprint());
      expect(one.parameters).toBe(here.parameters);
      expect(other.getStatistics()).toEqual({ ...here.getStatistics(), concurrencyLimit: 4 });
    } finally {
      await Promise.all([here, one, other].map((client) => client.close()));
    }
  });

  test('gives a request up at once, and writes the next', async () => {
    const client = await createLlamaThread({ path, sequences: 2 });
    try {
      const abort = new AbortController();
      const given = client.generate(request(1, { maxTokens: 4000, stop: [], n: 8 }), { signal: abort.signal });
      expect(client.getStatistics()).toMatchObject({ requests: 1, inFlight: 2, waiting: 6 });
      abort.abort(new Error('Enough.'));
      await expect(given).rejects.toThrow('Enough.');
      expect(client.getStatistics()).toMatchObject({ inFlight: 0, waiting: 0 });
      expect((await client.generate(request(2))).choices).toHaveLength(1);
      // What `beforeSend` refuses is not sent.
      const refused = client.generate(request(3), { beforeSend: () => Promise.reject(new Error('Not now.')) });
      await expect(refused).rejects.toThrow('Not now.');
      expect(client.getStatistics().requests).toBe(2);
    } finally {
      await client.close();
    }
  });

  test('forgets a request that cannot be sent to it', async () => {
    const client = await createLlamaThread({ path });
    try {
      const unsendable = { ...request(1), extra: () => 1 };
      await expect(client.generate(unsendable)).rejects.toThrow('could not be cloned');
      expect(client.getStatistics()).toMatchObject({ inFlight: 0, waiting: 0 });
    } finally {
      await client.close();
    }
  });

  test('says what is wrong as the client in this thread does', async () => {
    using folder = makeTemporaryFolder();
    const broken = folder.join('broken.gguf');
    writeFileSync(broken, 'no model');
    for (const options of [{ path: broken }, { path: folder.join('none.gguf') }, { path, sequences: 0 }]) {
      const here = await createLlamaClient(options).catch((error: unknown) => error);
      expect(here).toBeInstanceOf(Error);
      const { message, code, errorClass, kind } = here as { [name: string]: unknown };
      await expect(createLlamaThread(options)).rejects.toMatchObject({ message, code, errorClass, kind });
    }
    const client = await createLlamaThread({ path, contextSize: 64 });
    try {
      const long = { ...request(1), prompt: { kind: 'completion', text: 'and so on '.repeat(50) } } as const;
      await expect(client.generate(long)).rejects.toMatchObject({ code: 'CONTEXT_TOO_LONG', errorClass: 'drop' });
      expect(client.getStatistics().failures.drop).toBe(1);
    } finally {
      await client.close();
    }
    await expect(client.generate(request(1))).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
  });

  test('what waits when it is closed is told so', async () => {
    const client = await createLlamaThread({ path });
    const asked = client.generate(request(1, { maxTokens: 4000, stop: [] }));
    const told = expect(asked).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await Promise.all([client.close(), client.close(), told]);
  });
});
