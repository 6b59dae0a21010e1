// What the engine of packages/synth does at scale: rows a second and memory while it generates, filters and responds against a
// server that answers at once; bytes on the disk beside the texts; and how soon a run of millions goes on after a kill.
// Usage: npm run bench -- synth-engine [--rows 100000] [--resume-rows 10000000] [--only requests,resume].
import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { forkModelServer, makeTemporaryFolder } from '@scalequest/test-kit';
import { describeMachine } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    'resume-rows': { type: 'string', default: '10000000' },
    only: { type: 'string', default: 'requests,resume' },
  },
});
const run = promisify(execFile);
const script = join(import.meta.dirname, 'support', 'run-synth.mjs');
const behaviourModule = new URL('./support/chatty-server.mjs', import.meta.url);
const millions = (count) => `${(count / 1e6).toFixed(count < 1e6 ? 2 : 1)} million`;

/** Gives work a folder that is gone behind it. */
async function withFolder(work) {
  const folder = makeTemporaryFolder();
  try {
    return await work(folder.join('run'));
  } finally {
    folder[Symbol.dispose]();
  }
}

async function withServer(work) {
  const server = await forkModelServer({ behaviourModule, options: { count: 40 } });
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}

/** A session in a process of its own. */
function startSession(options) {
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const session = { child, rssMb: [], end: undefined, startedAt: Date.now() };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line);
    if (said.rssMb === undefined) session.end = said;
    else session.rssMb.push(said.rssMb);
  });
  session.ended = new Promise((resolve) => child.once('close', resolve));
  return session;
}

async function measureBytes(folder) {
  // Files come and go while they are counted.
  const { stdout } = await run('du', ['-sb', folder]).catch((error) => error);
  return Number.parseInt(stdout, 10) || 0;
}

function describeMemory(rssMb) {
  const tenth = Math.max(1, Math.floor(rssMb.length / 10));
  const points = Array.from({ length: 10 }, (_, i) => rssMb[Math.min(rssMb.length - 1, (i + 1) * tenth - 1)] ?? 0);
  return `${points.map((mb) => mb.toFixed(0)).join(' ')} MB, peak ${Math.max(...rssMb).toFixed(0)}`;
}

async function measureRequests({ n, path, server }) {
  const rows = Number(values.rows);
  const session = startSession({ folder: path, baseUrl: server.baseUrl, rows, n });
  let peakBytes = 0;
  let isDone = false;
  const watch = (async () => {
    while (!isDone) {
      peakBytes = Math.max(peakBytes, await measureBytes(path));
      await sleep(2000);
    }
  })();
  await session.ended;
  isDone = true;
  await watch;
  const { wallMs, cpuMs, payload } = session.end;
  const { requests } = await server.getStatistics();
  const endBytes = await measureBytes(path);
  console.log(`${millions(rows)} rows through generate, filter and respond, n = ${n} (${requests} requests)`);
  console.log(
    `  rows/s ${((rows * 1000) / wallMs).toFixed(0)}, per processor second ${((rows * 1000) / cpuMs).toFixed(0)}`,
  );
  console.log(`  requests/s ${((requests * 1000) / wallMs).toFixed(0)}, in ${(wallMs / 1000).toFixed(0)} s`);
  console.log(`  memory, in tenths of the time: ${describeMemory(session.rssMb)}`);
  const share = (bytes) => (bytes / payload).toFixed(2);
  console.log(`  disk per byte of text: ${share(peakBytes)} at most while it ran, ${share(endBytes)} after\n`);
}

/** The time from the start of a process to its first request. It is killed there. */
async function runToFirstRequest(options, server) {
  const session = startSession({ ...options, baseUrl: server.baseUrl });
  let firstRequestAt;
  while (firstRequestAt === undefined && session.child.exitCode === null) {
    await sleep(20);
    ({ firstRequestAt } = await server.getStatistics());
  }
  // In the midst of its requests.
  await sleep(500);
  session.child.kill('SIGKILL');
  await session.ended;
  return { seconds: (firstRequestAt - session.startedAt) / 1000, rssMb: session.rssMb };
}

async function measureResume(folder) {
  const rows = Number(values['resume-rows']);
  const options = { folder, rows: rows + 100_000 };
  for (const [where, askFrom] of [
    ['in the middle', rows / 2],
    ['at the end', rows],
  ]) {
    const made = await withServer((server) => runToFirstRequest({ ...options, askFrom }, server));
    const again = [];
    for (let time = 0; time < 3; time++) {
      const { seconds } = await withServer((server) => runToFirstRequest({ ...options, askFrom }, server));
      again.push(seconds);
    }
    console.log(`killed at ${millions(askFrom)} rows, ${where} of ${millions(rows)}`);
    console.log(
      `  first request ${again.map((seconds) => seconds.toFixed(2)).join(', ')} s after the start of the process`,
    );
    console.log(`  memory while the rows were made: ${describeMemory(made.rssMb)} (${made.seconds.toFixed(0)} s)\n`);
  }
}

console.log(`${describeMachine()}\n`);
const sections = {
  requests: async () => {
    for (const n of [1, 5]) await withFolder((path) => withServer((server) => measureRequests({ n, path, server })));
  },
  resume: () => withFolder(measureResume),
};
for (const name of values.only.split(',')) {
  if (sections[name] === undefined) throw new Error(`No section '${name}': ${Object.keys(sections).join(', ')}.`);
  await sections[name]();
}
