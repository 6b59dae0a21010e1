import { type Misbehaviour, type ModelServerOptions, startModelServer } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { hurriedClock } from '../../__fixtures__/hurried-clock.ts';
import { createBudget } from '../../scheduling/budget.ts';
import { createOpenAiClient, type OpenAiClient, type OpenAiClientOptions } from '../create-openai-client.ts';

const messages = [
  { role: 'user', content: 'What is 2 + 2?' },
  { role: 'assistant', content: 'It is 4 .' },
] as const;
const conversation = { kind: 'chat', messages } as const;
const text = { kind: 'completion', text: 'What is 2 + 2? It is 4 .' } as const;
/** Longer texts are better. */
const reward: ModelServerOptions['reward'] = (asked) => asked.text.length / 10 - 1;

async function withServer<T>(
  serverOptions: ModelServerOptions,
  work: (context: { readonly client: OpenAiClient; readonly bodies: Record<string, unknown>[] }) => Promise<T>,
  clientOptions: Partial<OpenAiClientOptions> = {},
): Promise<T> {
  const bodies: Record<string, unknown>[] = [];
  const spy: Misbehaviour = {
    kind: 'reset',
    when: ({ body }) => {
      bodies.push(body);
      return false;
    },
  };
  const misbehaviours = [spy, ...(serverOptions.misbehaviours ?? [])];
  await using server = await startModelServer({ ...serverOptions, misbehaviours });
  const client = createOpenAiClient({
    model: 'rm',
    baseUrls: [server.baseUrl],
    clock: hurriedClock,
    timeoutMs: 600_000_000,
    patienceMs: 600_000_000,
    ...clientOptions,
  });
  try {
    return await work({ client, bodies });
  } finally {
    await client.close();
  }
}

const missing = { code: 'NOT_SUPPORTED', kind: 'request', errorClass: 'fatal' };

describe('classify', () => {
  test('gives the raw reward of a conversation or a text, and the tokens that were read (vLLM)', async () => {
    await withServer({ shape: 'vllm', reward }, async ({ client, bodies }) => {
      const { latencyMs, ...classification } = await client.classify({ prompt: conversation });
      expect(classification).toEqual({
        scores: [1.4],
        label: 'LABEL_0',
        usage: { promptTokens: 9, completionTokens: 0 },
        attempts: 1,
        endpoint: client.getFingerprint().endpoints[0],
      });
      expect(latencyMs).toBeGreaterThan(0);
      expect(bodies).toEqual([{ model: 'rm', messages, use_activation: false }]);
      expect((await client.classify({ prompt: text })).scores).toEqual([1.4]);
      expect((await client.classify({ prompt: text, usesActivation: true })).scores[0]).toBeCloseTo(0.8022, 4);
    });
  });

  test('gives the raw reward of a text (SGLang), and says that it takes no conversation', async () => {
    await withServer({ shape: 'sglang', reward }, async ({ client }) => {
      const { scores, usage } = await client.classify({ prompt: text });
      expect({ scores, usage }).toEqual({ scores: [1.4], usage: { promptTokens: 9, completionTokens: 0 } });
      await expect(client.classify({ prompt: conversation })).rejects.toThrow('At least one of text');
    });
  });

  test('is not supported where the server has no path for it', async () => {
    for (const shape of ['vllm', 'llama.cpp', undefined] as const) {
      await withServer(shape === undefined ? {} : { shape }, async ({ client }) => {
        const error = await client.classify({ prompt: text }).catch((reason: unknown) => reason);
        expect(error).toMatchObject({ ...missing, fields: { path: '/classify' } });
        expect(String(error)).toContain('It answered 404: Not Found');
      });
    }
  });

  test.each([
    ['a reward that is no number', { data: [{ index: 0, probs: [null] }] }],
    ['no data', { data: [] }],
    ['two answers to one prompt', [{ embedding: [1] }, { embedding: [2] }]],
    ['an empty vector', { embedding: [] }],
    ['a completion', { choices: [] }],
    ['nothing', null],
  ])('tries %s again and then drops the prompt', async (_name, body) => {
    const misbehaviours: Misbehaviour[] = [{ kind: 'status', status: 200, body: JSON.stringify(body) }];
    const options = { maxAttempts: 2 };
    await withServer(
      { shape: 'vllm', reward, misbehaviours },
      async ({ client }) => {
        await expect(client.classify({ prompt: text })).rejects.toMatchObject({
          code: 'BAD_RESPONSE',
          errorClass: 'drop',
          fields: { attempts: 2 },
        });
      },
      options,
    );
  });
});

describe('pool', () => {
  test('gives one vector, or one for each token, as its task says', async () => {
    await withServer({ shape: 'vllm', reward }, async ({ client, bodies }) => {
      expect(await client.pool({ prompt: text })).toMatchObject({ vectors: [[1.4]], isPerToken: false });
      const { vectors, isPerToken } = await client.pool({ prompt: text, task: 'token_classify' });
      expect(isPerToken).toBe(true);
      expect(vectors).toHaveLength(9);
      expect(vectors.at(-1)).toEqual([1.4]);
      expect(bodies).toEqual([
        { model: 'rm', input: text.text, encoding_format: 'float', use_activation: false },
        { model: 'rm', input: text.text, encoding_format: 'float', use_activation: false, task: 'token_classify' },
      ]);
      await expect(client.pool({ prompt: conversation, task: 'encode' })).rejects.toThrow("Unsupported task: 'encode'");
    });
  });
});

