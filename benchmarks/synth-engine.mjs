// What the engine of packages/synth does at scale, with its own stages: rows a second and memory while it generates, filters by
// language and responds against a server that answers at once, killed near the end and gone on with; bytes on the disk beside the
// texts; and how soon a run of millions goes on after a kill.
// Usage: npm run bench -- synth-engine [--rows 100000] [--samples 1,5] [--resume-rows 10000000] [--only requests,resume].
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
    samples: { type: 'string', default: '1,5' },
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
  const server = await forkModelServer({ behaviourModule, options: { count: 6 } });
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}

/** A session in a process of its own. `ticks` is what it said of itself, each second. */
function startSession(options) {
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const session = { child, ticks: [], end: undefined, startedAt: Date.now() };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line);
    if (said.rssMb === undefined) session.end = said;
    else session.ticks.push(said);
  });
  session.ended = new Promise((resolve) => child.once('close', resolve));
  return session;
}

async function measureBytes(folder) {
  // Files come and go while they are counted.
  const { stdout } = await run('du', ['-sb', folder]).catch((error) => error);
  return Number.parseInt(stdout, 10) || 0;
}

function describeMemory(ticks) {
  const rssMb = ticks.map((tick) => tick.rssMb);
  const tenth = Math.max(1, Math.floor(rssMb.length / 10));
  const points = Array.from({ length: 10 }, (_, i) => rssMb[Math.min(rssMb.length - 1, (i + 1) * tenth - 1)] ?? 0);
  return `${points.map((mb) => mb.toFixed(0)).join(' ')} MB, peak ${Math.max(...rssMb).toFixed(0)}`;
}

async function measureRequests({ n, path }) {
  const rows = Number(values.rows);
  const options = { folder: path, rows, n };
  let peakBytes = 0;
  let isDone = false;
  const watch = (async () => {
    while (!isDone) {
      peakBytes = Math.max(peakBytes, await measureBytes(path));
      await sleep(5000);
    }
  })();
  const first = await withServer(async (server) => {
    const session = startSession({ ...options, baseUrl: server.baseUrl });
    while ((session.ticks.at(-1)?.responded ?? 0) < rows * 0.95 && session.child.exitCode === null) await sleep(100);
    if (session.child.exitCode !== null)
      throw new Error('The run was over before it could be killed: give more --rows.');
    session.child.kill('SIGKILL');
    await session.ended;
    return { ...session, requests: (await server.getStatistics()).requests };
  });
  const second = await withServer(async (server) => {
    const session = startSession({ ...options, baseUrl: server.baseUrl });
    const seconds = await waitForRequest(session, server);
    await session.ended;
    return { ...session, seconds, requests: (await server.getStatistics()).requests };
  });
  isDone = true;
  await watch;
  if (second.end === undefined) throw new Error('The session after the kill did not come to its end.');
  const { responded, payload } = first.ticks.at(-1);
  // From its first second on: the start of a process is none of the pace.
  const span = first.ticks.length - 1;
  const pace = (responded - first.ticks[0].responded) / span;
  const { accepted, rows: made } = second.end.results[0];
  const least = Math.ceil(made / 32) + accepted;
  const endBytes = await measureBytes(path);
  console.log(
    `${millions(rows)} rows through generate (32 a request), filter and respond, n = ${n}: ${accepted} accepted`,
  );
  console.log(`  rows/s ${pace.toFixed(0)}, in ${span} s up to a SIGKILL behind 95 % of them`);
  console.log(`  first request ${second.seconds.toFixed(2)} s after the start of the process that goes on`);
  const repeated = first.requests + second.requests - least;
  console.log(
    `  requests ${first.requests} and ${second.requests}: ${repeated} more than the rows ask for, 256 at once`,
  );
  console.log(
    `  memory, in tenths of the time: ${describeMemory(first.ticks)}; after the kill ${describeMemory(second.ticks)}`,
  );
  const share = (bytes) => (bytes / (payload + second.end.payload)).toFixed(2);
  console.log(`  disk per byte of text: ${share(peakBytes)} at most while it ran, ${share(endBytes)} after\n`);
}

async function waitForRequest({ child, startedAt }, server) {
  let firstRequestAt;
  while (firstRequestAt === undefined && child.exitCode === null) {
    await sleep(20);
    ({ firstRequestAt } = await server.getStatistics());
  }
  return (firstRequestAt - startedAt) / 1000;
}

/** The time from the start of a process to its first request. It is killed there. */
async function runToFirstRequest(options, server) {
  const session = startSession({ ...options, baseUrl: server.baseUrl });
  const seconds = await waitForRequest(session, server);
  // In the midst of its requests.
  await sleep(500);
  session.child.kill('SIGKILL');
  await session.ended;
  return { seconds, ticks: session.ticks };
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
    console.log(`  memory while the rows were made: ${describeMemory(made.ticks)} (${made.seconds.toFixed(0)} s)\n`);
  }
}

console.log(`${describeMachine()}\n`);
const sections = {
  requests: async () => {
    for (const n of values.samples.split(',').map(Number)) await withFolder((path) => measureRequests({ n, path }));
  },
  resume: () => withFolder(measureResume),
};
for (const name of values.only.split(',')) {
  if (sections[name] === undefined) throw new Error(`No section '${name}': ${Object.keys(sections).join(', ')}.`);
  await sections[name]();
}
