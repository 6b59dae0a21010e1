import { describe, expect, test } from 'vitest';
import type { GenerateRequest, ModelClient } from '../model-client.ts';

/** A client that answers like {@link conformanceReply}, and how to stop what stands behind it. */
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

/** What every ModelClient does, whatever stands behind it. */
export function describeModelClient(name: string, create: () => Promise<ClientUnderTest>): void {
  describe(`${name} as a model client`, () => {
    const withClient = async (work: (client: ModelClient) => Promise<void>): Promise<void> => {
      const { client, stop } = await create();
      try {
        await work(client);
      } finally {
        await client.close();
        await stop();
      }
    };

    test('gives the text, the finish reason and the reasoning apart', () =>
      withClient(async (client) => {
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
      withClient(async (client) => {
        const { choices } = await client.generate(ask('one', { n: 3 }));
        expect(choices.map(({ text }) => text)).toEqual([0, 1, 2].map((epoch) => find('one', epoch)?.reply));
      }));

    test('answers another epoch with another sample', () =>
      withClient(async (client) => {
        const { choices } = await client.generate(ask('one', { epoch: 2 }));
        expect(choices[0]?.text).toBe(find('one', 2)?.reply);
      }));

    test('says who answered, how often it was asked and how long that took', () =>
      withClient(async (client) => {
        const response = await client.generate(ask('one'));
        expect(response.attempts).toBe(1);
        expect(response.latencyMs).toBeGreaterThanOrEqual(0);
        expect(response.endpoint).not.toBe('');
        expect(client.getFingerprint()).toMatchObject({ model: client.model });
        expect(client.getStatistics()).toMatchObject({ requests: 1, inFlight: 0, waiting: 0 });
        expect(client.getStatistics().concurrencyLimit).toBeGreaterThan(0);
      }));

    test('answers many calls at once, each with its own reply', () =>
      withClient(async (client) => {
        const ids = Array.from({ length: 90 }, (_, index) => ['one', 'two', 'three'][index % 3] ?? 'one');
        const responses = await Promise.all(ids.map((id, index) => client.generate(ask(id, { epoch: index % 2 }))));
        expect(responses.map(({ choices }) => choices[0]?.text)).toEqual(
          ids.map((id, index) => find(id, index % 2)?.reply),
        );
      }));

    test("rejects with the signal's reason when it is aborted already", () =>
      withClient(async (client) => {
        const reason = new Error('Enough.');
        await expect(client.generate(ask('one'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      }));

    test('refuses calls after it was closed, and may be closed twice', () =>
      withClient(async (client) => {
        await client.close();
        await client.close();
        await expect(client.generate(ask('one'))).rejects.toMatchObject({ code: 'CLIENT_CLOSED', errorClass: 'fatal' });
      }));
  });
}
