import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { Secret } from '@scalequest/core';
import { type Misbehaviour, type ModelServerOptions, startModelServer } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { hurriedClock } from '../__fixtures__/hurried-clock.ts';
import { ModelsError } from '../errors.ts';
import type { GenerateRequest, Sampling } from '../model-client.ts';
import { createOpenAiClient, type OpenAiClientOptions } from './create-openai-client.ts';

const sampling: Sampling = { temperature: 0.5, topP: 0.9, maxTokens: 77, stop: [], seed: 1024 };
const chat = { kind: 'chat', messages: [{ role: 'user', content: 'Hello ü' }] } as const;
const completion = { kind: 'completion', text: 'Once “upon”' } as const;

function ask(prompt: GenerateRequest['prompt'], changes: Partial<Sampling> = {}): GenerateRequest {
  return { prompt, sampling: { ...sampling, ...changes } };
}

async function withClients<T>(
  serverOptions: ModelServerOptions,
  clientOptions: Partial<OpenAiClientOptions>,
  work: (clients: {
    readonly whole: ReturnType<typeof createOpenAiClient>;
    readonly streamed: ReturnType<typeof createOpenAiClient>;
    readonly server: Awaited<ReturnType<typeof startModelServer>>;
  }) => Promise<T>,
): Promise<T> {
  await using server = await startModelServer(serverOptions);
  const options = { model: 'test-model', baseUrls: [server.baseUrl], ...clientOptions };
  const whole = createOpenAiClient(options);
  const streamed = createOpenAiClient({ ...options, stream: true });
  try {
    return await work({ whole, streamed, server });
  } finally {
    await whole.close();
    await streamed.close();
  }
}

/** The first time only. */
function once(fault: Misbehaviour): Misbehaviour {
  return { ...fault, when: ({ timesSeen }) => timesSeen === 0 };
}

