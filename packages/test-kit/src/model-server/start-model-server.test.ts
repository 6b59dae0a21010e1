import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import { forkModelServer } from './fork-model-server.ts';
import type { Misbehaviour, ModelServerOptions } from './model-server-options.ts';
import { startModelServer } from './start-model-server.ts';

async function post(
  baseUrl: string,
  text: string,
  extra: object = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: text }], ...extra });
  return fetch(`${baseUrl}/chat/completions`, { method: 'POST', body, headers });
}

/** The statuses of requests for the texts, one after the other; `error` where there was no whole answer. */
async function getStatuses(
  options: ModelServerOptions,
  texts: readonly string[],
): Promise<readonly (number | 'error')[]> {
  await using server = await startModelServer(options);
  const statuses: (number | 'error')[] = [];
  for (const text of texts) {
    try {
      const response = await post(server.baseUrl, text);
      await response.text();
      statuses.push(response.status);
    } catch {
      statuses.push('error');
    }
  }
  return statuses;
}

describe('the protocol', () => {
  test('a chat request is answered with n choices, whose seeds count up', async () => {
    await using server = await startModelServer();
    const body = (await (await post(server.baseUrl, 'hi there', { n: 2, seed: 7 })).json()) as Record<string, unknown>;
    expect(body).toMatchObject({
      object: 'chat.completion',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Reply to hi there with seed 7' }, finish_reason: 'stop' },
        { index: 1, message: { content: 'Reply to hi there with seed 8' } },
      ],
      usage: { prompt_tokens: 2, completion_tokens: 14, total_tokens: 16 },
    });
  });

  test('a completion request is answered with text', async () => {
    await using server = await startModelServer({ reply: () => ({ text: 'x', finishReason: 'length' }) });
    const body = JSON.stringify({ model: 'm', prompt: 'Once' });
    const response = await fetch(`${server.baseUrl}/completions`, { method: 'POST', body });
    expect(await response.json()).toMatchObject({ choices: [{ index: 0, text: 'x', finish_reason: 'length' }] });
  });

  test('a streamed reply is the same text in pieces', async () => {
    await using server = await startModelServer({ reply: () => ({ text: 'one  two\nthree ', reasoning: 'hmm' }) });
    const events = (await (await post(server.baseUrl, 'hi', { stream: true })).text()).split('\n\n').filter(Boolean);
    expect(events.at(-1)).toBe('data: [DONE]');
    const deltas = events.slice(0, -1).map((event) => JSON.parse(event.slice('data: '.length)).choices[0]);
    expect(deltas.map(({ delta }) => delta.content ?? '').join('')).toBe('one  two\nthree ');
    expect(deltas[0].delta.reasoning_content).toBe('hmm');
    expect(deltas.at(-1).finish_reason).toBe('stop');
  });

  test('streamed choices come by turns, with their log-probabilities, and the usage where it is asked for', async () => {
    await using server = await startModelServer({ reply: ({ choice }) => `one ${choice}`, shape: 'vllm' });
    const ask = async (extra: object): Promise<readonly { readonly choices: readonly { index: number }[] }[]> => {
      const text = await (await post(server.baseUrl, 'hi', { stream: true, n: 2, ...extra })).text();
      const events = text.split('\n\n').filter((event) => event !== '' && event !== 'data: [DONE]');
      return events.map((event) => JSON.parse(event.slice('data: '.length)));
    };
    const plain = await ask({});
    expect(plain.map(({ choices }) => choices[0]?.index)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
    expect(plain[0]).toMatchObject({ choices: [{ delta: { role: 'assistant', content: '' }, logprobs: null }] });
    const full = await ask({ stream_options: { include_usage: true }, logprobs: true });
    expect(full.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 4 } });
    expect(full[2]).toMatchObject({ choices: [{ logprobs: { content: [{ token: 'one', logprob: -0.1 }] } }] });
  });

  test('the models are listed, and another one is refused', async () => {
    await using server = await startModelServer({ models: ['a', 'b'] });
    const list = (await (await fetch(`${server.baseUrl}/models`)).json()) as {
      readonly data: readonly { readonly id: string }[];
    };
    expect(list.data.map(({ id }) => id)).toEqual(['a', 'b']);
    expect((await post(server.baseUrl, 'hi')).status).toBe(404);
    expect((await post(server.baseUrl, 'hi', { model: 'b' })).status).toBe(200);
  });

  test('a request without the key is answered 401', async () => {
    await using server = await startModelServer({ apiKey: 'k' });
    expect((await post(server.baseUrl, 'hi')).status).toBe(401);
    expect((await post(server.baseUrl, 'hi', {}, { authorization: 'Bearer k' })).status).toBe(200);
    expect(server.getStatistics()).toMatchObject({ requests: 2, byStatus: { '200': 1, '401': 1 } });
  });

  test('what is no request is answered 400', async () => {
    await using server = await startModelServer();
    for (const body of ['{', '[]', '{"model":"m"}', '{"messages":[]}', '{"model":"m","messages":"hi"}']) {
      expect((await fetch(`${server.baseUrl}/chat/completions`, { method: 'POST', body })).status).toBe(400);
    }
  });
});

