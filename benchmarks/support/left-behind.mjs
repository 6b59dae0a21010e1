// What a sandbox may leave behind: processes, mounts, folders.
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { readProcess } from './processes.mjs';

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
