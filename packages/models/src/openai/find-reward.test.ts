import { type Misbehaviour, type ModelServerOptions, startModelServer } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { createOpenAiClient } from './create-openai-client.ts';
import { type FindRewardOptions, type FoundReward, findReward } from './find-reward.ts';

/** A model that knows the sum. */
const reward: ModelServerOptions['reward'] = ({ text }) => (text.includes('answer is 42') ? 3.5 : -2);
const canary = {
  good: { kind: 'completion', text: 'Q: 17 + 25? A: The answer is 42.' },
  bad: { kind: 'completion', text: 'Q: 17 + 25? A: The answer is 9.' },
} as const;

async function find(
  serverOptions: ModelServerOptions,
  options?: FindRewardOptions,
): Promise<FoundReward & { readonly after: number }> {
  await using server = await startModelServer(serverOptions);
  const client = createOpenAiClient({ model: 'rm', baseUrls: [server.baseUrl], maxAttempts: 1 });
  try {
    const found = await findReward(client, options);
    const { score } = await found.score(canary.good, { stage: 'reward' });
    return { ...found, after: score };
  } finally {
    await client.close();
  }
}

describe('the way to rewards', () => {
  test.each<[string, ModelServerOptions, FindRewardOptions | undefined, string]>([
    ['vLLM with a classifier', { shape: 'vllm' }, undefined, '/classify'],
    ['SGLang, with texts', { shape: 'sglang' }, { canary }, '/classify'],
    [
      'vLLM with a reward for each token',
      { shape: 'vllm', lacks: ['classify'], poolingTasks: ['token_classify'] },
      undefined,
      '/pooling',
    ],
    [
      'vLLM that has other tasks first',
      { shape: 'vllm', lacks: ['classify'], poolingTasks: ['token_embed', 'token_classify'] },
      { canary },
      '/pooling',
    ],
  ])('is found at %s, and gives raw rewards', async (_name, serverOptions, options, way) => {
    const found = await find({ ...serverOptions, reward }, options);
    expect(found).toMatchObject({ way, goodScore: 3.5, badScore: -2, after: 3.5 });
  });

  test('is one by a named task where the server wants one', async () => {
    const misbehaviours: Misbehaviour[] = [
      { kind: 'status', status: 400, when: ({ kind, body }) => kind === 'pool' && body.task === undefined },
    ];
    const options: ModelServerOptions = { shape: 'vllm', lacks: ['classify'], poolingTasks: ['encode'], misbehaviours };
    expect(await find({ ...options, reward })).toMatchObject({ way: '/pooling with task encode' });
  });

  test('is not taken where it gives all replies one number, and the next one is', async () => {
    const misbehaviours: Misbehaviour[] = [
      {
        kind: 'status',
        status: 200,
        body: { data: [{ index: 0, label: 'LABEL_0', probs: [1] }] },
        when: ({ kind }) => kind === 'classify',
      },
    ];
    expect(await find({ shape: 'vllm', reward, misbehaviours })).toMatchObject({ way: '/pooling', goodScore: 3.5 });
  });

  test('is refused where the canaries stand the wrong way round everywhere, with what they got', async () => {
    const error = await find({ shape: 'vllm', reward: (asked) => -(reward?.(asked) ?? 0) }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'CANARY_FAILED', kind: 'request', errorClass: 'fatal' });
    expect(String(error)).toContain('/classify: the good answer got -3.5, the bad one 2.');
  });

  test('is said to be missing with the reason of each, where there is none', async () => {
    for (const shape of ['vllm', 'sglang', 'llama.cpp'] as const) {
      const error = await find({ shape }, { canary }).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'NOT_SUPPORTED', kind: 'request', errorClass: 'fatal' });
      expect(String(error)).toContain(
        shape === 'sglang' ? '--is-embedding' : '/pooling with task token_classify: It answered 404',
      );
    }
  });

  test('needs to be told what several scores mean', async () => {
    const misbehaviours: Misbehaviour[] = [
      {
        kind: 'status',
        status: 200,
        body: ({ text }: { readonly text: string }) => ({
          data: [{ index: 0, probs: text.includes('42') ? [0.1, 0.9] : [0.7, 0.3] }],
        }),
        when: ({ kind }) => kind === 'classify',
      },
    ];
    const options: ModelServerOptions = { shape: 'vllm', reward, misbehaviours, lacks: ['pool'] };
    const error = await find(options).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'CANARY_FAILED' });
    expect(String(error)).toContain('The model gives 2 scores, expected one.');
    expect(String(error)).toContain('`readScore`');
    expect(await find(options, { readScore: ([, right]) => right ?? 0 })).toMatchObject({
      goodScore: 0.9,
      badScore: 0.3,
    });
  });

  test('is not looked for further where the server says nothing within its time, which is told', async () => {
    await using server = await startModelServer({ shape: 'vllm', reward, latencyMs: 60_000 });
    const client = createOpenAiClient({ model: 'rm', baseUrls: [server.baseUrl], maxAttempts: 1, timeoutMs: 50 });
    await expect(findReward(client)).rejects.toMatchObject({ code: 'TIMED_OUT' });
    await client.close();
  });

  test('is not looked for further where nothing can be asked at all', async () => {
    await expect(find({ shape: 'vllm', reward, apiKey: 'k' })).rejects.toMatchObject({ code: 'AUTH_FAILED' });
    const reason = new Error('Enough.');
    await expect(find({ shape: 'vllm', reward }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
