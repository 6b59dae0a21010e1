import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkLauncherChoice } from './launcher-choice.ts';
import { createRayLauncher } from './ray-launcher.ts';
import type { RayClaim } from './worker-claim.ts';

let folder: TemporaryFolder;
let server: Server;
let address: string;
/** What the dashboard answers, by path. */
const answers = new Map<string, readonly [status: number, body: string]>();

beforeEach(async () => {
  folder = makeTemporaryFolder();
  mkdirSync(folder.join('run'));
  answers.clear();
  server = createServer((request, response) => {
    const [status, body] = answers.get(request.url ?? '') ?? [404, ''];
    response.writeHead(status).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterEach(() => {
  server.close();
  folder[Symbol.dispose]();
});

function makeClaim(): RayClaim {
  const offsets = { eventsOffset: 0, stderrOffset: 0 };
  return { launcher: 'ray', address, submission: 'a-1', token: 't', attempt: 1, python: 'python', ...offsets };
}

test('a log that Ray cannot give hides neither the end of its job nor the reason', async () => {
  const traceback = "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff";
  answers.set('/api/jobs/a-1', [200, '{"status":"FAILED","driver_exit_code":1}']);
  answers.set('/api/jobs/a-1/logs', [500, traceback]);
  const launcher = createRayLauncher({ launcher: 'ray', address }, { patienceMs: 100 });
  expect(await launcher.readEnd(folder.join('run'), makeClaim())).toEqual({ code: 1, signal: null });
  expect(readFileSync(folder.join('run', 'stderr.log'), 'utf8')).toContain(traceback);
});

test.each(['head:8265', 'head', 'ray://head:10001'])('the address %s is refused with how one is written', (wrong) => {
  expect(() => checkLauncherChoice({ launcher: 'ray', address: wrong })).toThrow(/http:\/\/head:8265/);
});
