// Runs `scalequest` as a process of its own and measures it from outside: wall and processor time, peak memory, its own JSON.
import { fileURLToPath } from 'node:url';
import { measureProcess } from './measure-process.mjs';

const launcher = fileURLToPath(new URL('../../packages/cli/bin/scalequest.js', import.meta.url));

export async function measureCli(args) {
  const { stdout, ...measured } = await measureProcess(process.execPath, [launcher, ...args]);
  return { ...measured, output: JSON.parse(stdout) };
}
