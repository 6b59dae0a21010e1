import { describe, expect, test } from 'vitest';
import type { Choice, GenerateRequest, ModelClient } from '../model-client.ts';

/** A client, and how to stop what stands behind it. */
export interface ClientUnderTest {
  readonly client: ModelClient;
  /** A request that is out for long. @defaultValue there is none: every answer is there at once */
  readonly slow?: GenerateRequest;
  readonly stop: () => Promise<void>;
}

/** What the client under test answers, for each problem and epoch. */
export interface ConformanceReply {
  readonly id: string;
  readonly epoch: number;
  readonly reply: string;
  readonly reasoning?: string;
  readonly finishReason: 'stop' | 'length';
}

/** More samples than fit into most things that count by the dozen. */
const manySamples = 300;

/** The replies that a client under test must know. Its problems are asked for by their id. */
export const conformanceReplies: readonly ConformanceReply[] = ['one', 'two', 'three', 'many'].flatMap((id) =>
  Array.from({ length: id === 'many' ? manySamples : 3 }, (_, epoch) => ({
    id,
    epoch,
    reply: `Reply ${epoch} to ${id}: $\\frac{1}{2}$\n“ü”`,
    ...(id === 'three' ? { reasoning: `Thoughts on ${id}.` } : {}),
    finishReason: id === 'two' ? 'length' : 'stop',
  })),
);

/** The request for a problem by its id. */
export function ask(
  id: string,
  {
    epoch = 0,
    n = 1,
    maxTokens = 64,
  }: { readonly epoch?: number; readonly n?: number; readonly maxTokens?: number } = {},
): GenerateRequest {
  return {
    prompt: { kind: 'chat', messages: [{ role: 'user', content: id }] },
    sampling: { temperature: 0.7, topP: 0.95, maxTokens, stop: [], seed: epoch, n },
    key: { id, epoch },
  };
}

function find(id: string, epoch: number): ConformanceReply | undefined {
  return conformanceReplies.find((reply) => reply.id === id && reply.epoch === epoch);
}

type Create = () => Promise<ClientUnderTest>;

async function withClient(
  create: Create,
  work: (client: ModelClient, slow: GenerateRequest | undefined) => Promise<void>,
): Promise<void> {
  const { client, slow, stop } = await create();
  try {
    await work(client, slow);
  } finally {
    await client.close();
    await stop();
  }
}

