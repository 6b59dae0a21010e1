// How close `scalequest eval` comes to what its server allows, what a sample costs, and how memory grows with samples.
// Usage: npm run bench -- eval-pipeline [--runs N] [--only paced,zero,limit,memory] [--samples 1000000].
// Uses MATH where SCALEQUEST_DATA_DIR has it, else math-embedded.
import { parseArgs } from 'node:util';
import { measureEval } from './support/measure-eval.mjs';
import { describeMachine, describeSpread } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: 'paced,zero,limit,memory' },
    samples: { type: 'string', default: '1000000' },
  },
});
const runs = Number(values.runs);
const benchmark = process.env.SCALEQUEST_DATA_DIR === undefined ? 'math-embedded' : 'math';

async function repeat(times, work) {
  const results = [];
  for (let i = 0; i < times; i++) results.push(await work());
  return results;
}

const sections = {
  /** A server that takes its time: how much of what its pace allows is used. */
  async paced() {
    for (const { concurrency, latencyMs, count } of [
      { concurrency: 64, latencyMs: 100, count: 5000 },
      { concurrency: 64, latencyMs: 100, count: 20_000 },
      { concurrency: 512, latencyMs: 200, count: 20_000 },
      { concurrency: 512, latencyMs: 200, count: 100_000 },
    ]) {
      const ideal = (concurrency * 1000) / latencyMs;
      const measured = await repeat(runs, () => measureEval({ count, server: { latencyMs }, concurrency }));
      console.log(`${count} samples at ${latencyMs} ms and concurrency ${concurrency}, ideal ${ideal}/s`);
      console.log(`  samples/s: ${describeSpread(measured.map(({ rate }) => rate))}`);
      console.log(`  of ideal, %: ${describeSpread(measured.map(({ rate }) => (rate / ideal) * 100))}`);
      console.log(`  start of the process to first request, ms: ${describeSpread(pick(measured, 'startMs'), 0)}`);
      console.log(`  peak resident memory, MB: ${describeSpread(pick(measured, 'peakMb'))}\n`);
    }
  },

  /** A server that answers at once, and shares the machine. */
  async zero() {
    // The longer run shows what a sample costs once the code is warm.
    for (const count of [20_000, 100_000]) {
      const measured = await repeat(runs, () => measureEval({ count, server: {} }));
      console.log(`${count} samples at 0 ms, the server on the same machine`);
      console.log(`  samples/s: ${describeSpread(pick(measured, 'rate'), 0)}`);
      console.log(
        `  processor time of a sample, start and scoring included, ms: ${describeSpread(pick(measured, 'cpuMsPerSample'), 3)}\n`,
      );
    }
  },

  /** From a thousand samples to a million. */
  async memory() {
    const counts = [1000, 10_000, 100_000, Number(values.samples)];
    let first;
    for (const count of counts) {
      const { peakMb, rate } = await measureEval({ count, server: {} });
      first ??= peakMb;
      const share = ((peakMb / first) * 100).toFixed(0);
      console.log(
        `${count} samples: peak resident memory ${peakMb.toFixed(0)} MB, ${share} % of that of ${counts[0]}; ${rate.toFixed(0)}/s`,
      );
    }
    console.log('');
  },

  async limit() {
    const allowed = 100;
    for (const latencyMs of [5, 200]) {
      const count = 2000;
      const rateLimit = { ratePerSecond: allowed, burst: 10, retryAfter: '1' };
      const { rate, server, output } = await measureEval({ count, server: { latencyMs, rateLimit } });
      console.log(
        `a server that allows ${allowed} requests/s (429 with Retry-After: 1), ${latencyMs} ms, ${count} samples`,
      );
      console.log(`  accepted/s: ${rate.toFixed(1)}, ${((rate / allowed) * 100).toFixed(0)} % of what is allowed`);
      const { 429: refused = 0 } = server.byStatus;
      console.log(
        `  refused: ${refused} of ${server.requests}; outcomes: ${JSON.stringify(output.summary.outcomes)}\n`,
      );
    }
  },
};

const pick = (results, key) => results.map((result) => result[key]);

console.log(describeMachine());
console.log(`benchmark: ${benchmark}\n`);
for (const name of values.only.split(',')) {
  if (sections[name] === undefined) throw new Error(`No section '${name}': ${Object.keys(sections).join(', ')}.`);
  await sections[name]();
}
