import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { Secret } from '@scalequest/core';
import { type Misbehaviour, type ModelServerOptions, startModelServer } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { hurriedClock } from '../__fixtures__/hurried-clock.ts';
import { ModelsError } from '../errors.ts';
import type { GenerateRequest, ModelClient, Sampling } from '../model-client.ts';
import { systemClock } from '../scheduling/clock.ts';
import { createOpenAiClient, type OpenAiClientOptions } from './create-openai-client.ts';

const sampling: Sampling = { temperature: 0.5, topP: 0.9, maxTokens: 77, stop: ['\n\n', 'Q:'], seed: 2 ** 53 - 1024 };

function ask(text: string, changes: Partial<Sampling> = {}): GenerateRequest {
  return {
    prompt: { kind: 'chat', messages: [{ role: 'user', content: text }] },
    sampling: { ...sampling, ...changes },
  };
}

async function withServer(
  serverOptions: ModelServerOptions,
  clientOptions: Partial<OpenAiClientOptions>,
  work: (context: {
    readonly client: ModelClient;
    readonly server: Awaited<ReturnType<typeof startModelServer>>;
  }) => Promise<void>,
): Promise<void> {
  await using server = await startModelServer(serverOptions);
  // Attempts take real time and must not run into a time-out or a patience that is a thousandth.
  const client = createOpenAiClient({
    model: 'test-model',
    baseUrls: [server.baseUrl],
    clock: hurriedClock,
    timeoutMs: 600_000_000,
    patienceMs: 600_000_000,
    ...clientOptions,
  });
  try {
    await work({ client, server });
  } finally {
    await client.close();
  }
}

async function catchError(work: Promise<unknown>): Promise<ModelsError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ModelsError) return error;
  throw new Error(`Expected a ModelsError, got ${inspect(error)}.`);
}

