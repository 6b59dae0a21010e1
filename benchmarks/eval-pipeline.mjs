// How close `scalequest eval` comes to what its server allows, how much memory it takes, and how soon it asks.
// Usage: npm run bench -- eval-pipeline [--runs N]. Uses MATH where SCALEQUEST_DATA_DIR has it, else math-embedded.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { forkModelServer } from '@scalequest/test-kit';
import { measureCli } from './support/measure-cli.mjs';
import { describeMachine, describeSpread } from './support/report.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' } } });
const runs = Number(values.runs);
const dataDir = process.env.SCALEQUEST_DATA_DIR;
const benchmark = dataDir === undefined ? 'math-embedded' : 'math';
const problems = dataDir === undefined ? 500 : 5000;
const behaviourModule = new URL('./support/boxed-replies.mjs', import.meta.url);

/** One run of the command against a fresh server, in a folder that is gone afterwards. */
async function measure(serverOptions, args) {
  const folder = mkdtempSync(join(tmpdir(), 'scalequest-bench-'));
  const server = await forkModelServer({ behaviourModule, options: serverOptions });
  try {
    const common = [
      'eval',
      benchmark,
      '--model',
      'm',
      '--base-url',
      server.baseUrl,
      '--out',
      join(folder, 'run'),
      '--json',
    ];
    const measured = await measureCli([...common, ...args]);
    return { ...measured, server: await server.getStatistics() };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function repeat(times, work) {
  const results = [];
  for (let i = 0; i < times; i++) results.push(await work());
  return results;
}

console.log(describeMachine());
console.log(`benchmark: ${benchmark}, ${problems} problems\n`);

const epochs = 5000 / problems;
const latencyMs = 100;
const concurrency = 64;
const ideal = (concurrency * 1000) / latencyMs;
const paced = await repeat(runs, () =>
  measure({ latencyMs }, ['--concurrency', String(concurrency), '--epochs', String(epochs)]),
);
// From the first request on: the start of the process is a figure of its own.
const rates = paced.map(
  ({ startedAt, wallMs, server }) => (5000 * 1000) / (startedAt + wallMs - server.firstRequestAt),
);
console.log(`5,000 samples at ${latencyMs} ms and concurrency ${concurrency}, ideal ${ideal}/s`);
console.log(`  samples/s: ${describeSpread(rates)}`);
console.log(`  of ideal, %: ${describeSpread(rates.map((rate) => (rate / ideal) * 100))}`);
const starts = paced.map(({ startedAt, server }) => server.firstRequestAt - startedAt);
console.log(`  start of the process to first request, ms: ${describeSpread(starts, 0)}`);
console.log(`  peak resident memory, MB: ${describeSpread(paced.map(({ peakMb }) => peakMb))}\n`);

const many = await repeat(Math.min(runs, 2), () =>
  measure({ latencyMs: 20 }, ['--concurrency', String(concurrency), '--epochs', String(epochs * 10)]),
);
console.log('50,000 samples at 20 ms');
console.log(`  samples/s: ${describeSpread(many.map(({ wallMs }) => (50_000 * 1000) / wallMs))}`);
console.log(`  peak resident memory, MB: ${describeSpread(many.map(({ peakMb }) => peakMb))}`);
const ratio = (results) => results.reduce((sum, { peakMb }) => sum + peakMb, 0) / results.length;
console.log(`  of that at 5,000 samples, %: ${((ratio(many) / ratio(paced)) * 100).toFixed(0)}\n`);

const allowed = 100;
for (const latency of [5, 200]) {
  const samples = 2000;
  const rateLimit = { ratePerSecond: allowed, burst: 10, retryAfter: '1' };
  const limited = await measure({ latencyMs: latency, rateLimit }, [
    '--limit',
    String(Math.min(samples, problems)),
    '--epochs',
    String(Math.max(1, samples / problems)),
  ]);
  const seconds = (limited.startedAt + limited.wallMs - limited.server.firstRequestAt) / 1000;
  const { byStatus } = limited.server;
  console.log(
    `a server that allows ${allowed} requests/s (429 with Retry-After: 1), ${latency} ms, ${samples} samples`,
  );
  console.log(
    `  accepted/s: ${(samples / seconds).toFixed(1)}, ${((samples / seconds / allowed) * 100).toFixed(0)} % of what is allowed`,
  );
  console.log(
    `  rejected: ${byStatus['429'] ?? 0} of ${limited.server.requests}; outcomes: ${JSON.stringify(limited.output.summary.outcomes)}\n`,
  );
}