for (const via of ['undici', 'openai'] as const) {
  describe(`streams through ${via}`, () => {
    test.each([undefined, 'vllm', 'sglang', 'llama.cpp'] as const)(
      'are asked for with their usage, and give what unstreamed replies give: %s',
      async (shape) => {
        const bodies: unknown[] = [];
        const reply: ModelServerOptions['reply'] = ({ text, choice, body }) => {
          bodies.push(body);
          const reasoning = choice === 1 ? { reasoning: 'Thoughts “ü”.' } : {};
          return { text: ` ${choice}: 🙂 ${text}\n`, finishReason: choice === 2 ? 'length' : 'stop', ...reasoning };
        };
        await withClients(
          { reply, ...(shape === undefined ? {} : { shape }) },
          { via },
          async ({ whole, streamed }) => {
            for (const request of [
              ask(chat),
              ask(chat, { n: 4 }),
              ask(completion, { n: 3 }),
              ask(chat, { n: 2, logprobs: 1 }),
              ask(completion, { logprobs: 1 }),
            ]) {
              bodies.length = 0;
              const { latencyMs: _, ...expected } = await whole.generate(request);
              const { latencyMs: __, ...response } = await streamed.generate(request);
              expect(response).toEqual(expected);
              expect(bodies[0]).not.toHaveProperty('stream');
              expect(bodies.at(-1)).toMatchObject({ stream: true, stream_options: { include_usage: true } });
            }
            const { usage } = await streamed.generate(ask(chat, { n: 2 }));
            expect(usage?.completionTokens).toBeGreaterThan(2);
            expect(streamed.getFingerprint().servedModels).toEqual(whole.getFingerprint().servedModels);
          },
        );
      },
    );

    test.each<[string, Misbehaviour, string]>([
      ['cut in the middle', { kind: 'cut' }, 'CONNECTION_LOST'],
      ['that ends too early as if it were whole', { kind: 'cut-cleanly' }, 'BAD_RESPONSE'],
      ['with an error in the middle', { kind: 'error-event' }, 'SERVER_FAILED'],
      ['with an event that is no JSON', { kind: 'malformed-json' }, 'BAD_RESPONSE'],
      ['with fewer choices than asked for', { kind: 'fewer-choices' }, 'BAD_RESPONSE'],
      ['without choices', { kind: 'no-choices' }, 'BAD_RESPONSE'],
      ['that falls silent in the middle', { kind: 'stall' }, 'CONNECTION_LOST'],
      ['that never begins', { kind: 'hang' }, 'CONNECTION_LOST'],
    ])('a stream %s is asked for again, whole', async (_name, fault, code) => {
      await withClients(
        { misbehaviours: [once(fault)] },
        { via, clock: hurriedClock, timeoutMs: 600_000_000, patienceMs: 600_000_000, stallMs: 400_000 },
        async ({ streamed, server }) => {
          const response = await streamed.generate(ask(chat, { n: 3 }));
          expect(response.attempts).toBe(2);
          expect(response.choices.map(({ text }) => text)).toEqual(
            [1024, 1025, 1026].map((seed) => `Reply to Hello ü with seed ${seed}`),
          );
          expect(streamed.getStatistics().endpoints[0]).toMatchObject({ failureCodes: { [code]: 1 }, answered: 1 });
          await expect.poll(() => server.getStatistics().inFlight).toBe(0);
        },
      );
    });

    test.each(['abort', 'error'])(
      'a reply that the server gave up (%s) is no short reply, streamed or whole',
      async (reason) => {
        const reply: ModelServerOptions['reply'] = ({ timesSeen, choice }) => ({
          text: 'Half',
          finishReason: timesSeen === 0 && choice === 1 ? reason : 'stop',
        });
        for (const way of ['whole', 'streamed'] as const) {
          await withClients({ reply }, { via, clock: hurriedClock, timeoutMs: 600_000_000 }, async (clients) => {
            const { attempts, choices } = await clients[way].generate(ask(chat, { n: 2 }));
            expect({ attempts, reasons: choices.map(({ finishReason }) => finishReason) }).toEqual({
              attempts: 2,
              reasons: ['stop', 'stop'],
            });
          });
        }
      },
    );

    test('an error in the middle is classed by its code, with its words', async () => {
      const event = `data: ${JSON.stringify({ error: { message: 'Input is longer than the maximum context length', code: 400 } })}\n\n`;
      await withClients({ misbehaviours: [{ kind: 'error-event', event }] }, { via }, async ({ streamed }) => {
        const error = await streamed.generate(ask(chat)).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(ModelsError);
        expect(error).toMatchObject({ code: 'CONTEXT_TOO_LONG', errorClass: 'drop' });
        expect((error as ModelsError).message).toContain('In the middle of its answer it said: Input is longer');
      });
    });

    test('keys that a server repeats in its events are in no error', async () => {
      const key = 'sk-live-0123456789abcdef';
      for (const data of [JSON.stringify({ error: { message: `Bearer ${key}`, code: 400 } }), `${key} is no JSON`]) {
        const event = `data: ${data}\n\n`;
        const options = { via, apiKey: new Secret(key), maxAttempts: 1 };
        await withClients({ misbehaviours: [{ kind: 'error-event', event }] }, options, async ({ streamed }) => {
          const error = await streamed.generate(ask(chat)).catch((reason: unknown) => reason);
          expect(error).toBeInstanceOf(ModelsError);
          expect(inspect(error, { depth: 20, showHidden: true })).toContain('[secret]');
          expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(key.slice(0, 12));
        });
      }
    });

    test('a server that answers in one piece although a stream was asked for is understood', async () => {
      const extraBody = { stream: false };
      await withClients({}, { via, extraBody }, async ({ streamed }) => {
        expect((await streamed.generate(ask(chat))).choices[0]?.text).toBe('Reply to Hello ü with seed 1024');
      });
    });
  });
}

