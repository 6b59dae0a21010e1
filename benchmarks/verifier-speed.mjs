// Pairs a second that one core verifies, and how much faster a pool of two workers is than one of one.
// Usage: npm run bench -- verifier-speed. With SCALEQUEST_DATA_DIR also over real references and real answers.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extractAnswer, verifyAnswer } from '@scalequest/verifier';
import { createVerifierPool } from '@scalequest/verifier/pool';
import { Bench } from 'tinybench';
import { makeHardPairs } from './support/hard-pairs.mjs';
import { createDraw } from './support/random.mjs';
import { readDataRows } from './support/read-data-rows.mjs';
import { describeMachine, describeSpread } from './support/report.mjs';

const draw = createDraw('verifier-speed');
const pick = (items) => items[Math.floor(draw() * items.length)];

/** Half of them equal. */
function makeIntegerPairs(count) {
  return Array.from({ length: count }, () => {
    const reference = String(Math.floor(draw() ** 3 * 1e6) - 1000);
    return { reference, candidate: draw() < 0.5 ? reference : String(Math.floor(draw() ** 3 * 1e6)) };
  });
}

/** The same answer as another model writes it. */
function reformat(text) {
  const changed = text
    .replaceAll('\\frac', '\\dfrac')
    .replaceAll('\\left', '')
    .replaceAll('\\right', '')
    .replaceAll('+', ' + ')
    .replaceAll(/,(?!\d{3})/g, ', ');
  return draw() < 0.5 ? `$${changed}$` : changed;
}

/** Six in ten against themselves in another notation, the others against the reference of another problem. */
async function makeReferencePairs() {
  const rows = await readDataRows('benchmark/math/test.jsonl.gz');
  const references = rows.map(({ solution }) => extractAnswer(solution).answer);
  return references.map((reference) => ({
    reference,
    candidate: draw() < 0.6 ? reformat(reference) : pick(references),
  }));
}

async function makeRealPairs() {
  const rows = await readDataRows('generations-derived/verifier-pairs.jsonl.gz');
  return rows
    .filter(({ answer }) => answer !== null)
    .map(({ gold, answer }) => ({ reference: gold, candidate: answer }));
}

const sets = [
  { name: 'integers', pairs: makeIntegerPairs(10_000), target: 100_000 },
  { name: 'hard symbolic pairs, equal', pairs: makeHardPairs(2000, draw), target: 10_000 },
];
if (process.env.SCALEQUEST_DATA_DIR !== undefined) {
  sets.push(
    { name: 'MATH references, mixed forms', pairs: await makeReferencePairs(), target: 20_000 },
    { name: 'real answers of models', pairs: await makeRealPairs(), target: 20_000 },
  );
}

console.log(`${describeMachine()}\n`);
/** In processor time, of V8's helpers too, so that other processes on the machine do not count. */
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const bench = new Bench({ time: 2000, warmupTime: 500, now });
for (const { name, pairs } of sets) {
  bench.add(name, () => {
    for (const pair of pairs) verifyAnswer(pair);
  });
}
await bench.run();
for (const [i, { name, result }] of bench.tasks.entries()) {
  const { pairs, target } = sets[i];
  const rate = (ms) => Math.round((pairs.length * 1000) / ms);
  const { p50, min, max, samplesCount } = result.latency;
  const counts = { equal: 0, different: 0, undecided: 0 };
  for (const pair of pairs) counts[verifyAnswer(pair).verdict]++;
  const verdicts = Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`);
  console.log(
    [
      `${name}: median ${rate(p50).toLocaleString('en-US')} pairs/s`,
      `(${rate(max).toLocaleString('en-US')} to ${rate(min).toLocaleString('en-US')}, ${samplesCount} passes over ${pairs.length} pairs)`,
      `target ${target.toLocaleString('en-US')}: ${rate(p50) >= target ? 'met' : 'MISSED'}; ${verdicts.join(', ')}`,
    ].join(' '),
  );
}

// Cheap pairs take less time than their way to a thread, so that only costly ones show what a second worker gives.
const costly = makeHardPairs(4000, createDraw('pool'), { isCostly: true });
const pools = [1, 2].map((workers) => ({ workers, pool: createVerifierPool({ workers }), rates: [], times: [] }));
// In turns, so that what else the machine does falls on both; the first round starts the threads.
for (let round = 0; round < 12; round++) {
  for (const { pool, rates, times } of pools) {
    const [startedAt, before] = [performance.now(), readThreads()];
    for await (const _result of pool.verifyMany(costly));
    if (round === 0) continue;
    rates.push((costly.length * 1000) / (performance.now() - startedAt));
    const spent = [...readThreads()].map(([id, ms]) => ms - (before.get(id) ?? 0));
    // On two free cores a round takes as long as its busiest thread, or half of all that is to be done.
    times.push(Math.max(...spent, spent.reduce((sum, ms) => sum + ms, 0) / 2));
  }
}
for (const { workers, pool, rates, times } of pools) {
  await pool.close();
  console.log(`pool of ${workers}, ${costly.length} pairs that need balls, pairs/s: ${describeSpread(rates, 0)}`);
  console.log(`  ms that its threads would take on two free cores: ${describeSpread(times, 0)}`);
}
const compare = (name, pick) => {
  const [one, two] = pools.map((pool) => pick(pool).toSorted((a, b) => a - b)[pick(pool).length >> 1]);
  const gain = name === 'the clock' ? two / one : one / two;
  console.log(
    `two workers against one, by ${name}: ${gain.toFixed(2)} times, target 1.7: ${gain >= 1.7 ? 'met' : 'MISSED'}`,
  );
};
compare('the clock', ({ rates }) => rates);
compare('processor time', ({ times }) => times);

/** Milliseconds of processor time of each thread, by its id. Nothing where the system is not Linux. */
function readThreads() {
  const folder = '/proc/self/task';
  const ids = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(ids.map((id) => [id, Number(readFileSync(`${folder}/${id}/schedstat`, 'utf8').split(' ')[0]) / 1e6]));
}
