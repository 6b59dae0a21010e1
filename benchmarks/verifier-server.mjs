// The verifier over HTTP, client and server on one machine: pairs a second, memory over a million pairs, 10,000 connections
// in turn, hostile pairs, and a worker killed every second.
// Usage: npm run bench -- verifier-server [--pairs N] [--seconds N]. With SCALEQUEST_DATA_DIR over real answers of models.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeHardPairs } from './support/hard-pairs.mjs';
import { makeHostileText } from './support/hostile-texts.mjs';
import { createDraw } from './support/random.mjs';
import { readDataRows } from './support/read-data-rows.mjs';
import { describeMachine, describeSpread } from './support/report.mjs';

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '1000000' }, seconds: { type: 'string', default: '20' } },
});
const itemsPerRequest = 100;
const inFlight = 4;
const draw = createDraw('verifier-server');
const cli = fileURLToPath(new URL('../packages/cli/bin/scalequest.js', import.meta.url));
const traps = fileURLToPath(new URL('support/serve-with-traps.mjs', import.meta.url));

async function startServer(args) {
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { child, ...JSON.parse(String(line)) };
}

function post({ port }, { body, agent, path = '/verify' }) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request({ port, path, method: body === '' ? 'GET' : 'POST', headers, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
    });
    asked.on('error', reject).end(body);
  });
}

/** Sends `count` requests, `inFlight` at a time, and looks at each answer. */
async function sendAll(server, { count, makeBody, onAnswer }) {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  let next = 0;
  const loop = async () => {
    while (next < count) {
      const index = next++;
      onAnswer(await post(server, { body: makeBody(index), agent }), index);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  agent.destroy();
}

function requireVerdicts({ status, text }, count) {
  const items = status === 200 ? JSON.parse(text).items : [];
  if (items.length !== count || items.some(({ verdict }) => verdict === undefined))
    throw new Error(`A request got ${status}: ${text.slice(0, 300)}`);
  return items;
}

function readMemory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    mb: Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024,
    peakMb: Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1024,
  };
}

async function makePairs() {
  if (process.env.SCALEQUEST_DATA_DIR === undefined) {
    const whole = () => String(Math.floor(draw() ** 3 * 1e6));
    const plain = Array.from({ length: 8000 }, () => ({ reference: whole(), candidate: whole() }));
    return { name: 'made pairs, a fifth hard', pairs: [...plain, ...makeHardPairs(2000, draw)] };
  }
  const rows = await readDataRows('generations-derived/verifier-pairs.jsonl.gz');
  const pairs = rows.flatMap(({ gold, answer }) => (answer === null ? [] : [{ reference: gold, candidate: answer }]));
  return { name: 'real answers of models', pairs };
}

console.log(`${describeMachine()}\n`);
const { name, pairs } = await makePairs();
const makeBatch = (index) =>
  Array.from({ length: itemsPerRequest }, (_, i) => pairs[(index * itemsPerRequest + i) % pairs.length]);
const bodies = Array.from({ length: Math.floor(pairs.length / itemsPerRequest) }, (_, i) =>
  JSON.stringify({ items: makeBatch(i) }),
);
const makeBody = (index) => bodies[index % bodies.length];

const server = await startServer([cli, 'serve', 'verifier', '--port', '0', '--json']);
const part = Math.ceil(Number(values.pairs) / 10 / itemsPerRequest);
const rates = [];
const memories = [];
for (let i = 0; i < 10; i++) {
  const startedAt = performance.now();
  const onAnswer = (answer) => requireVerdicts(answer, itemsPerRequest);
  await sendAll(server, { count: part, makeBody, onAnswer });
  rates.push((part * itemsPerRequest * 1000) / (performance.now() - startedAt));
  memories.push(readMemory(server.child.pid).mb);
}
console.log(`${name}, ${itemsPerRequest} a request, ${inFlight} requests in flight, client beside the server`);
console.log(`pairs/s: ${describeSpread(rates, 0)} target 5,000: ${Math.min(...rates) >= 5000 ? 'met' : 'MISSED'}`);
const growth = memories.at(-1) / Math.max(...memories.slice(0, 3));
console.log(`MB resident after each tenth of ${values.pairs} pairs: ${memories.map((mb) => mb.toFixed(0)).join(' ')}`);
console.log(
  `  at the end against the most of the first three: ${growth.toFixed(2)} times, flat (under 1.15): ${growth < 1.15 ? 'met' : 'MISSED'}`,
);

