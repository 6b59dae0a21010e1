import dns from 'node:dns';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Secret } from '@scalequest/core';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { reward, rewardReply } from '@scalequest/verifier';
import { createVerifierServer, type VerifierServer, type VerifierServerOptions } from '@scalequest/verifier-server';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterEach, expect, test, vi } from 'vitest';
import { type RunningCli, runCli, startCli } from './support/run-cli.ts';

const trapWorker = pathToFileURL(
  join(import.meta.dirname, '..', 'packages', 'verifier-server', 'src', '__fixtures__', 'dying-worker.mjs'),
).href;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly items?: readonly Record<string, unknown>[];
    readonly error?: { readonly code: string; readonly message: string };
  };
}

const running: VerifierServer[] = [];
const children: RunningCli[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close({ signal: AbortSignal.abort() })));
  for (const { child } of children.splice(0)) child.kill('SIGKILL');
});

async function start(options: VerifierServerOptions = {}): Promise<VerifierServer> {
  const server = await createVerifierServer({ workers: 1, ...options });
  running.push(server);
  return server;
}

async function post(url: string, body: unknown, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${url}/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

/** Sends raw text and gives all that comes back until the server closes. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (data: string) => {
      answer += data;
    });
    socket.on('close', () => resolve(answer)).on('error', () => undefined);
  });
}

const pair = { reference: '\\frac12', candidate: '0.5' };

test('answers and replies get the rewards of the library, in their order', async () => {
  const { url } = await start();
  const items = [
    pair,
    { reference: '7', reply: 'So it is \\boxed{7}.' },
    { reference: '7', reply: 'So it is \\boxed{8}.' },
    { reference: '7', reply: 'I do not know.' },
    { reference: '\\foo{{', reply: 'I do not know.' },
    { reference: '\\foo{{', candidate: '\\bar' },
    { reference: '3:4', candidate: '\\frac34' },
    { reference: '', candidate: '5' },
    { reference: '9'.repeat(5000), candidate: '\\sqrt{2' },
    {
      reference: '5',
      reply: '5',
      mode: 'answer',
      problem: 'What is 2 + 3?',
      id: 'fields of the client are passed over',
    },
  ];
  const { status, body } = await post(url, { items });
  expect(status).toBe(200);
  expect(body.items?.map((item) => item.reward)).toEqual(
    items.map((item) => ('reply' in item ? rewardReply(item as never) : reward(item as never))),
  );
  expect(body.items?.slice(0, 3)).toEqual([
    { verdict: 'equal', reward: 1, rule: 'number' },
    { verdict: 'equal', reward: 1, rule: 'identical-text', answer: '7' },
    { verdict: 'different', reward: 0, rule: 'number', answer: '8' },
  ]);
  expect(await post(url, { items: [] })).toMatchObject({ status: 200, body: { items: [] } });
});

test('a request says how it wants its items judged, and the next one is judged as ever', async () => {
  const { url } = await start();
  const rewardOf = async (item: object, options: object): Promise<unknown> =>
    (await post(url, { items: [item], ...options })).body.items?.[0]?.reward;
  const ratio = { reference: '3:4', candidate: '\\frac34' };
  expect(await rewardOf(ratio, {})).toBe(0);
  expect(await rewardOf(ratio, { preset: 'benchmark' })).toBe(1);
  expect(await rewardOf(ratio, { policies: { 'ratio-as-fraction': true } })).toBe(1);
  expect(await rewardOf(ratio, {})).toBe(0);
  const close = { reference: '2.5', candidate: '2.6' };
  expect(await rewardOf(close, { tolerance: { absolute: '0.1' } })).toBe(1);
  expect(await rewardOf(close, { tolerance: { absolute: '0.01' } })).toBe(0);
  expect(await rewardOf({ reference: '2', reply: '#### 2' }, { profile: 'gsm8k-strict' })).toBe(1);
  expect(await rewardOf({ reference: '2', reply: '\\boxed{2}' }, { profile: 'gsm8k-strict' })).toBe(0);
});

test('a bad item has its own error and costs no neighbour its verdict', async () => {
  const { url } = await start();
  const bad = [{ reference: '1' }, { ...pair, reply: 'x' }, { reference: 1, candidate: '1' }, null, 7, [], 'text'];
  const { status, body } = await post(url, { items: [pair, ...bad, pair] });
  expect(status).toBe(200);
  expect(body.items?.map(({ reward: paid, error }) => paid ?? (error as { code: string }).code)).toEqual([
    1,
    ...bad.map(() => 'BAD_ITEM'),
    1,
  ]);
  // JSON allows the name; nothing may come of it.
  const text = `{"items":[{"__proto__":{"candidate":"1"},"reference":"1"},${JSON.stringify(pair)}]}`;
  expect((await post(url, text)).body.items?.[1]).toMatchObject({ reward: 1 });
});

test('a profile judges replies and candidates alike, and compares a candidate as it is', async () => {
  const { url } = await start();
  const items = [
    { reference: '2', reply: 'So two.\n#### 2' },
    { reference: '2', candidate: '2', problem: 'What is one and one?' },
    { reference: '2', candidate: '#### 3' },
  ];
  const { body } = await post(url, { items, profile: 'gsm8k-strict' });
  expect(body.items).toEqual([
    { verdict: 'equal', reward: 1, rule: 'profile', answer: '2' },
    { verdict: 'equal', reward: 1, rule: 'profile' },
    { verdict: 'different', reward: 0, rule: 'profile' },
  ]);
});

test.each([
  ['{"items": [', 'BAD_JSON', 400],
  ['', 'BAD_JSON', 400],
  ['[]', 'BAD_REQUEST', 400],
  ['{}', 'BAD_REQUEST', 400],
  ['{"items": {}}', 'BAD_REQUEST', 400],
  ['{"items": [], "presett": "strict"}', 'BAD_REQUEST', 400],
  ['{"items": [], "preset": "lenient"}', 'BAD_REQUEST', 400],
  ['{"items": [], "policies": {"everything": true}}', 'BAD_REQUEST', 400],
  ['{"items": [], "tolerance": {"absolute": "-1"}}', 'BAD_REQUEST', 400],
  ['{"items": [], "fuel": 1e12}', 'BAD_REQUEST', 400],
  ['{"items": [], "profile": "dart", "preset": "strict"}', 'BAD_REQUEST', 400],
  [`${'['.repeat(900_000)}`, 'BAD_JSON', 400],
  [`{"items": ${'['.repeat(400_000)}${']'.repeat(400_000)}}`, undefined, 200],
  [JSON.stringify({ items: Array.from({ length: 101 }, () => pair) }), 'TOO_MANY_ITEMS', 422],
  [JSON.stringify({ items: [{ reference: '1', candidate: 'x'.repeat(2 ** 20) }] }), 'BODY_TOO_LARGE', 413],
] as const)('a body gives $1 and $2: case %#', async (text, code, status) => {
  const { url } = await start({ maxItems: 100, maxBodyBytes: 2 ** 20 });
  const answer = await post(url, text);
  expect({ status: answer.status, code: answer.body.error?.code }).toEqual({ status, code });
});

test('a body without a length is cut off where it is too large, and a compressed one is refused', async () => {
  const { url, port } = await start({ maxBodyBytes: 100_000 });
  const send = (headers: OutgoingHttpHeaders, chunk: string, times: number): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const asked = httpRequest({ port, method: 'POST', path: '/verify', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject);
      for (let i = 0; i < times; i++) asked.write(chunk);
      asked.end();
    });
  expect(await send({ 'content-type': 'application/json' }, ' '.repeat(50_000), 40)).toBe(413);
  expect(await send({ 'content-type': 'application/json', 'content-encoding': 'gzip' }, 'x', 1)).toBe(415);
  expect(await send({ 'content-type': 'text/plain' }, '{}', 1)).toBe(415);
  expect((await post(url, { items: [pair] })).status).toBe(200);
});

test('what is not there and what is not HTTP is said in the same shape', async () => {
  const { url, port } = await start();
  expect(await (await fetch(`${url}/nothing`)).json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  expect(await (await fetch(`${url}/verify`)).json()).toMatchObject({ error: { code: 'METHOD_NOT_ALLOWED' } });
  expect(await exchange(port, 'HELLO\r\n\r\n')).toMatch(/^HTTP\/1.1 400[\s\S]*\{"error":\{"code":"BAD_HTTP"/);
  const long = `GET / HTTP/1.1\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`;
  expect(await exchange(port, long)).toMatch(/^HTTP\/1.1 431[\s\S]*"HEADERS_TOO_LARGE"/);
});

test('clients that send headers or a body slowly are let go, and others are answered meanwhile', async () => {
  const { url, port } = await start({ headersTimeoutMs: 2000, requestTimeoutMs: 3000 });
  const head = 'POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  const slow = [
    ...Array.from({ length: 50 }, () => exchange(port, head)),
    ...Array.from({ length: 50 }, () => exchange(port, `${head}Content-Length: 1000\r\n\r\n{"items"`)),
  ];
  expect((await post(url, { items: [pair] })).status).toBe(200);
  for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^HTTP\/1.1 408[\s\S]*"TIMEOUT"/);
  expect((await post(url, { items: [pair] })).status).toBe(200);
  expect(await readMetric(url, 'scalequest_verifier_queue_items')).toBe(0);
});

test('above its limit the server says 429 and when to come back, and takes requests again when there is room', async () => {
  using folder = makeTemporaryFolder();
  const { url } = await start({ maxWaiting: 100, workerFile: trapWorker, budgetMs: 60_000 });
  const slow = {
    items: Array.from({ length: 90 }, () => ({ reference: '1', candidate: `WAIT ${folder.join('go')}` })),
  };
  const first = post(url, slow);
  await expect.poll(() => readMetric(url, 'scalequest_verifier_queue_items')).toBe(90);
  const refused = await post(url, slow);
  expect(refused).toMatchObject({ status: 429, body: { error: { code: 'BUSY' } } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  writeFileSync(folder.join('go'), '');
  expect((await first).status).toBe(200);
  // One that is larger than all that may wait finds nobody waiting.
  expect((await post(url, { items: Array.from({ length: 150 }, () => pair) })).status).toBe(200);
});

test('bodies that are held count against a limit of their own', async () => {
  const { url, port } = await start({ maxBodyBytes: 1000, maxHeldBytes: 1500 });
  const head = `POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n`;
  // Neither body is whole, so the one that is let in gets no answer, whichever comes first.
  const sockets = [1, 2].map(() => {
    const socket = connect(port, '127.0.0.1', () => socket.write(head + ' '.repeat(800)));
    return socket.on('error', () => undefined);
  });
  const [data] = (await Promise.race(sockets.map((socket) => once(socket, 'data')))) as [Buffer];
  expect(String(data)).toMatch(/^HTTP\/1\.1 429/);
  for (const socket of sockets) socket.destroy();
  const filler = JSON.stringify({ items: [pair] }) + ' '.repeat(800);
  await expect.poll(async () => (await post(url, filler)).status).toBe(200);
});

test('a body in many tiny pieces counts for what it takes', async () => {
  const { port } = await start({ maxBodyBytes: 1000, maxHeldBytes: 20_000 });
  const head =
    'POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
  // One that waits for more, and one beside it that is over what is left.
  void exchange(port, `${head}${'1\r\n \r\n'.repeat(50)}`);
  const late = connect(port, '127.0.0.1', () => late.write(`${head}${'1\r\n \r\n'.repeat(900)}`));
  const [data] = (await once(late, 'data')) as [Buffer];
  expect(String(data)).toMatch(/^HTTP\/1.1 429/);
  late.destroy();
});

test('bytes that are not UTF-8 are refused, since they would make different answers alike, and a mark at the start is not', async () => {
  const { url } = await start();
  const text = '{"items":[{"reference":"\u00e9","candidate":"\u00e8"}]}';
  const send = (bytes: Buffer) => post(url, '', { body: new Uint8Array(bytes) });
  expect(await send(Buffer.from(text, 'latin1'))).toMatchObject({ status: 400, body: { error: { code: 'BAD_JSON' } } });
  expect((await send(Buffer.from(`\ufeff${text}`))).body.items).not.toMatchObject([{ reward: 1 }]);
});

test('a refusal shows the start of what it refuses, however long that is', async () => {
  const { url } = await start();
  const { status, body } = await post(url, { items: [], ['x'.repeat(100_000)]: 1 });
  expect(status).toBe(400);
  expect(body.error?.message).toMatch(/^The body: Unrecognized key: "x+\.\.\. \(100\d+ characters\)$/);
  expect(body.error?.message.length).toBeLessThan(400);
});

test('a request that breaks off is answered once and counted once', async () => {
  const { url, port } = await start({ requestTimeoutMs: 2000, maxBodyBytes: 1000 });
  const head = 'POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  const broken = [
    ['Content-Length: 100\r\n\r\n{', 408],
    ['Transfer-Encoding: chunked\r\n\r\nZZ\r\n', 400],
    // Refused before its body has come, which then never comes.
    ['Content-Length: 2000\r\n\r\n{', 413],
  ] as const;
  const answers = await Promise.all(broken.map(([rest]) => exchange(port, head + rest)));
  for (const [i, [, status]] of broken.entries()) {
    expect(answers[i]?.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`]);
    expect(await readMetric(url, `scalequest_verifier_requests_total{status="${status}"}`)).toBe(1);
  }
  expect(await readMetric(url, 'scalequest_verifier_requests_total{status="aborted"}')).toBeNaN();
});

test('what follows a request and is none waits for the answer of that request', async () => {
  const { port } = await start({ workerFile: trapWorker });
  const body = JSON.stringify({ items: [{ reference: '1', candidate: 'SLOW' }] });
  const head = 'POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  const answer = await exchange(port, `${head}Content-Length: ${body.length}\r\n\r\n${body}HELLO\r\n\r\n`);
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
});

test('requests that wait behind another on their connection leave with it', async () => {
  const { url, port } = await start({ workerFile: trapWorker, budgetMs: 200 });
  const body = JSON.stringify({ items: Array.from({ length: 1000 }, () => ({ reference: '1', candidate: 'SLOW' })) });
  const head = `POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const socket = connect(port, '127.0.0.1', () => socket.write((head + body).repeat(3)));
  await expect.poll(() => readMetric(url, 'scalequest_verifier_queue_items')).toBe(3000);
  socket.destroy();
  // All of them would take 150 seconds.
  await expect.poll(() => readMetric(url, 'scalequest_verifier_queue_items')).toBe(0);
  expect(await readMetric(url, 'scalequest_verifier_requests_total{status="aborted"}')).toBe(3);
});

// Bodies of 8 MB: on a busy machine each takes seconds.
test('an answer that nobody takes counts as held, and is given up after a while', { timeout: 90_000 }, async () => {
  const { url, port } = await start({ requestTimeoutMs: 12_000, maxHeldBytes: 1 });
  // Two of the largest bodies may be held, and not a byte beside them.
  const fill = (items: readonly object[]): string => JSON.stringify({ items }).padEnd(8 * 2 ** 20);
  const body = fill([{ reference: '7', reply: `\\boxed{${'7'.repeat(8_000_000)}}` }]);
  const head = `POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const socket = connect(port, '127.0.0.1', () => socket.write(head + body));
  socket.pause().on('error', () => undefined);
  // A piece now and then gains no time.
  let answer = '';
  const sips = setInterval(() => {
    answer += (socket.read(1000) as Buffer | null) ?? '';
  }, 100);
  // Before, the next body could come first, and this one be the one too many.
  await expect.poll(() => answer).toMatch(/^HTTP\/1\.1 200 /);
  const large = fill([pair]);
  expect((await post(url, large)).status).toBe(429);
  const aborted = 'scalequest_verifier_requests_total{status="aborted"}';
  await expect.poll(() => readMetric(url, aborted), { timeout: 60_000 }).toBe(1);
  expect((await post(url, large)).status).toBe(200);
  clearInterval(sips);
  socket.destroy();
});

test('what Node or Fastify would refuse in words of its own is refused in ours, and counted', async () => {
  const { url, port } = await start();
  const refused = async (text: string, code: string): Promise<string> => {
    const answer = await exchange(port, text.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    expect(answer).toContain(`{"error":{"code":"${code}"`);
    return answer;
  };
  await refused('GET /healthz HTTP/1.1\r\n\r\n', 'BAD_HTTP');
  await refused('GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n', 'BAD_REQUEST');
  expect(await readMetric(url, 'scalequest_verifier_requests_total{status="400"}')).toBe(2);
  await refused('POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: ;;\r\nContent-Length: 2\r\n\r\n{}', 'NOT_JSON');
  expect(await refused('PUT /verify HTTP/1.1\r\nHost: x\r\n\r\n', 'METHOD_NOT_ALLOWED')).toContain('allow: POST');
  const odd = 'GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: cookies\r\nConnection: close\r\n\r\n';
  expect(await exchange(port, odd)).toMatch(/^HTTP\/1.1 200/);
});

test('a client that asks before it sends is told to go on only where its body is wanted', async () => {
  const { port } = await start();
  const body = JSON.stringify({ items: [pair] });
  const ask = (length: number): Promise<string> =>
    exchange(
      port,
      `POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n${length === body.length ? body : ''}`,
    );
  expect(await ask(body.length)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200/);
  expect(await ask(1e9)).toMatch(/^HTTP\/1.1 413/);
});

test.each([
  ['at once', "throw new Error('It is broken.');"],
  // Longer than a probe waits: it would be let be, and the server be called ready each time.
  ['after a while', 'await new Promise((resolve) => setTimeout(resolve, 700)); process.exit(1);'],
])(
  'a server whose threads do not start again says that it is not ready, until they do: they fail %s',
  {
    timeout: 120_000,
  },
  async (_, broken) => {
    using folder = makeTemporaryFolder();
    const text = `export { default } from ${JSON.stringify(trapWorker)};`;
    writeFileSync(folder.join('worker.mjs'), text);
    const { url } = await start({ workerFile: pathToFileURL(folder.join('worker.mjs')).href });
    const probe = async () => (await fetch(`${url}/readyz`)).status;
    expect(await probe()).toBe(200);
    writeFileSync(folder.join('worker.mjs'), broken);
    expect(await post(url, { items: [{ reference: '1', candidate: 'DIE' }] })).toMatchObject({ status: 503 });
    // The first start may take longer than a probe waits, and is not known to fail then.
    await expect.poll(probe).toBe(503);
    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ error: { code: 'WORKERS_FAILED' } });
    expect(await probe()).toBe(503);
    writeFileSync(folder.join('worker.mjs'), text);
    await expect.poll(probe).toBe(200);
    expect((await post(url, { items: [pair] })).status).toBe(200);
  },
);

test('a fault of the server reaches whoever runs it; a client that leaves or is given up is none', async () => {
  const faults: unknown[] = [];
  const { url, port, close } = await start({ workerFile: trapWorker, onFault: (error) => faults.push(error) });
  const half = connect(port, '127.0.0.1', () => {
    half.write('POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{');
    setTimeout(() => half.resetAndDestroy(), 100);
  });
  await once(half, 'close');
  const { status, body } = await post(url, { items: [{ reference: '1', candidate: 'ODD' }] });
  expect({ status, code: body.error?.code }).toEqual({ status: 500, code: 'INTERNAL' });
  const slow = { items: Array.from({ length: 300 }, () => ({ reference: '1', candidate: 'SLOW' })) };
  const givenUp = Array.from({ length: 5 }, () => post(url, slow).catch(() => 'given up'));
  await expect.poll(() => readMetric(url, 'scalequest_verifier_queue_items')).toBe(1500);
  await close({ signal: AbortSignal.abort() });
  expect(await Promise.all(givenUp)).toEqual(Array.from({ length: 5 }, () => 'given up'));
  expect(faults).toEqual([expect.any(TypeError)]);
});

test('a name stands for one address, whose every connection the server knows', async () => {
  const addresses = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
  const real = dns.lookup;
  const spy = vi
    .spyOn(dns, 'lookup')
    .mockImplementation(((...args: [string, { all?: boolean }, (...given: unknown[]) => void]) =>
      args[1].all === true ? args[2](null, addresses) : (real as (...given: unknown[]) => void)(...args)) as never);
  try {
    const { url, port } = await start({ host: 'localhost' });
    expect(url).toBe(`http://localhost:${port}`);
    const other = connect(port, '::1');
    const [error] = (await once(other, 'error')) as [NodeJS.ErrnoException];
    expect(['ECONNREFUSED', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETUNREACH']).toContain(error.code);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  } finally {
    spy.mockRestore();
  }
});

test('half a request keeps no server from closing', async () => {
  const server = await createVerifierServer({ workers: 1, requestTimeoutMs: 1000 });
  const halves = [
    'POST /ver',
    'POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  ];
  const ended = halves.map((half) => exchange(server.port, half));
  await expect.poll(() => fetch(`${server.url}/healthz`).then(({ status }) => status)).toBe(200);
  await server.close();
  expect((await Promise.all(ended))[1]).toMatch(/^HTTP\/1.1 (408|503)/);
});

test('a client that leaves takes its items with it', async () => {
  const { url } = await start({ workerFile: trapWorker, budgetMs: 200 });
  const leave = new AbortController();
  const items = Array.from({ length: 2000 }, () => ({ reference: '1', candidate: 'SLOW' }));
  const left = post(url, { items }, { signal: leave.signal });
  await expect.poll(() => readMetric(url, 'scalequest_verifier_queue_items')).toBe(2000);
  leave.abort();
  await expect(left).rejects.toThrow();
  // All of them would take a hundred seconds.
  await expect.poll(() => readMetric(url, 'scalequest_verifier_queue_items')).toBe(0);
  expect(await readMetric(url, 'scalequest_verifier_requests_total{status="aborted"}')).toBe(1);
  expect((await post(url, { items: [pair] })).body.items).toMatchObject([{ reward: 1 }]);
});

test('hostile items that hang or kill their worker cost no other request its verdicts, each answered once', {
  timeout: 120_000,
}, async () => {
  const { url } = await start({ workers: 2, workerFile: trapWorker, budgetMs: 500 });
  let isOver = false;
  const hostile = (async () => {
    const answers: Answer[] = [];
    for (let i = 0; i < 6; i++) {
      const candidate = i % 2 === 0 ? 'DIE' : 'LOOP';
      answers.push(await post(url, { items: [pair, { reference: '1', candidate }, pair] }));
    }
    isOver = true;
    return answers;
  })();
  let answered = 0;
  while (!isOver) {
    const items = Array.from({ length: 100 }, (_, i) => ({ reference: String(i), candidate: String(i + (i % 2)) }));
    const { status, body } = await post(url, { items });
    expect({ status, rewards: body.items?.map((item) => item.reward) }).toEqual({
      status: 200,
      rewards: items.map((_, i) => 1 - (i % 2)),
    });
    answered++;
  }
  for (const [i, { status, body }] of (await hostile).entries()) {
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      { reward: 1 },
      { verdict: 'undecided', reward: 0, reason: i % 2 === 0 ? 'worker-failed' : 'over-budget' },
      { reward: 1 },
    ]);
  }
  expect(answered).toBeGreaterThan(3);
  expect(await readMetric(url, 'scalequest_verifier_workers_lost_total')).toBeGreaterThanOrEqual(6);
  expect(await readMetric(url, 'scalequest_verifier_items_total{verdict="undecided"}')).toBe(6);
});

test('a thousand connections in turn and two hundred at once are all answered', async () => {
  const { url, port } = await start();
  const body = JSON.stringify({ items: [pair] });
  const head = `POST /verify HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n`;
  const text = `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  for (let i = 0; i < 1000; i++) expect(await exchange(port, text)).toContain('"reward":1');
  const together = await Promise.all(Array.from({ length: 200 }, () => exchange(port, text)));
  for (const answer of together) expect(answer).toContain('"reward":1');
  expect(await readMetric(url, 'scalequest_verifier_requests_total{status="200"}')).toBe(1200);
});

test('without the token nobody is judged or reads the metrics, and health stays open', async () => {
  const { url } = await start({ token: new Secret('a-long-token') });
  const ask = async (authorization?: string): Promise<number> => {
    const headers = { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) };
    return (await post(url, { items: [pair] }, { headers })).status;
  };
  for (const wrong of [undefined, 'Bearer', 'Bearer a-long-toke', 'Bearer a-long-token2', 'Basic a-long-token'])
    expect(await ask(wrong)).toBe(401);
  expect(await ask('Bearer a-long-token')).toBe(200);
  const refused = await fetch(`${url}/metrics`);
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('the OpenAPI document is valid, and names what is there', async () => {
  for (const token of [undefined, new Secret('t')]) {
    const { url } = await start({ token, maxItems: 123 });
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
      readonly paths: Record<string, Record<string, { readonly responses: object }>>;
      readonly components: { readonly schemas: Record<string, object> };
    };
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toMatchObject({ valid: true });
    expect(Object.keys(document.paths)).toEqual(['/verify', '/healthz', '/readyz', '/metrics', '/openapi.json']);
    // Whatever is asked of a server that stops is refused.
    for (const operations of Object.values(document.paths))
      for (const { responses } of Object.values(operations)) expect(Object.keys(responses)).toContain('503');
    expect(document.components.schemas.VerifyRequest).toMatchObject({
      additionalProperties: false,
      required: ['items'],
      properties: { items: { maxItems: 123, items: { $ref: '#/components/schemas/Item' } } },
    });
  }
});

async function waitForLine({ child }: RunningCli): Promise<string> {
  let text = '';
  for await (const data of child.stdout ?? []) {
    text += String(data);
    if (text.includes('\n')) break;
  }
  return text.trim();
}

function startServe(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCli {
  const cli = startCli(['serve', 'verifier', '--port', '0', '--workers', '1', ...args], { env });
  children.push(cli);
  return cli;
}

test.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGINT'] as const)(
  'on %s the command answers what is in flight and ends with 0 (needs signals)',
  async (signal) => {
    const cli = startServe(['--json']);
    const { url, port } = JSON.parse(await waitForLine(cli)) as { readonly url: string; readonly port: number };
    expect(url).toBe(`http://127.0.0.1:${port}`);
    const agent = new Agent({ keepAlive: true });
    const asked = httpRequest({
      agent,
      port,
      method: 'POST',
      path: '/verify',
      headers: { 'content-type': 'application/json' },
    });
    const answer = new Promise<string>((resolve, reject) => {
      asked.on('error', reject).on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (data: string) => {
          text += data;
        });
        response.on('end', () => resolve(text));
      });
    });
    await new Promise((resolve) => asked.write(`{"items":[${JSON.stringify(pair)}`, resolve));
    // One that is sent later and answered shows that the first has arrived.
    expect((await post(url, { items: [pair] })).status).toBe(200);
    cli.child.kill(signal);
    await expect
      .poll(() =>
        fetch(`${url}/healthz`).then(
          () => 'open',
          () => 'closed',
        ),
      )
      .toBe('closed');
    asked.end(']}');
    expect(JSON.parse(await answer)).toMatchObject({ items: [{ reward: 1 }] });
    expect(await cli.result).toMatchObject({ code: 0 });
    agent.destroy();
  },
);

test('the command says where it listens, takes a token from a file or the environment, and never prints it', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('token'), 'from-the-file\n');
  for (const [args, env, token] of [
    [
      ['--token-file', folder.join('token'), '--host', '0.0.0.0'],
      { SCALEQUEST_SERVER_TOKEN: 'other' },
      'from-the-file',
    ],
    [[], { SCALEQUEST_SERVER_TOKEN: 'from-the-environment' }, 'from-the-environment'],
  ] as const) {
    const cli = startServe(args, env);
    const line = await waitForLine(cli);
    const port = /^listening on http:\/\/[\d.]+:(\d+)$/.exec(line)?.[1];
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const url = `http://127.0.0.1:${port}`;
    expect((await post(url, { items: [pair] }, { headers })).status).toBe(200);
    expect((await post(url, { items: [pair] })).status).toBe(401);
    cli.child.kill('SIGTERM');
    const { stdout, stderr } = await cli.result;
    expect(line + stdout + stderr).not.toContain(token);
  }
});

test('a request that would be unsafe or cannot be met is refused with 2 before anything listens', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('empty'), '\n');
  const serve = (...args: string[]) => runCli(['serve', 'verifier', ...args]);
  const open = await serve('--port', '0', '--host', '0.0.0.0');
  expect(open.code).toBe(2);
  expect(open.stderr).toContain('--allow-public');
  expect(await serve('--port', '0', '--token-file', folder.join('empty'))).toMatchObject({ code: 2 });
  expect((await serve('--port', '0', '--token-file', folder.join('missing'))).code).not.toBe(0);
  expect(await serve('--port', '70000')).toMatchObject({ code: 2 });
  const { port } = await start();
  const taken = await serve('--port', String(port));
  expect(taken.code).toBe(2);
  expect(taken.stderr).toContain('Another program listens there');
});
