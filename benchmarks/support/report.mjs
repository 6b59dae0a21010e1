import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** The machine and the versions: a figure without them says nothing. */
export function describeMachine() {
  const [first] = cpus();
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  return [
    `machine: ${cpus().length} cores of ${first?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    `versions: node ${process.version}, ${process.platform}-${process.arch}, commit ${commit}`,
    `date: ${new Date().toISOString().slice(0, 10)}`,
  ].join('\n');
}

/** `median 12.3 (11.9 to 13.0, 3 runs)`. */
export function describeSpread(values, digits = 1) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return `median ${median.toFixed(digits)} (${sorted[0].toFixed(digits)} to ${sorted.at(-1).toFixed(digits)}, ${sorted.length} runs)`;
}