describe('scoreLabels', () => {
  const request = { query: 'Is it right? ', items: ['4', 'It is four.'], labelTokenIds: [9, 7, 3] };

  test('gives a score for each item and label (SGLang), below the version of the base URL', async () => {
    await withServer({ shape: 'sglang', reward }, async ({ client, bodies }) => {
      const { scores } = await client.scoreLabels(request);
      expect(scores.map((row) => row.length)).toEqual([3, 3]);
      expect(scores[1]?.[0]).toBeGreaterThan(scores[0]?.[0] ?? 1);
      expect(bodies[0]).toMatchObject({ label_token_ids: [9, 7, 3], apply_softmax: false, item_first: false });
    });
  });

  test('takes no answer for part of its items', async () => {
    const misbehaviours: Misbehaviour[] = [{ kind: 'status', status: 200, body: { scores: [[1, 0, 0]] } }];
    const options = { maxAttempts: 1 };
    await withServer(
      { shape: 'sglang', reward, misbehaviours },
      async ({ client }) => {
        await expect(client.scoreLabels(request)).rejects.toThrow('It has not 2 times 3 scores');
      },
      options,
    );
  });
});

describe.each(['vllm', 'sglang', 'llama.cpp'] as const)('tokens of %s', (shape) => {
  test('are those of a text, with or without its beginning, and become the text again', async () => {
    await withServer({ shape }, async ({ client }) => {
      const { tokens } = await client.tokenize({ prompt: text });
      const plain = await client.tokenize({ prompt: text, addsSpecialTokens: false });
      expect(tokens).toEqual([1, ...plain.tokens]);
      expect(plain.tokens).toHaveLength(9);
      expect((await client.detokenize({ tokens: plain.tokens })).text).toBe(text.text);
      expect((await client.detokenize({ tokens })).text).toBe(`<s>${text.text}`);
      expect((await client.detokenize({ tokens: [] })).text).toBe('');
    });
  });

  test('of a conversation are counted, or the server is said to take none', async () => {
    await withServer({ shape }, async ({ client }) => {
      const work = client.tokenize({ prompt: conversation });
      if (shape === 'vllm') expect((await work).tokens.length).toBeGreaterThan(0);
      else await expect(work).rejects.toMatchObject({ code: shape === 'sglang' ? 'BAD_REQUEST' : 'NOT_SUPPORTED' });
    });
  });
});

describe('what servers have beside OpenAI', () => {
  test('lies before the version of the base URL, and behind a prefix', async () => {
    for (const prefix of ['', '/gateway/team-7']) {
      await withServer({ shape: 'vllm', reward, prefix }, async ({ client }) => {
        expect((await client.tokenize({ prompt: text })).endpoint).toMatch(new RegExp(`${prefix}/v1$`));
        expect((await client.pool({ prompt: text })).vectors).toHaveLength(1);
      });
    }
  });

  test.each(['undici', 'openai'] as const)('is asked with the key and the extra fields through %s', async (via) => {
    const extraBody = { add_special_tokens: false };
    await withServer(
      { shape: 'vllm', reward, apiKey: 'header-key-1' },
      async ({ client, bodies }) => {
        await client.classify({ prompt: text });
        expect(bodies[0]).toMatchObject({ add_special_tokens: false });
      },
      { via, extraBody, headers: { authorization: 'Bearer header-key-1' } },
    );
  });

  test('is tried again, refused and counted as other requests are', async () => {
    const misbehaviours: Misbehaviour[] = [
      { kind: 'status', status: 503, when: ({ timesSeen }) => timesSeen === 0 },
      { kind: 'cut', when: ({ timesSeen }) => timesSeen === 1 },
    ];
    const budget = createBudget({ requestsPerSecond: 1000 });
    await withServer(
      { shape: 'vllm', reward, misbehaviours },
      async ({ client }) => {
        expect(await client.classify({ prompt: text })).toMatchObject({ scores: [1.4], attempts: 3 });
        expect(client.getStatistics()).toMatchObject({
          requests: 3,
          failures: { retry: 1, shrink: 1, drop: 0, fatal: 0 },
          endpoints: [{ answered: 1, samples: 0, promptTokens: 9, completionTokens: 0 }],
          budget: { promptTokens: 9, cost: 0.000_009 },
        });
      },
      { budget, prices: { prompt: 1, completion: 1 } },
    );
  });

  test('takes a signal, and waits for what is to be done before it is sent', async () => {
    await withServer({ shape: 'vllm', reward }, async ({ client, bodies }) => {
      const reason = new Error('Enough.');
      await expect(client.tokenize({ prompt: text }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const beforeSend = (): Promise<void> => Promise.reject(reason);
      await expect(client.pool({ prompt: text }, { beforeSend })).rejects.toBe(reason);
      expect(bodies).toEqual([]);
    });
  });

  test('of an unknown model is said to be so, with the names that are served', async () => {
    await withServer({ shape: 'vllm', reward, models: ['rm-7b'] }, async ({ client }) => {
      const error = await client.classify({ prompt: text }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'MODEL_NOT_FOUND' });
      expect(String(error)).toContain('rm-7b');
    });
  });
});