/** What every ModelClient does, whatever it answers. */
export function describeModelContract(name: string, create: Create): void {
  describe(`${name} as a model client`, () => {
    test('gives as many samples as were asked for, each with its end', () =>
      withClient(create, async (client) => {
        for (const n of [1, 3]) {
          const { choices } = await client.generate(ask('one', { n }));
          expect(choices).toHaveLength(n);
          expect(choices.every(({ finishReason }) => finishReason === 'stop' || finishReason === 'length')).toBe(true);
        }
      }));

    test('says who answered, how often it was asked and how long that took', () =>
      withClient(create, async (client) => {
        const response = await client.generate(ask('one'));
        expect(response.attempts).toBe(1);
        expect(response.latencyMs).toBeGreaterThanOrEqual(0);
        expect(response.endpoint).not.toBe('');
        expect(client.getFingerprint()).toMatchObject({ model: client.model });
        expect(client.getFingerprint().engine).not.toBe('');
        expect(client.getStatistics()).toMatchObject({ requests: 1, inFlight: 0, waiting: 0 });
        expect(client.getStatistics().concurrencyLimit).toBeGreaterThan(0);
      }));

    test('answers many calls at once, each as it would alone', () =>
      withClient(create, async (client) => {
        const requests = ['one', 'two', 'three'].flatMap((id) =>
          [0, 1].map((epoch) => ask(id, { epoch, maxTokens: 16 })),
        );
        const alone: (readonly Choice[])[] = [];
        for (const request of requests) alone.push((await client.generate(request)).choices);
        const many = Array.from({ length: 90 }, (_, index) => index % requests.length);
        const together = await Promise.all(many.map((index) => client.generate(requests[index] as GenerateRequest)));
        expect(together.map(({ choices }) => choices)).toEqual(many.map((index) => alone[index]));
        expect(client.getStatistics()).toMatchObject({ requests: 96, inFlight: 0, waiting: 0 });
      }));

    test('gives hundreds of samples of one request', () =>
      withClient(create, async (client) => {
        const { choices, attempts } = await client.generate(ask('many', { n: manySamples, maxTokens: 2 }));
        expect(choices).toHaveLength(manySamples);
        expect(choices.every(({ text }) => typeof text === 'string')).toBe(true);
        expect(attempts).toBe(1);
      }));

    test('says what it knows of itself and its servers, in one shape', () =>
      withClient(create, async (client) => {
        await client.generate(ask('one'), { stage: 'answers', priority: 3 });
        const texts = expect.toSatisfy(
          (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
        );
        expect(client.getFingerprint()).toEqual({
          model: client.model,
          engine: expect.any(String),
          endpoints: texts,
          servedModels: texts,
          systemFingerprints: texts,
        });
        const { endpoints, total, ...statistics } = client.getStatistics();
        expect(statistics).toEqual({
          requests: 1,
          resent: 0,
          waiting: 0,
          inFlight: 0,
          concurrencyLimit: expect.any(Number),
          failures: { retry: 0, shrink: 0, drop: 0, fatal: 0 },
        });
        expect(endpoints.map(({ name }) => name)).toEqual(client.getFingerprint().endpoints);
        expect(total?.answered).toBe(endpoints.length > 0 ? 1 : undefined);
        for (const endpoint of endpoints) {
          expect(endpoint).toMatchObject({ requests: 1, answered: 1, samples: 1, inFlight: 0, isListed: true });
          expect(endpoint.failures).toEqual(statistics.failures);
        }
        expect(JSON.parse(JSON.stringify(client.getStatistics()))).toMatchObject({ requests: 1 });
      }));

    test('waits for what is to be done before a request is sent', () =>
      withClient(create, async (client) => {
        const seen: number[] = [];
        const beforeSend = async (): Promise<void> => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          seen.push(client.getStatistics().requests);
        };
        await client.generate(ask('one'), { beforeSend });
        await client.generate(ask('two'), { beforeSend });
        expect(seen).toEqual([0, 1]);
      }));

    test('sends nothing where that fails, and rejects with its reason', () =>
      withClient(create, async (client) => {
        const reason = new Error('The disk is full.');
        const beforeSend = (): Promise<void> => Promise.reject(reason);
        await expect(client.generate(ask('one'), { beforeSend })).rejects.toBe(reason);
        expect(client.getStatistics()).toMatchObject({ requests: 0, inFlight: 0, waiting: 0 });
        expect(client.getStatistics().failures).toEqual({ retry: 0, shrink: 0, drop: 0, fatal: 0 });
        await client.generate(ask('one'));
      }));

    test('sends nothing that was aborted or closed before, and rejects with the reason', () =>
      withClient(create, async (client) => {
        const controller = new AbortController();
        const reason = new Error('Enough.');
        const abort = async (): Promise<void> => controller.abort(reason);
        await expect(client.generate(ask('one'), { signal: controller.signal, beforeSend: abort })).rejects.toBe(
          reason,
        );
        expect(client.getStatistics().requests).toBe(0);
        await expect(client.generate(ask('one'), { beforeSend: client.close })).rejects.toMatchObject({
          code: 'CLIENT_CLOSED',
        });
        expect(client.getStatistics().requests).toBe(0);
      }));

    test('ends a request that is out when it is aborted, with the reason, and goes on with others', ({ skip }) =>
      withClient(create, async (client, slow) => {
        if (slow === undefined) return skip('Its answers are there at once.');
        const controller = new AbortController();
        const reason = new Error('Enough.');
        const call = client.generate(slow, { signal: controller.signal });
        await expect.poll(() => client.getStatistics().inFlight).toBeGreaterThan(0);
        await new Promise((resolve) => setTimeout(resolve, 20));
        controller.abort(reason);
        await expect(call).rejects.toBe(reason);
        await expect.poll(() => client.getStatistics().inFlight).toBe(0);
        expect((await client.generate(ask('one'))).choices).toHaveLength(1);
      }));

    test('ends requests that are out or wait when it is closed', ({ skip }) =>
      withClient(create, async (client, slow) => {
        if (slow === undefined) return skip('Its answers are there at once.');
        const calls = Array.from({ length: 100 }, () => client.generate(slow));
        const ends = Promise.allSettled(calls);
        await expect.poll(() => client.getStatistics().inFlight).toBeGreaterThan(0);
        await client.close();
        for (const end of await ends) {
          expect(end).toMatchObject({ status: 'rejected', reason: { code: 'CLIENT_CLOSED', errorClass: 'fatal' } });
        }
        expect(client.getStatistics()).toMatchObject({ inFlight: 0, waiting: 0 });
      }));

    test("rejects with the signal's reason when it is aborted already", () =>
      withClient(create, async (client) => {
        const reason = new Error('Enough.');
        await expect(client.generate(ask('one'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      }));

    test('refuses calls after it was closed, and may be closed twice', () =>
      withClient(create, async (client) => {
        await client.close();
        await client.close();
        await expect(client.generate(ask('one'))).rejects.toMatchObject({ code: 'CLIENT_CLOSED', errorClass: 'fatal' });
      }));
  });
}

/** What a client does that answers with {@link conformanceReplies}. */
export function describeModelClient(name: string, create: Create): void {
  describeModelContract(name, create);
  describe(`${name} with known replies`, () => {
    test('gives the text, the finish reason and the reasoning apart', () =>
      withClient(create, async (client) => {
        for (const id of ['one', 'two', 'three']) {
          const expected = find(id, 0);
          const { choices } = await client.generate(ask(id));
          expect(choices).toHaveLength(1);
          expect(choices[0]?.text).toBe(expected?.reply);
          expect(choices[0]?.finishReason).toBe(expected?.finishReason);
          expect(choices[0]?.reasoning).toBe(expected?.reasoning);
        }
      }));

    test('gives n samples in their order', () =>
      withClient(create, async (client) => {
        const { choices } = await client.generate(ask('one', { n: 3 }));
        expect(choices.map(({ text }) => text)).toEqual([0, 1, 2].map((epoch) => find('one', epoch)?.reply));
      }));

    test('gives hundreds of samples in their order', () =>
      withClient(create, async (client) => {
        const { choices } = await client.generate(ask('many', { n: manySamples }));
        expect(choices.map(({ text }) => text)).toEqual(
          Array.from({ length: manySamples }, (_, epoch) => find('many', epoch)?.reply),
        );
      }));

    test('answers another epoch with another sample', () =>
      withClient(create, async (client) => {
        const { choices } = await client.generate(ask('one', { epoch: 2 }));
        expect(choices[0]?.text).toBe(find('one', 2)?.reply);
      }));
  });
}