describe('what a request may ask for', () => {
  const ask = async (options: ModelServerOptions, extra: object): Promise<Record<string, never>> => {
    await using server = await startModelServer({ reply: ({ seed }) => `one two three ${seed}`, ...options });
    return (await (await post(server.baseUrl, 'hi there', extra)).json()) as Record<string, never>;
  };
  const cut = { stop: ['three'], n: 2, seed: 7, max_tokens: 1, logprobs: true };

  test('stops, tokens, samples, seeds and log-probabilities are honoured', async () => {
    expect(await ask({}, { stop: ['two', 'three'] })).toMatchObject({
      choices: [{ message: { content: 'one ' }, finish_reason: 'stop' }],
    });
    expect(await ask({}, cut)).toMatchObject({
      choices: [
        { message: { content: 'one' }, finish_reason: 'length', logprobs: { content: [{ token: 'one' }] } },
        {},
      ],
    });
  });

  test('or not, by option', async () => {
    const ignoring = await ask({ ignores: ['stop', 'n', 'seed', 'max_tokens', 'logprobs'] }, cut);
    expect(ignoring).toMatchObject({ choices: [{ message: { content: 'one two three 0' }, logprobs: null }] });
    expect(await ask({ refuses: ['n'] }, { n: 2 })).toMatchObject({ error: { message: "'n' is not supported." } });
    expect(await ask({ refuses: ['n'] }, { n: 1 })).toMatchObject({ choices: [{}] });
  });

  test('a template costs tokens, once or twice, and a short context loses the beginning', async () => {
    const count = async (options: ModelServerOptions): Promise<unknown> =>
      ((await ask(options, {})).usage as unknown as { readonly prompt_tokens: number }).prompt_tokens;
    expect(await count({})).toBe(2);
    expect(await count({ template: 'once' })).toBe(7);
    expect(await count({ template: 'twice' })).toBe(12);
    expect(await count({ contextWords: 1 })).toBe(1);
    expect(await ask({ contextWords: 1, reply: ({ text }) => text }, {})).toMatchObject({
      choices: [{ message: { content: ' there' } }],
    });
  });
});