for (const via of ['undici', 'openai'] as const) {
  describe(`requests through ${via}`, () => {
    test('a chat request carries every sampling field, the headers and the extra fields', async () => {
      let seen: { readonly body: unknown; readonly headers: Readonly<Record<string, unknown>> } | undefined;
      const reply: ModelServerOptions['reply'] = (request) => {
        seen = { body: request.body, headers: request.headers };
        return 'ok';
      };
      const headers = { 'x-team': 'red team 7' };
      const extraBody = { chat_template_kwargs: { enable_thinking: false } };
      await withServer(
        { reply, apiKey: 'sk-secret-1' },
        { via, headers, extraBody, apiKey: new Secret('sk-secret-1') },
        async ({ client }) => {
          await client.generate(ask('Hello ü', { n: 1 }));
        },
      );
      expect(seen?.body).toEqual({
        model: 'test-model',
        messages: [{ role: 'user', content: 'Hello ü' }],
        temperature: 0.5,
        top_p: 0.9,
        max_tokens: 77,
        n: 1,
        stop: ['\n\n', 'Q:'],
        seed: 2 ** 53 - 1024,
        chat_template_kwargs: { enable_thinking: false },
      });
      expect(seen?.headers).toMatchObject({ 'x-team': 'red team 7', 'content-type': 'application/json' });
    });

    test('a completion request sends its text as it is to /v1/completions', async () => {
      const kinds: unknown[] = [];
      const reply: ModelServerOptions['reply'] = ({ kind, body, choice }) => {
        kinds.push(kind, body.prompt);
        return `reply ${choice}`;
      };
      await withServer({ reply }, { via }, async ({ client }) => {
        const prompt = { kind: 'completion', text: '<|im_start|>user\n' } as const;
        const { choices } = await client.generate({ prompt, sampling: { ...sampling, n: 2 } });
        expect(choices.map(({ text }) => text)).toEqual(['reply 0', 'reply 1']);
      });
      expect(kinds.slice(0, 2)).toEqual(['completion', '<|im_start|>user\n']);
    });

    test.each([
      {
        prompt: { kind: 'chat', messages: [{ role: 'user', content: 'Hi' }] },
        asked: { logprobs: true, top_logprobs: 2 },
        part: { message: { content: 'ab' } },
        logprobs: {
          content: [
            {
              token: 'a',
              logprob: -0.25,
              bytes: [97],
              top_logprobs: [
                { token: 'b', logprob: -2, bytes: [98] },
                { token: 'a', logprob: -0.25, bytes: [97] },
              ],
            },
            { token: 'b', logprob: -0.5, top_logprobs: [] },
          ],
        },
      },
      {
        prompt: { kind: 'completion', text: 'Hi' },
        asked: { logprobs: 2 },
        part: { text: 'ab' },
        logprobs: {
          tokens: ['a', 'b'],
          token_logprobs: [-0.25, -0.5],
          top_logprobs: [{ b: -2, a: -0.25 }, null],
          text_offset: [0, 1],
        },
      },
    ] as const)('log-probabilities are asked for and read: $prompt.kind', async ({ prompt, asked, part, logprobs }) => {
      let seen: unknown;
      const body = (request: { readonly body: unknown }): unknown => {
        seen = request.body;
        return { choices: [{ index: 0, finish_reason: 'stop', ...part, logprobs }] };
      };
      await withServer({ misbehaviours: [{ kind: 'status', status: 200, body }] }, { via }, async ({ client }) => {
        const { choices } = await client.generate({ prompt, sampling: { ...sampling, logprobs: 2 } });
        expect(choices).toEqual([
          {
            text: 'ab',
            finishReason: 'stop',
            logprobs: [
              {
                token: 'a',
                logprob: -0.25,
                top: [
                  { token: 'a', logprob: -0.25 },
                  { token: 'b', logprob: -2 },
                ],
              },
              { token: 'b', logprob: -0.5, top: [] },
            ],
          },
        ]);
      });
      expect(seen).toMatchObject(asked);
    });

    test('log-probabilities of a shape of their own are left out, and nobody asks for them unasked', async () => {
      let seen: unknown;
      const body = (request: { readonly body: unknown }): unknown => {
        seen = request.body;
        return {
          choices: [{ index: 0, finish_reason: 'stop', message: { content: 'ab' }, logprobs: { content: ['?'] } }],
        };
      };
      await withServer({ misbehaviours: [{ kind: 'status', status: 200, body }] }, { via }, async ({ client }) => {
        const { choices } = await client.generate(ask('Hi'));
        expect(choices).toEqual([{ text: 'ab', finishReason: 'stop' }]);
      });
      expect(seen).not.toHaveProperty('logprobs');
    });

    test.each<[string, Misbehaviour]>([
      ['a connection cut in the middle of the answer', { kind: 'cut' }],
      ['a connection closed without an answer', { kind: 'reset' }],
      ['JSON that ends too early', { kind: 'malformed-json' }],
      ['a page instead of an answer', { kind: 'html-page' }],
      ['no choices', { kind: 'no-choices' }],
      ['fewer choices than asked for', { kind: 'fewer-choices' }],
      ['status 500', { kind: 'status', status: 500 }],
      ['status 502 without JSON', { kind: 'status', status: 502, body: '<h1>Bad Gateway</h1>' }],
    ])('%s is tried again, and dropped where it stays so', async (_name, fault) => {
      const once = {
        ...fault,
        when: ({ timesSeen, text }: { timesSeen: number; text: string }) => text === 'always' || timesSeen === 0,
      };
      await withServer(
        { misbehaviours: [once as Misbehaviour] },
        { via, maxAttempts: 3 },
        async ({ client, server }) => {
          expect(await client.generate(ask('once', { n: 2 }))).toMatchObject({ attempts: 2 });
          const error = await catchError(client.generate(ask('always', { n: 2 })));
          expect(error).toMatchObject({ errorClass: 'drop', fields: { attempts: 3 } });
          expect(server.askedTimes().get('always')).toBe(3);
          expect(client.getStatistics().failures).toMatchObject({ retry: 4, shrink: 0 });
        },
      );
    });

    test('keys and header values are in no error, whatever a server repeats', async () => {
      const key = 'sk-live-0123456789abcdef';
      const token = 'header-token-987654';
      // At the start, and across the place where messages cut a long text.
      const repeated = [`Bearer ${key} ${token}`, `${'x'.repeat(185)}${key}`, `${'x'.repeat(185)}${token}`];
      for (const status of [200, 400, 401, 404, 422, 429, 500, 503]) {
        for (const body of repeated.flatMap((text) => [text, { error: { message: text, code: key, type: key } }])) {
          const misbehaviours: Misbehaviour[] = [
            { kind: 'status', status, headers: { 'x-echo': key, 'retry-after': '1' }, body },
          ];
          const options = {
            via,
            apiKey: new Secret(key),
            headers: { 'x-token': token },
            maxAttempts: 2,
            patienceMs: 50_000,
          };
          await withServer({ misbehaviours }, options, async ({ client }) => {
            const error = await catchError(client.generate(ask('Hello')));
            const shown = [
              inspect(error, { depth: 20, showHidden: true }),
              JSON.stringify(error),
              JSON.stringify(error.fields),
              error.stack,
              inspect(error.cause, { depth: 20 }),
              inspect(client, { depth: 20, showHidden: true }),
              JSON.stringify([client.getFingerprint(), client.getStatistics()]),
            ].join('\n');
            for (const secret of [key, token, key.slice(0, 12), token.slice(0, 12)])
              expect(shown).not.toContain(secret);
          });
        }
      }
    });

    test('an abort ends a request that is out, with the reason', async () => {
      await withServer({ misbehaviours: [{ kind: 'hang' }] }, { via }, async ({ client, server }) => {
        const controller = new AbortController();
        const reason = new Error('Enough.');
        const call = client.generate(ask('Hello'), { signal: controller.signal });
        await expect.poll(() => server.getStatistics().inFlight).toBe(1);
        controller.abort(reason);
        await expect(call).rejects.toBe(reason);
        await expect.poll(() => server.getStatistics().inFlight).toBe(0);
        expect(client.getStatistics().inFlight).toBe(0);
      });
    });
  });
}