/** Asks a server that answers by hand, byte by byte. */
async function askRaw(
  respond: (response: ServerResponse) => void,
  options: Partial<OpenAiClientOptions> = {},
): Promise<unknown> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => respond(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const baseUrls = [`http://127.0.0.1:${port}/v1`];
  const client = createOpenAiClient({ model: 'm', baseUrls, stream: true, maxAttempts: 1, ...options });
  try {
    return (await client.generate(ask(chat))).choices;
  } catch (error) {
    return error;
  } finally {
    await client.close();
    server.closeAllConnections();
    server.close();
  }
}

const header = { 'content-type': 'text/event-stream; charset=utf-8' };
const half = 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n';
const end = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const done = 'data: [DONE]\n\n';
const choices = [{ text: 'a', finishReason: 'stop' }];

describe('the connection', () => {
  test('may stay open or break after [DONE]: the reply is whole', async () => {
    const stayOpen = (response: ServerResponse): void => void response.writeHead(200, header).write(half + end + done);
    expect(await askRaw(stayOpen, { stallMs: 400 })).toEqual(choices);
    const breakOff = (response: ServerResponse): void => {
      stayOpen(response);
      setTimeout(() => response.destroy(), 10);
    };
    expect(await askRaw(breakOff)).toEqual(choices);
  });

  test('may not break before, even if each choice has its end: the usage was to come', async () => {
    const breakOff = (response: ServerResponse): void => {
      response.writeHead(200, header).write(half + end);
      setTimeout(() => response.destroy(), 10);
    };
    expect(await askRaw(breakOff)).toMatchObject({ code: 'CONNECTION_LOST' });
  });

  test('is closed where a stream goes wrong: the rest is not waited for', async () => {
    let isClosed = false;
    const goOn = (response: ServerResponse): void => {
      response.writeHead(200, header).write(`${half}data: {"error": {"message": "Died."}}\n\n`);
      const timer = setInterval(() => response.write(half), 5);
      response.once('close', () => {
        clearInterval(timer);
        isClosed = true;
      });
    };
    expect(await askRaw(goOn)).toMatchObject({ code: 'SERVER_FAILED' });
    await expect.poll(() => isClosed).toBe(true);
  });
});

describe('silence', () => {
  test('of a server that takes connections is found long before the time-out', async () => {
    const error = await askRaw(() => undefined, { stallMs: 50 });
    expect(error).toMatchObject({ code: 'CONNECTION_LOST', fields: { stallMs: 50 } });
    expect((error as ModelsError).message).toContain('No byte came for 0.05 s.');
  });

  test('of an unstreamed reply is bounded where that is asked for', async () => {
    const options = { stream: false, stallMs: 50 };
    expect(await askRaw(() => undefined, options)).toMatchObject({ code: 'CONNECTION_LOST' });
  });

  test('is broken by comments: a stream that goes on, however slowly, is read to its end', async () => {
    const respond = (response: ServerResponse): void => {
      response.writeHead(200, header);
      const parts = [': ping\n\n', half, ': ping\n\n', end + done];
      const next = (): void => {
        const part = parts.shift();
        if (part === undefined) return void response.end();
        response.write(part);
        setTimeout(next, 60);
      };
      setTimeout(next, 60);
    };
    expect(await askRaw(respond, { stallMs: 200 })).toEqual(choices);
  });

  test('what came while this process was held up counts', async () => {
    await withClients({ latencyMs: 5 }, { stallMs: 100, maxAttempts: 1 }, async ({ streamed }) => {
      const replies = Array.from({ length: 20 }, () => streamed.generate(ask(chat)));
      await new Promise((resolve) => setTimeout(resolve, 1));
      const until = performance.now() + 250;
      while (performance.now() < until);
      expect((await Promise.all(replies)).every(({ attempts }) => attempts === 1)).toBe(true);
    });
  });

  test('a bound of nothing is refused', () => {
    const create = (): unknown => createOpenAiClient({ model: 'm', baseUrls: ['http://localhost/v1'], stallMs: 0 });
    expect(create).toThrow("'stallMs' is 0");
  });
});
