// What a stream through the verifier pool costs: pairs a second and peak memory at 1,000 to 1,000,000 pairs, and how
// long an abort takes to settle, in the midst of a stream and with a million pairs queued one by one.
// Usage: npm run bench -- verifier-pool [--pairs 1000000] [--runs 5]
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createVerifierPool } from '@scalequest/verifier/pool';
import { makeHardPairs } from './support/hard-pairs.mjs';
import { createDraw } from './support/random.mjs';
import { describeMachine, describeSpread } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '5' },
    // Set by this program for the processes that it starts, so that each figure has a process of its own.
    part: { type: 'string' },
    count: { type: 'string' },
  },
});
const pairsMost = Number(values.pairs);
const runs = Number(values.runs);

const parts = { stream, 'abort-stream': abortStream, 'abort-queued': abortQueued, bare: rejectBare };
if (values.part === undefined) await report();
else {
  const pool = createVerifierPool({ cas: false });
  await pool.start();
  process.send(await parts[values.part](pool, Number(values.count)));
  await pool.close();
}

async function report() {
  console.log(`${describeMachine()}\n`);
  const sizes = [1000, 10_000, 100_000, 1_000_000].filter((size) => size <= pairsMost);
  const peaks = [];
  for (const size of sizes) {
    const seen = await repeat('stream', size);
    peaks.push(median(seen.map(({ peakMb }) => peakMb)));
    console.log(`${size.toLocaleString('en-US')} pairs of an async iterable, in order, 2 workers:`);
    console.log(`  pairs/s: ${describeSpread(pick(seen, 'perSecond'), 0)}`);
    console.log(`  pairs a second of processor time: ${describeSpread(pick(seen, 'perCpuSecond'), 0)}`);
    console.log(`  peak memory of the process, MiB: ${describeSpread(pick(seen, 'peakMb'), 0)}`);
    console.log(`  ${seen[0].summary}`);
  }
  const [before, after] = peaks.slice(-2);
  if (after !== undefined)
    console.log(
      `ten times as many pairs take ${(after - before).toFixed(0)} MiB more (flat: at most 32): ${judge(after - before, 32)}`,
    );
  for (const [part, name] of [
    ['abort-stream', `a stream over ${pairsMost.toLocaleString('en-US')} pairs, its workers busy with costly ones`],
    ['abort-queued', `${pairsMost.toLocaleString('en-US')} pairs queued one by one, each with its promise`],
  ]) {
    const ms = pick(await repeat(part, pairsMost), 'ms');
    console.log(`abort of ${name}, ms until all is settled: ${describeSpread(ms)}`);
    console.log(`  at most 100 ms: ${judge(median(ms), 100)}`);
  }
  const bare = pick(await repeat('bare', pairsMost), 'ms');
  console.log(`as many promises rejected without a pool, ms until all is settled: ${describeSpread(bare)}`);
}

/** Pairs that are made when they are asked for: 9 in 10 cheap, the others symbolic. */
async function* makePairs(count) {
  const hard = makeHardPairs(500, createDraw('verifier-pool'));
  for (let i = 0; i < count; i++) {
    yield i % 10 === 9
      ? hard[i % hard.length]
      : { reference: `\\frac{${i}}{7}`, candidate: `${i % 3 === 0 ? i : i + 1}/7` };
  }
}

async function stream(pool, count) {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let given = 0;
  for await (const { verdict } of pool.verifyMany(makePairs(count))) {
    const isWanted = given % 10 === 9 || given % 3 === 0 ? verdict === 'equal' : verdict === 'different';
    if (!isWanted) throw new Error(`Result ${given} is ${verdict}: the order or a verdict is wrong.`);
    given++;
  }
  if (given !== count) throw new Error(`${count} pairs gave ${given} results.`);
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  const { verdicts, batches, busyShare, comparisonMs } = pool.getStatistics();
  const { p50, p99, max } = comparisonMs;
  const summary = [
    `${verdicts.equal} equal, ${verdicts.different} different, ${verdicts.undecided} undecided;`,
    `${batches} messages, workers ${(100 * busyShare).toFixed(0)} % busy;`,
    `a comparison p50 ${p50.toFixed(3)} ms, p99 ${p99.toFixed(3)} ms, max ${max.toFixed(1)} ms`,
  ].join(' ');
  return {
    perSecond: (count * 1000) / ms,
    perCpuSecond: (count * 1e6) / (user + system),
    peakMb: readPeakMb(),
    summary,
  };
}

/** From the abort to the end of the loop, 1,000 results into the stream. */
async function abortStream(pool, count) {
  const costly = makeHardPairs(500, createDraw('verifier-pool'), { isCostly: true });
  function* repeatCostly() {
    for (let i = 0; i < count; i++) yield costly[i % costly.length];
  }
  const controller = new AbortController();
  let given = 0;
  let abortedAt = Number.NaN;
  try {
    for await (const _result of pool.verifyMany(repeatCostly(), { signal: controller.signal })) {
      if (++given !== 1000) continue;
      setImmediate(() => {
        abortedAt = performance.now();
        controller.abort();
      });
    }
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  }
  return { ms: performance.now() - abortedAt };
}

async function abortQueued(pool, count) {
  const [costly] = makeHardPairs(1, createDraw('verifier-pool'), { isCostly: true });
  const controller = new AbortController();
  let open = count;
  const onEnd = () => {
    open--;
  };
  for (let i = 0; i < count; i++) pool.verify(costly, { signal: controller.signal }).then(onEnd, onEnd);
  // The workers have their first messages.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const abortedAt = performance.now();
  controller.abort();
  while (open > 0) await Promise.resolve();
  return { ms: performance.now() - abortedAt };
}

/** What the same takes without a pool: nothing that settles each promise by itself can be faster. */
async function rejectBare(_pool, count) {
  const rejects = [];
  let open = count;
  const onEnd = () => {
    open--;
  };
  for (let i = 0; i < count; i++) {
    new Promise((_resolve, reject) => {
      rejects.push(reject);
    }).then(onEnd, onEnd);
  }
  const startedAt = performance.now();
  const reason = new Error('bare');
  for (const reject of rejects) reject(reason);
  while (open > 0) await Promise.resolve();
  return { ms: performance.now() - startedAt };
}

/** In processes of their own, one after the other. */
async function repeat(part, count) {
  const seen = [];
  for (let run = 0; run < runs; run++) {
    seen.push(
      await new Promise((resolve, reject) => {
        const child = fork(import.meta.filename, ['--part', part, '--count', String(count)]);
        child.once('message', resolve);
        child.once('exit', (code) => reject(new Error(`${part} ended with ${code} and said nothing.`)));
      }),
    );
  }
  return seen;
}

function readPeakMb() {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
}

function pick(rows, name) {
  return rows.map((row) => row[name]);
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

function judge(value, most) {
  return value <= most ? 'met' : 'MISSED';
}