describe('what a reply says', () => {
  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content_filter', 'content-filter'],
    [null, 'unknown'],
    ['tool_calls', 'unknown'],
  ] as const)('finish reason %s is %s', async (sent, expected) => {
    await withServer({ reply: () => ({ text: 'x', finishReason: sent }) }, {}, async ({ client }) => {
      expect((await client.generate(ask('Hello'))).choices[0]?.finishReason).toBe(expected);
    });
  });

  test('usage, the served model and the fingerprint of the system are kept', async () => {
    await withServer({ reply: () => 'one two three' }, {}, async ({ client, server }) => {
      const { usage } = await client.generate(ask('four words in here', { n: 2 }));
      expect(usage).toEqual({ promptTokens: 4, completionTokens: 6 });
      expect(client.getFingerprint()).toEqual({
        model: 'test-model',
        engine: 'openai-compatible',
        endpoints: [server.baseUrl],
        servedModels: ['test-model'],
        systemFingerprints: ['fp_test_kit'],
      });
    });
  });

  test('a thinking block inside the text stays there', async () => {
    await withServer({ reply: () => '<think>Hmm.</think>42' }, {}, async ({ client }) => {
      expect((await client.generate(ask('Hello'))).choices[0]).toEqual({
        text: '<think>Hmm.</think>42',
        finishReason: 'stop',
      });
    });
  });

  test('JSON with another label is read', async () => {
    await withServer({ misbehaviours: [{ kind: 'wrong-content-type' }] }, {}, async ({ client }) => {
      expect(await client.generate(ask('Hello'))).toMatchObject({ attempts: 1 });
    });
  });
});

describe('options', () => {
  const create = (extraBody: Readonly<Record<string, unknown>>): ModelClient =>
    createOpenAiClient({ model: 'test-model', baseUrls: ['http://127.0.0.1:9/v1'], extraBody });

  test.each([
    ['n', 'n'],
    ['max_tokens', 'maxTokens'],
    ['max_completion_tokens', 'maxTokens'],
  ])('the number of samples and of tokens is not given twice: %s', (name, field) => {
    expect(() => create({ [name]: 5, top_k: 20 })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        kind: 'request',
        message: expect.stringMatching(new RegExp(`'extraBody' has '${name}'.*\\n.*'${field}' of the sampling`)),
      }),
    );
  });

  test('a field of extraBody that is undefined is left out of the body', async () => {
    let seen: Record<string, unknown> = {};
    const reply: ModelServerOptions['reply'] = (request) => {
      seen = request.body;
      return 'ok';
    };
    await withServer({ reply }, { extraBody: { n: undefined, max_tokens: undefined } }, async ({ client }) => {
      await client.generate(ask('Hello'));
    });
    expect(Object.keys(seen)).toContain('temperature');
    expect(Object.keys(seen)).not.toContain('n');
    expect(Object.keys(seen)).not.toContain('max_tokens');
  });
});

