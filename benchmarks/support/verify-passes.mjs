// Verifies sets of pairs in turn, and tells the processor seconds of each and the verdicts of the last.
// Usage: node verify-passes.mjs < [[[reference, candidate], ...], ...]
import { readFileSync } from 'node:fs';
import { verifyAnswer } from '@scalequest/verifier';

const seconds = [];
let verdicts = [];
for (const pairs of JSON.parse(readFileSync(0, 'utf8'))) {
  const before = process.cpuUsage();
  verdicts = pairs.map(([reference, candidate]) => verifyAnswer({ reference, candidate }).verdict);
  const { user, system } = process.cpuUsage(before);
  seconds.push((user + system) / 1e6);
}
console.log(JSON.stringify({ seconds, verdicts }));
