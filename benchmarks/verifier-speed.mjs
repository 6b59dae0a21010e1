// Pairs a second that one core verifies, and how much faster a pool of two workers is than one of one.
// Usage: npm run bench -- verifier-speed. With SCALEQUEST_DATA_DIR also over real references and real answers.
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
const bench = new Bench({ time: 2000, warmupTime: 500 });
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
const pools = [1, 2].map((workers) => ({ workers, pool: createVerifierPool({ workers }), rates: [] }));
// In turns, so that what else the machine does falls on both; the first round starts the threads.
for (let round = 0; round < 12; round++) {
  for (const { pool, rates } of pools) {
    const startedAt = performance.now();
    for await (const _result of pool.verifyMany(costly));
    if (round > 0) rates.push((costly.length * 1000) / (performance.now() - startedAt));
  }
}
for (const { workers, pool, rates } of pools) {
  await pool.close();
  console.log(`pool of ${workers}, ${costly.length} pairs that need balls, pairs/s: ${describeSpread(rates, 0)}`);
}
const [one, two] = pools.map(({ rates }) => rates.toSorted((a, b) => a - b)[rates.length >> 1]);
console.log(
  `two workers against one: ${(two / one).toFixed(2)} times, target 1.7: ${two / one >= 1.7 ? 'met' : 'MISSED'}`,
);
