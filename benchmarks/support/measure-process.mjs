// Runs a program and measures it and all that it starts from outside, through /proc.
import { spawn } from 'node:child_process';
import { listFamily } from './processes.mjs';

const sampleMs = 50;

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
    for (const seen of listFamily(child.pid)) {
      cpuMs.set(seen.pid, seen.cpuMs);
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