describe('errors', () => {
  test('a wrong key is a wrong request that names the server and where the key comes from', async () => {
    await withServer({ apiKey: 'sk-right' }, { apiKey: new Secret('sk-wrong-key') }, async ({ client, server }) => {
      const error = await catchError(client.generate(ask('Hello')));
      expect(error).toMatchObject({ code: 'AUTH_FAILED', kind: 'request', errorClass: 'fatal' });
      expect(error.message).toContain(server.baseUrl);
      expect(error.message).toContain('SCALEQUEST_API_KEY');
      expect(server.getStatistics().requests).toBe(1);
    });
  });

  test('an unknown model is a wrong request with the close names', async () => {
    await withServer({ models: ['qwen3-8b', 'llama'] }, { model: 'qwen3-8' }, async ({ client }) => {
      const error = await catchError(client.generate(ask('Hello')));
      expect(error).toMatchObject({ code: 'MODEL_NOT_FOUND', kind: 'request', errorClass: 'fatal' });
      expect(error.message).toContain("Model 'qwen3-8' is not served");
      expect(error.message).toContain('Close names: qwen3-8b.');
    });
  });

  test('a base URL without its version path is said to be wrong', async () => {
    await withServer({}, {}, async ({ server }) => {
      const client = createOpenAiClient({ model: 'm', baseUrls: [server.baseUrl.replace('/v1', '')] });
      const error = await catchError(client.generate(ask('Hello')));
      await client.close();
      expect(error).toMatchObject({ code: 'WRONG_BASE_URL', kind: 'request', errorClass: 'fatal' });
      expect(error.message).toContain('/v1');
    });
  });

  test('a prompt over the context length is dropped, others go on', async () => {
    await withServer({ maxTextLength: 50 }, {}, async ({ client }) => {
      const error = await catchError(client.generate(ask('x'.repeat(51))));
      expect(error).toMatchObject({ code: 'CONTEXT_TOO_LONG', errorClass: 'drop' });
      expect(await client.generate(ask('short'))).toMatchObject({ attempts: 1 });
    });
  });

  test("a request that the server does not accept is dropped with the server's words", async () => {
    const body = { error: { message: 'logprobs is not supported', type: 'invalid_request_error', code: null } };
    await withServer({ misbehaviours: [{ kind: 'status', status: 422, body }] }, {}, async ({ client }) => {
      const error = await catchError(client.generate(ask('Hello')));
      expect(error).toMatchObject({ code: 'BAD_REQUEST', errorClass: 'drop', fields: { status: 422 } });
      expect(error.message).toContain('logprobs is not supported');
    });
  });

  test('an account without credit ends the work, although it is a 429', async () => {
    const body = {
      error: { message: 'You exceeded your quota', type: 'insufficient_quota', code: 'insufficient_quota' },
    };
    await withServer({ misbehaviours: [{ kind: 'status', status: 429, body }] }, {}, async ({ client }) => {
      expect(await catchError(client.generate(ask('Hello')))).toMatchObject({
        code: 'QUOTA_EXHAUSTED',
        errorClass: 'fatal',
      });
    });
  });

  test('a server that is not there ends the work after three attempts', async () => {
    const { port, close } = await reservePort();
    await close();
    const client = createOpenAiClient({ model: 'm', baseUrls: [`http://127.0.0.1:${port}/v1`], clock: hurriedClock });
    const errors = await Promise.all(
      Array.from({ length: 100 }, (_, index) => catchError(client.generate(ask(String(index))))),
    );
    await client.close();
    for (const error of errors) expect(error).toMatchObject({ code: 'ENDPOINT_UNREACHABLE', errorClass: 'fatal' });
    expect(errors[0]?.message).toContain('ECONNREFUSED');
  });

  test('a slow answer is given up after the time-out', async () => {
    await withServer(
      { misbehaviours: [{ kind: 'hang' }] },
      { clock: systemClock, timeoutMs: 20, maxAttempts: 1 },
      async ({ client }) => {
        expect(await catchError(client.generate(ask('Hello')))).toMatchObject({
          code: 'TIMED_OUT',
          errorClass: 'drop',
        });
      },
    );
  });

  test.each([
    [{ baseUrls: [] }, "'baseUrls' is empty"],
    [{ baseUrls: ['localhost:8000'] }, 'not an http or https address'],
    [{ baseUrls: ['http://user:hunter22@localhost/v1'] }, 'holds a user name'],
    [{ maxConcurrency: 0 }, "'maxConcurrency' is 0"],
  ])('options %j are refused', (options, message) => {
    const create = (): ModelClient => createOpenAiClient({ model: 'm', baseUrls: ['http://localhost/v1'], ...options });
    expect(create).toThrow(message);
    expect(create).not.toThrow('hunter22');
    expect(create).toThrow(ModelsError);
  });
});

