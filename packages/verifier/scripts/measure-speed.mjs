// Prints how many real pairs the library verifies in a second of one core, and how many a pool of two workers does.
// SCALEQUEST_DATA_DIR=... node packages/verifier/scripts/measure-speed.mjs
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { verifyAnswer } from '../dist/index.js';
import { createVerifierPool } from '../dist/pool/index.js';

const dataDir = process.env.SCALEQUEST_DATA_DIR;
if (dataDir === undefined) {
  console.error('SCALEQUEST_DATA_DIR is not set. Give the folder that holds generations-derived/.');
  process.exit(2);
}
const pairs = gunzipSync(readFileSync(join(dataDir, 'generations-derived', 'verifier-pairs.jsonl.gz')))
  .toString()
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line))
  .filter(({ answer }) => answer !== null)
  .map(({ benchmark, gold, answer }) => ({ benchmark, reference: gold, candidate: answer }));
const isInteger = (text) => /^-?\d+$/.test(text);
const sets = {
  'integers, all benchmarks': pairs.filter((pair) => isInteger(pair.reference) && isInteger(pair.candidate)),
  'gsm8k, all pairs': pairs.filter(({ benchmark }) => benchmark === 'gsm8k'),
  'MATH and OlympiadBench, all pairs': pairs.filter(({ benchmark }) => benchmark !== 'gsm8k'),
};

console.log(
  `${cpus()[0]?.model}, Node ${process.version}; median of 9 rounds (least to most), pairs a second of CPU time`,
);
for (const [name, set] of Object.entries(sets)) {
  const rates = Array.from({ length: 9 }, () => {
    const before = process.cpuUsage();
    for (let repeat = 0; repeat < 5; repeat++) for (const pair of set) verifyAnswer(pair);
    const { user, system } = process.cpuUsage(before);
    return Math.round((set.length * 5e6) / (user + system));
  }).sort((a, b) => a - b);
  console.log(`${name} (${set.length}): ${rates[4]} (${rates[0]} to ${rates[8]})`);
}

for (const workers of [1, 2]) {
  const pool = createVerifierPool({ workers });
  const rates = [];
  for (let round = 0; round < 4; round++) {
    const start = performance.now();
    let count = 0;
    for await (const _result of pool.verifyMany(pairs)) count++;
    rates.push(Math.round((count * 1000) / (performance.now() - start)));
  }
  await pool.close();
  console.log(`pool of ${workers}, all pairs, after one round to warm up, wall time: ${rates.slice(1).join(', ')}`);
}
