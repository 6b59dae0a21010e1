// What a sandbox may leave behind: processes, mounts, folders.
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

function readProcess(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const residentMb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    return { pid, parent: Number(fields[1]), isGone: fields[0] === 'Z', startedAt: fields[19], residentMb };
  } catch {
    return undefined;
  }
}

/** This process and all that descend from it. */
export function listFamily() {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProcess(name) ?? []) : []));
  const family = all.filter(({ pid }) => Number(pid) === process.pid);
  for (const { pid } of family) family.push(...all.filter(({ parent }) => parent === Number(pid)));
  return family;
}

export function countLiving(seen) {
  return seen.filter(({ pid, startedAt }) => {
    const now = readProcess(pid);
    return now?.isGone === false && now.startedAt === startedAt;
  }).length;
}

export function readMounts() {
  return readFileSync('/proc/self/mountinfo', 'utf8');
}

export function countFolders() {
  return readdirSync(tmpdir()).filter((name) => new RegExp(`^scalequest-sandbox-\\d+-${process.pid}-`).test(name))
    .length;
}

/** Processor time of this process and of all that it has waited for, in milliseconds. */
export function readProcessorMs() {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  // Clock ticks of a hundredth of a second.
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}
