import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { listDescendants } from './__fixtures__/list-processes.ts';
import { type ProgramCase, readCases } from './__fixtures__/read-cases.ts';
import { findWorkingBackends } from './__fixtures__/working-backends.ts';
import { createSandbox } from './create-sandbox.ts';
import type { Sandbox } from './sandbox.ts';

const canary = 'canary-5c1d7e';
const secret = 'secret-8f02ab';
const root = mkdtempSync(join(tmpdir(), 'scalequest-hostile-'));
const home = join(root, 'home');
const temporary = join(root, 'temporary');
const repository = resolve(import.meta.dirname, '..', '..', '..');
const abstract = `scalequest-${process.pid}`;

let connections = 0;
const servers: Server[] = [];

async function listen(path?: string): Promise<Server> {
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((done) => {
    if (path === undefined) server.listen(0, '127.0.0.1', done);
    else server.listen(path, done);
  });
  servers.push(server);
  return server;
}

function findPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

/** All that a program could change outside, to be compared. */
function describeOutside(): unknown {
  return [home, temporary].map((folder) =>
    readdirSync(folder)
      .toSorted()
      .map((name) => {
        const { mode, uid, mtimeMs, size } = lstatSync(join(folder, name));
        return { name, mode, uid, mtimeMs, size };
      }),
  );
}

for (const folder of [home, temporary]) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'secret.txt'), canary);
}
const port = findPort(await listen());
await listen(join(temporary, 'server.sock'));
await listen(`\0${abstract}`);

const files = ['forge', 'leave', 'exhaust', 'escape', 'poison'];
const cases: readonly ProgramCase[] = files.flatMap((file) =>
  readCases(`hostile/${file}.py`, {
    HOME: home,
    TMP: temporary,
    REPO: repository,
    SECRET: secret,
    PORT: String(port),
    ABSTRACT: abstract,
    NULL: '\0',
  }),
);
// Never without a sandbox.
const working = (await findWorkingBackends()).filter((name) => name !== 'none');

const settingsFiles = ['/proc/sys/kernel/core_pattern', '/proc/self/oom_score_adj', '/proc/self/mountinfo'];
const readSettings = (): readonly string[] => settingsFiles.map((path) => readFileSync(path, 'utf8'));
const settings = readSettings();

beforeAll(() => {
  vi.stubEnv('SCALEQUEST_TEST_SECRET', secret);
});
afterAll(() => {
  vi.unstubAllEnvs();
  for (const server of servers) server.close();
  rmSync(root, { recursive: true, force: true });
});

test('there are at least 60 hostile programs, each with a name of its own', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  for (const { name, does, ends } of cases) {
    expect(does, name).not.toBe('');
    expect(ends, name).not.toContain('passed');
  }
});

test('the table in the docs says of each what holds it', () => {
  const docs = readFileSync(join(repository, 'docs', 'sandbox.md'), 'utf8');
  const rows = cases.map(({ name, does, notHeldBy }) => {
    const cells = (['bubblewrap', 'landlock'] as const).map((backend) =>
      notHeldBy[backend] ? '**not held**' : 'held',
    );
    return `| \`${name}\` | ${does} | ${cells.join(' | ')} |`;
  });
  const table = docs.split('\n').filter((line) => line.startsWith('| `'));
  expect(table.filter((line) => / held | \*\*not held\*\* /.test(line))).toEqual(rows);
  for (const why of cases.flatMap(({ notHeldBy }) => Object.values(notHeldBy))) expect(docs).toContain(why);
});

// One program after the other in each back end, and the back ends side by side: some programs wait for their time.
describe.concurrent.each(working)('with %s', (backend) => {
  let sandbox: Sandbox;
  const outside = describeOutside();

  beforeAll(async () => {
    // The honest program behind each has its tests run where the hostile one's ran: the weaker of the two ways.
    sandbox = await createSandbox({ backend, workers: 1, sharesTestProcess: true, limits: { cpuSeconds: 1 } });
  });
  afterAll(() => sandbox.close());

  test.sequential.each(cases)('$name: it $does', async ({ name, ends, notHeldBy, program }) => {
    // What waits for its time has little of it; what ends by itself may take as long as a busy machine makes it.
    const timeoutMs = ends.includes('timeout') ? 3_000 : 60_000;
    const result = await sandbox.check({ ...program, limits: { timeoutMs } });
    const said = JSON.stringify(result);
    expect(ends, said).toContain(result.outcome);
    // What is said to be not held is reached: the table in the docs stays true.
    expect(/REACHED/.test(said), said).toBe(notHeldBy[backend] !== undefined);
    expect(said).not.toContain(canary);
    expect(said).not.toContain(secret);
    expect((result.output ?? '').length).toBeLessThanOrEqual(4_096);
    expect(describeOutside()).toEqual(outside);
    expect(connections).toBe(0);
    const next = await sandbox.check(honest);
    expect(next, `after ${name}`).toMatchObject({ outcome: 'passed' });
  });

  test.sequential('none of them costs a judge', () => {
    expect(sandbox.getStatistics()).toMatchObject({ checked: 2 * cases.length, judgesLost: 0 });
  });
});

test('nothing of them is left', () => {
  expect(listDescendants()).toEqual([]);
  expect(readSettings()).toEqual(settings);
  for (const folder of ['/tmp', '/var/tmp', '/dev/shm'])
    expect(existsSync(join(folder, 'scalequest-evil')), folder).toBe(false);
});

/** Uses what the poisoning ones leave: modules, files, modes, limits, seeds. */
const honest = {
  program: `
import heapq, json, math, os, random, sys, time
found = [os.listdir("."), json.loads("[1]"), math.sqrt(4), list(range(2)), time.tzname[0], random.random(), sys.getrecursionlimit() > 900]
open("own", "w").write("x")
def f(x):
    return found, open("own").read() * x
`,
  tests: `
found, text = f(2)
assert found[:5] == [[], [1], 2.0, [0, 1], "UTC"], found
assert found[5] == 0.8444218515250481 and found[6] and text == "xx"
`,
};
