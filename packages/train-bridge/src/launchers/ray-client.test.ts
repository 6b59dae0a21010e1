import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { Secret } from '@scalequest/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRayClient, type RayClient } from './ray-client.ts';

/** What a dashboard is asked, and how it answers: each test says it. */
let answer: (request: { readonly method: string; readonly path: string }, response: ServerResponse) => void;
const asked: { readonly call: string; readonly headers: Readonly<Record<string, unknown>> }[] = [];
let server: Server;
let address: string;

beforeEach(async () => {
  asked.length = 0;
  server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    asked.push({ call: `${method} ${path}`, headers });
    request.resume().on('end', () => answer({ method, path }, response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterEach(() => server.close());

function createClient(token?: string): RayClient {
  return createRayClient({
    address: `${address}/`,
    patienceMs: 60_000,
    ...(token === undefined ? {} : { token: new Secret(token) }),
  });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

const request = { submission_id: 'a-1', entrypoint: 'true', runtime_env: { env_vars: {} }, metadata: {} };

test('a submission whose answer was lost is not made twice', async () => {
  const jobs = new Set<string>();
  answer = ({ method, path }, response) => {
    if (method === 'GET') return reply(response, jobs.has(path) ? 200 : 404, { status: 'PENDING' });
    if (jobs.has('/api/jobs/a-1'))
      return reply(response, 500, 'ValueError: Job with submission_id a-1 already exists.');
    jobs.add('/api/jobs/a-1');
    response.destroy();
  };
  await createClient().submit(request);
  expect(asked.map(({ call }) => call)).toEqual(['POST /api/jobs/', 'POST /api/jobs/', 'GET /api/jobs/a-1']);
});

test('no header makes a dashboard take it for a browser, and the token goes along', async () => {
  answer = (_request, response) => reply(response, 200, { ray_version: '2.60.0' });
  expect(await createClient('secret-token').readVersion()).toBe('2.60.0');
  const headers = asked[0]?.headers ?? {};
  expect(headers).toMatchObject({ authorization: 'Bearer secret-token' });
  expect(Object.keys(headers).filter((name) => /^sec-fetch|^origin|^referer|^user-agent/.test(name))).toEqual([]);
});

test('a cluster that asks for a token is a wrong request that says where one is put', async () => {
  answer = (_request, response) => reply(response, 401, 'Unauthorized');
  await expect(createClient().readVersion()).rejects.toMatchObject({ code: 'CLUSTER_REFUSED', kind: 'request' });
  await expect(createClient().readVersion()).rejects.toThrow(/none was sent.*RAY_AUTH_TOKEN/s);
  await expect(createClient('wrong').readVersion()).rejects.toThrow(/401 to the one that it was sent/);
});

test('a proxy that is not ready is asked again', async () => {
  let calls = 0;
  answer = (_request, response) => reply(response, ++calls < 3 ? 503 : 200, { status: 'RUNNING' });
  expect(await createClient().readJob('a-1')).toMatchObject({ status: 'RUNNING' });
  expect(calls).toBe(3);
});

test('another server than the one of a dashboard is told from its answer, without the token', async () => {
  answer = (_request, response) => reply(response, 404, 'Traceback\nno secret-token here');
  const failed = createClient('secret-token').readVersion();
  await expect(failed).rejects.toMatchObject({ code: 'CLUSTER_REFUSED' });
  await expect(failed).rejects.toThrow(/Status 404: no \[secret\] here/);
});

test('a cluster that does not answer is told so once its time is up', async () => {
  // Nobody listens there; a port that was just given back may be another program's by now.
  const client = createRayClient({ address: 'http://127.0.0.1:9', patienceMs: 300 });
  await expect(client.readJob('a-1')).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
  await expect(client.readJob('a-1')).rejects.toThrow(/ECONNREFUSED/);
});