describe('misbehaviour', () => {
  const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`);

  test('befalls a seeded share of the requests, the same ones each time', async () => {
    const options: ModelServerOptions = { misbehaviours: [{ kind: 'status', status: 500, share: 0.25 }] };
    const first = await getStatuses(options, texts);
    const failed = first.filter((status) => status === 500).length;
    expect(failed).toBeGreaterThan(25);
    expect(failed).toBeLessThan(75);
    expect(await getStatuses(options, texts)).toEqual(first);
    expect(await getStatuses({ ...options, seed: 'another' }, texts)).not.toEqual(first);
  });

  test('befalls the requests that a predicate names', async () => {
    const when = ({ text, timesSeen }: { readonly text: string; readonly timesSeen: number }): boolean =>
      text === 'b' && timesSeen === 0;
    const statuses = await getStatuses({ misbehaviours: [{ kind: 'status', status: 502, when }] }, [
      'a',
      'b',
      'b',
      'b',
    ]);
    expect(statuses).toEqual([200, 502, 200, 200]);
  });

  test('a cut or reset connection gives no whole answer', async () => {
    for (const kind of ['cut', 'reset'] as const) {
      expect(
        await getStatuses({ misbehaviours: [{ kind, when: ({ text }) => text === 'b' }] }, ['a', 'b', 'a']),
      ).toEqual([200, 'error', 200]);
    }
  });

  test.each([
    ['cut-cleanly', /"content":"Reply"/, /DONE/],
    ['error-event', /EngineCore encountered an issue.*\[DONE\]/s, /"finish_reason":"stop"/],
    ['malformed-json', /"index": 0, "de\n\ndata: \[DONE\]/, /"finish_reason":"stop"/],
  ] as const)('a stream may go wrong in its middle: %s', async (kind, present, absent) => {
    await using server = await startModelServer({ misbehaviours: [{ kind }] });
    const text = await (await post(server.baseUrl, 'hi', { stream: true })).text();
    expect(text).toMatch(present);
    expect(text).not.toMatch(absent);
  });

  test('a stalled answer has begun, and goes on no more', async () => {
    const server = await startModelServer({ misbehaviours: [{ kind: 'stall' }] });
    for (const stream of [false, true]) {
      const reader = (await post(server.baseUrl, 'hi', { stream })).body?.getReader();
      expect((await reader?.read())?.value?.length).toBeGreaterThan(10);
      const more = Promise.race([
        (async (): Promise<string> => {
          for (;;) if ((await reader?.read())?.done === true) return 'ended';
        })(),
        new Promise((resolve) => setTimeout(() => resolve('silent'), 50)),
      ]);
      expect(await more).toBe('silent');
      await reader?.cancel();
    }
    await server.close();
  });

  test('a rate limit lets the burst in, and refuses the rest with its Retry-After', async () => {
    await using server = await startModelServer({ rateLimit: { ratePerSecond: 0.001, burst: 3, retryAfter: '5' } });
    const responses = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => post(server.baseUrl, text)));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429]);
    expect(responses.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('5');
    expect([...server.askedTimes().values()]).toEqual([1, 1, 1]);
  });

  test('a request that is never answered ends with the server', async () => {
    const server = await startModelServer({ misbehaviours: [{ kind: 'hang' }] });
    const response = post(server.baseUrl, 'hi');
    await expect.poll(() => server.getStatistics().inFlight).toBe(1);
    // Looked at before it can come: nobody else would take it.
    const isLost = expect(response).rejects.toThrow();
    await server.close();
    await isLost;
  });
});

describe('what servers have beside completions', () => {
  const paths = ['/tokenize', '/detokenize', '/classify', '/pooling', '/v1/score'];
  const body = { model: 'm', input: 'a b', text: 'a b', prompt: 'a b', content: 'a b', tokens: [2] };
  const score = { query: 'a', items: ['b'], label_token_ids: [2, 3] };
  const reward: ModelServerOptions['reward'] = () => 2;

  test.each([
    [undefined, [404, 404, 404, 404, 404]],
    ['ollama', [404, 404, 404, 404, 404]],
    ['llama.cpp', [200, 200, 404, 404, 404]],
    ['sglang', [200, 200, 200, 404, 200]],
    ['vllm', [200, 200, 200, 200, 404]],
  ] as const)('is there as %s has it', async (shape, statuses) => {
    await using server = await startModelServer({ ...(shape === undefined ? {} : { shape }), reward, prefix: '/p' });
    const answers = paths.map((path) =>
      fetch(`${server.baseUrl.replace('/v1', '')}${path}`, {
        method: 'POST',
        body: JSON.stringify({ ...body, ...score }),
      }),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(statuses);
    expect(server.baseUrl).toMatch(/\/p\/v1$/);
  });

  test('goes wrong, is counted and needs the key as completions are', async () => {
    const misbehaviours: Misbehaviour[] = [{ kind: 'status', status: 500, when: ({ kind }) => kind === 'classify' }];
    await using server = await startModelServer({ shape: 'vllm', reward, misbehaviours, apiKey: 'k' });
    const ask = async (headers: Record<string, string>): Promise<number> => {
      const url = server.baseUrl.replace('/v1', '/classify');
      return (await fetch(url, { method: 'POST', body: JSON.stringify(body), headers })).status;
    };
    expect([await ask({}), await ask({ authorization: 'Bearer k' })]).toEqual([401, 500]);
    expect(server.getStatistics()).toMatchObject({ requests: 2, byStatus: { '401': 1, '500': 1 } });
  });
});

describe('in a process of its own', () => {
  test('answers as its module says, counts, and ends when it is closed', async () => {
    using folder = makeTemporaryFolder();
    const path = folder.join('behaviour.mjs');
    writeFileSync(path, "export default ({ word }) => ({ reply: ({ text }) => word + ' ' + text });");
    const server = await forkModelServer({ behaviourModule: path, options: { word: 'Hello' } });
    const body = (await (await post(server.baseUrl, 'you')).json()) as {
      readonly choices: readonly { readonly message: object }[];
    };
    expect(body.choices[0]?.message).toMatchObject({ content: 'Hello you' });
    expect(await server.getStatistics()).toMatchObject({ requests: 1, byStatus: { '200': 1 } });
    expect(await server.askedTimes()).toEqual(new Map([['you', 1]]));
    await server.close();
    expect(isAlive(server.pid)).toBe(false);
  });

  test('says why it does not start', async () => {
    await expect(forkModelServer({ behaviourModule: '/nowhere/behaviour.mjs' })).rejects.toThrow(/nowhere/);
  });

  test('ends when the process that started it is killed', async () => {
    const module = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
    const script = `import { forkModelServer } from ${JSON.stringify(module)};
      const server = await forkModelServer();
      console.log(server.pid);
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
