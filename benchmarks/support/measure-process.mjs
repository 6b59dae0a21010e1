// Runs a program and measures it and all that it starts from outside, through /proc.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const sampleMs = 50;
/** Clock ticks in a second; Linux has reported 100 on every platform for decades. */
const ticksPerSecond = 100;

/**
 * @param options those of `spawn`, and `goodCodes`, the exit codes that are no failure
 * @returns startedAt, wallMs, cpuMs (up to `sampleMs` short of the truth for each process) and peakMb (the sum over the
 * processes that lived at the same time), stdout and stderr
 */
export async function measureProcess(program, args, { goodCodes = [0], ...options } = {}) {
  const startedAt = Date.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const cpuMs = new Map();
  let peakMb = 0;
  const look = () => {
    let peakResidentMb = 0;
    for (const pid of listFamily(child.pid)) {
      const seen = readProcess(pid);
      if (seen === undefined) continue;
      cpuMs.set(pid, seen.cpuMs);
      peakResidentMb += seen.peakResidentMb;
    }
    peakMb = Math.max(peakMb, peakResidentMb);
  };
  const timer = setInterval(look, sampleMs);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearInterval(timer);
  if (!goodCodes.includes(code))
    throw new Error(`${program} ended with ${code}:\n${stderr.slice(-4000)}\n${stdout.slice(-2000)}`);
  const totalCpuMs = [...cpuMs.values()].reduce((sum, ms) => sum + ms, 0);
  return { startedAt, wallMs: Date.now() - startedAt, cpuMs: totalCpuMs, peakMb, stdout, stderr };
}

function listFamily(root) {
  const children = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = readStat(entry)?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const family = [root];
  for (const pid of family) family.push(...(children.get(pid) ?? []));
  return family;
}

function readProcess(pid) {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  try {
    const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return { cpuMs: stat.cpuMs, peakResidentMb: match === null ? 0 : Number(match[1]) / 1024 };
  } catch {
    return undefined;
  }
}

function readStat(pid) {
  try {
    // The name of the program, in parentheses, may hold blanks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { parent: Number(fields[1]), cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond };
  } catch {
    return undefined;
  }
}
