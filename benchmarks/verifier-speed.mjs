// Pairs a second that one core verifies, and that a pool of one and of two workers does.
// Usage: npm run bench -- verifier-speed. Real pairs where SCALEQUEST_DATA_DIR has them, else the verifier's own cases.
import { join } from 'node:path';
import { readJsonLines } from '@scalequest/core';
import { verifyAnswer } from '@scalequest/verifier';
import { createVerifierPool } from '@scalequest/verifier/pool';
import { Bench } from 'tinybench';
import { describeMachine, describeSpread } from './support/report.mjs';

const dataDir = process.env.SCALEQUEST_DATA_DIR;
const isInteger = (text) => /^-?\d+$/.test(text);

async function readPairs() {
  const own = join(import.meta.dirname, '..', 'packages', 'verifier', 'cases', 'answers', 'general.jsonl');
  const path = dataDir === undefined ? own : join(dataDir, 'generations-derived', 'verifier-pairs.jsonl.gz');
  const pairs = [];
  for await (const { value } of readJsonLines(path)) {
    const { reference = value.gold, candidate = value.answer, benchmark = 'own cases' } = value;
    if (candidate !== null) pairs.push({ benchmark, reference, candidate });
  }
  return pairs;
}

const pairs = await readPairs();
const sets = {
  integers: pairs.filter(({ reference, candidate }) => isInteger(reference) && isInteger(candidate)),
  gsm8k: pairs.filter(({ benchmark }) => benchmark === 'gsm8k'),
  'all others': pairs.filter(({ benchmark }) => benchmark !== 'gsm8k'),
};

console.log(`${describeMachine()}\n`);
const bench = new Bench({ time: 1000 });
for (const [name, set] of Object.entries(sets)) {
  if (set.length === 0) continue;
  bench.add(name, () => {
    for (const pair of set) verifyAnswer(pair);
  });
}
await bench.run();
for (const { name, result } of bench.tasks) {
  const set = sets[name];
  const rate = (ms) => Math.round((set.length * 1000) / ms).toLocaleString('en-US');
  const { p50, min, max, samplesCount } = result.latency;
  console.log(
    `${name}: median ${rate(p50)} pairs/s (${rate(max)} to ${rate(min)}, ${samplesCount} passes over ${set.length} pairs)`,
  );
}

for (const workers of [1, 2]) {
  const pool = createVerifierPool({ workers });
  const rates = [];
  for (let round = 0; round < 6; round++) {
    const startedAt = performance.now();
    let count = 0;
    for await (const _result of pool.verifyMany(pairs)) count++;
    rates.push((count * 1000) / (performance.now() - startedAt));
  }
  await pool.close();
  console.log(
    `pool of ${workers}, all pairs, pairs/s after one round to warm up: ${describeSpread(rates.slice(1), 0)}`,
  );
}
