// Runs `scalequest` as a process of its own and measures it from outside: wall time, peak memory, its own JSON.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../packages/cli/bin/scalequest.js', import.meta.url));

/** Peak resident memory of a live process in MB, or undefined where /proc does not tell. */
function readPeakMemory(pid) {
  try {
    const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? undefined : Number(match[1]) / 1024;
  } catch {
    return undefined;
  }
}

/** Processor time of a live process and all its threads so far, in ms, or undefined where /proc does not tell. */
function readCpuTime(pid) {
  try {
    // The name of the process may hold spaces; what follows it does not. Ticks are hundredths of a second.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

export async function measureCli(args) {
  const startedAt = Date.now();
  const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let peakMb = 0;
  let cpuMs = 0;
  const timer = setInterval(() => {
    cpuMs = Math.max(cpuMs, readCpuTime(child.pid) ?? 0);
    peakMb = Math.max(peakMb, readPeakMemory(child.pid) ?? 0);
  }, 50);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`scalequest ended with ${code}:\n${stderr}`);
  return { startedAt, wallMs: Date.now() - startedAt, cpuMs, peakMb, output: JSON.parse(stdout) };
}