const connections = 10_000;
const one = JSON.stringify({ items: [{ reference: '1/2', candidate: '0.5' }] });
let startedAt = performance.now();
for (let i = 0; i < connections; i++) requireVerdicts(await post(server, { body: one, agent: false }), 1);
const connectionsMs = performance.now() - startedAt;
console.log(
  `${connections} connections in turn, all answered: ${((connections * 1000) / connectionsMs).toFixed(0)} a second; ${readMemory(server.child.pid).mb.toFixed(0)} MB after`,
);

startedAt = performance.now();
const hostile = 20;
await sendAll(server, {
  count: hostile,
  makeBody: () =>
    JSON.stringify({
      items: Array.from({ length: itemsPerRequest }, () => ({
        reference: makeHostileText(draw),
        candidate: makeHostileText(draw),
      })),
    }),
  onAnswer: (answer) => requireVerdicts(answer, itemsPerRequest),
});
console.log(
  `${hostile * itemsPerRequest} hostile pairs, all answered: ${((performance.now() - startedAt) / 1000).toFixed(1)} s; at most ${readMemory(server.child.pid).peakMb.toFixed(0)} MB in the whole run`,
);
server.child.kill('SIGTERM');
const [code] = await once(server.child, 'exit');
console.log(`exit code after SIGTERM: ${code}`);

// Each request has answers of its own, so that one that is lost, doubled or given to another shows.
const trapped = await startServer([traps]);
const endAt = performance.now() + Number(values.seconds) * 1000;
const isRight = (index, i) => (index + i) % 3 !== 0;
const counts = { requests: 0, wrong: 0, failed: 0, kills: 0 };
const killed = [];
const killer = setInterval(() => {
  counts.kills++;
  const body = JSON.stringify({ items: [{ reference: '1', candidate: 'DIE' }] });
  const answer = post(trapped, { body, agent: false }).then(({ text }) => JSON.parse(text).items?.[0].verdict);
  killed.push(
    answer.then(
      (verdict) => verdict !== 'undecided' && counts.failed++,
      () => counts.failed++,
    ),
  );
}, 1000);
const sendUntilTheEnd = async (_, lane) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let index = lane; performance.now() < endAt; index += inFlight) {
    const items = Array.from({ length: itemsPerRequest }, (_, i) => ({
      reference: String(index * 1000 + i),
      candidate: String(index * 1000 + i + (isRight(index, i) ? 0 : 1)),
    }));
    counts.requests++;
    try {
      const answers = requireVerdicts(await post(trapped, { body: JSON.stringify({ items }), agent }), itemsPerRequest);
      if (answers.some(({ reward }, i) => reward !== (isRight(index, i) ? 1 : 0))) counts.wrong++;
    } catch (error) {
      counts.failed++;
      console.error(error.message);
    }
  }
  agent.destroy();
};
await Promise.all(Array.from({ length: inFlight }, sendUntilTheEnd));
clearInterval(killer);
await Promise.all(killed);
const { text } = await post(trapped, { body: '', path: '/metrics' });
const answered = Number(/requests_total\{status="200"\} (\d+)/.exec(text)?.[1]);
const lost = Number(/workers_lost_total (\d+)/.exec(text)?.[1]);
console.log(
  `a worker killed every second for ${values.seconds} s: ${counts.kills} kills asked, ${lost} workers lost, ${counts.requests} requests of ${itemsPerRequest}, ${counts.failed} lost, ${counts.wrong} with another's answers; ${answered === counts.requests + counts.kills ? 'each answered once' : `${answered} ANSWERS`}`,
);
trapped.child.stdin.end();
await once(trapped.child, 'exit');
