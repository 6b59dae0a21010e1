// What /proc tells of processes.
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds in a clock tick; Linux has reported 100 of them a second on every platform for decades. */
const tickMs = 10;

/** A process with its processor time, alone and with that of what it has waited for, in milliseconds; undefined where there is none. */
export function readProcess(pid) {
  try {
    // The name of the program, in parentheses, may hold blanks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const sumTicks = (from, to) => fields.slice(from, to).reduce((sum, ticks) => sum + Number(ticks) * tickMs, 0);
    return {
      pid: Number(pid),
      parent: Number(fields[1]),
      isGone: fields[0] === 'Z',
      startedAt: fields[19],
      cpuMs: sumTicks(11, 13),
      cpuMsWithWaited: sumTicks(11, 15),
    };
  } catch {
    return undefined;
  }
}

/** A process and all that descend from it, with their memory now and at most in MiB, which is read of no other. */
export function listFamily(root = process.pid) {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProcess(name) ?? []) : []));
  const family = all.filter(({ pid }) => pid === root);
  for (const { pid } of family) family.push(...all.filter(({ parent }) => parent === pid));
  return family.map((one) => ({ ...one, ...readMemory(one.pid) }));
}

function readMemory(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const readMb = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
    return { residentMb: readMb('VmRSS'), peakResidentMb: readMb('VmHWM') };
  } catch {
    return { residentMb: 0, peakResidentMb: 0 };
  }
}