describe('load', () => {
  test('at most the allowed number of requests is out, and each text is asked for once', async () => {
    await withServer({ latencyMs: 2 }, { maxConcurrency: 8 }, async ({ client, server }) => {
      await Promise.all(Array.from({ length: 400 }, (_, index) => client.generate(ask(`Question ${index}`))));
      expect(server.getStatistics().maxInFlight).toBe(8);
      expect([...server.askedTimes().values()].every((times) => times === 1)).toBe(true);
      expect(server.askedTimes().size).toBe(400);
    });
  });

  test('a server that limits its rate refuses some, and every call succeeds in the end', async () => {
    // Slow enough that a busy machine, too, asks for more than that.
    const rateLimit = { ratePerSecond: 80, burst: 10, retryAfter: '1' };
    await withServer({ rateLimit }, { clock: systemClock, maxConcurrency: 32 }, async ({ client, server }) => {
      await Promise.all(Array.from({ length: 200 }, (_, index) => client.generate(ask(`Question ${index}`))));
      const { byStatus, requests } = server.getStatistics();
      expect(byStatus['200']).toBe(200);
      expect(byStatus['429']).toBeGreaterThan(0);
      expect(requests).toBeLessThan(200 * 1.5);
      expect(client.getStatistics().failures).toEqual({ retry: 0, shrink: byStatus['429'], drop: 0, fatal: 0 });
    });
  });

  test('a server that takes ten at once is brought to answer every call', async () => {
    await withServer({ latencyMs: 5, maxInFlight: 10 }, { maxConcurrency: 64 }, async ({ client, server }) => {
      await Promise.all(Array.from({ length: 500 }, (_, index) => client.generate(ask(`Question ${index}`))));
      const { byStatus } = server.getStatistics();
      expect(byStatus['200']).toBe(500);
      expect(byStatus['503']).toBeGreaterThan(0);
    });
  });

  test('a mixture of every fault loses no call', async () => {
    const misbehaviours: Misbehaviour[] = [
      { kind: 'status', status: 500, share: 0.05 },
      { kind: 'status', status: 503, share: 0.05 },
      { kind: 'cut', share: 0.05 },
      { kind: 'reset', share: 0.05 },
      { kind: 'malformed-json', share: 0.05 },
      { kind: 'no-choices', share: 0.05 },
    ];
    await withServer({ misbehaviours }, { maxAttempts: 20 }, async ({ client }) => {
      const texts = Array.from({ length: 500 }, (_, index) => `Question ${index}`);
      const responses = await Promise.all(texts.map((text) => client.generate(ask(text, { seed: 1 }))));
      expect(responses.map(({ choices }) => choices[0]?.text)).toEqual(
        texts.map((text) => `Reply to ${text} with seed 1`),
      );
    });
  });
});

/** A port that nothing listens on once it is closed. */
async function reservePort(): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return { port: address.port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
