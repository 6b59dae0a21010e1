import { describe, expect, test } from 'vitest';
import type { Choice, GenerateRequest, ModelClient } from '../model-client.ts';

/** A client, and how to stop what stands behind it. */
export interface ClientUnderTest {
  readonly client: ModelClient;
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

/** The replies that a client under test must know. Its problems are asked for by their id. */
export const conformanceReplies: readonly ConformanceReply[] = ['one', 'two', 'three'].flatMap((id) =>
  [0, 1, 2].map((epoch) => ({
    id,
    epoch,
    reply: `Reply ${epoch} to ${id}: $\\frac{1}{2}$\n“ü”`,
    ...(id === 'three' ? { reasoning: `Thoughts on ${id}.` } : {}),
    finishReason: id === 'two' ? 'length' : 'stop',
  })),
);

function ask(id: string, { epoch = 0, n = 1 }: { readonly epoch?: number; readonly n?: number } = {}): GenerateRequest {
  return {
    prompt: { kind: 'chat', messages: [{ role: 'user', content: id }] },
    sampling: { temperature: 0.7, topP: 0.95, maxTokens: 64, stop: [], seed: epoch, n },
    key: { id, epoch },
  };
}

function find(id: string, epoch: number): ConformanceReply | undefined {
  return conformanceReplies.find((reply) => reply.id === id && reply.epoch === epoch);
}

type Create = () => Promise<ClientUnderTest>;

async function withClient(create: Create, work: (client: ModelClient) => Promise<void>): Promise<void> {
  const { client, stop } = await create();
  try {
    await work(client);
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
        const requests = ['one', 'two', 'three'].flatMap((id) => [0, 1].map((epoch) => ask(id, { epoch })));
        const alone: (readonly Choice[])[] = [];
        for (const request of requests) alone.push((await client.generate(request)).choices);
        const many = Array.from({ length: 90 }, (_, index) => index % requests.length);
        const together = await Promise.all(many.map((index) => client.generate(requests[index] as GenerateRequest)));
        expect(together.map(({ choices }) => choices)).toEqual(many.map((index) => alone[index]));
        expect(client.getStatistics()).toMatchObject({ requests: 96, inFlight: 0, waiting: 0 });
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

    test('answers another epoch with another sample', () =>
      withClient(create, async (client) => {
        const { choices } = await client.generate(ask('one', { epoch: 2 }));
        expect(choices[0]?.text).toBe(find('one', 2)?.reply);
      }));
  });
}
