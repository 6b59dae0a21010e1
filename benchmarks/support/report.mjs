import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** The machine, the versions, the commit and the day. */
export function readMachine() {
  const [first] = cpus();
  return {
    machine: `${cpus().length} cores of ${first?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    date: new Date().toISOString().slice(0, 10),
  };
}

/** The machine and the versions: a figure without them says nothing. */
export function describeMachine() {
  const { machine, node, platform, commit, date } = readMachine();
  return [`machine: ${machine}`, `versions: node ${node}, ${platform}, commit ${commit}`, `date: ${date}`].join('\n');
}

export function summarise(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, least: sorted[0], most: sorted.at(-1) };
}

/** `median 12.3 (11.9 to 13.0, 3 runs)`. */
export function describeSpread(values, digits = 1) {
  const { median, least, most } = summarise(values);
  return `median ${median.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)}, ${values.length} runs)`;
}
