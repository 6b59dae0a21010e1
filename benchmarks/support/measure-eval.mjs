import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forkModelServer } from '@scalequest/test-kit';
import { measureCli } from './measure-cli.mjs';

const isReal = process.env.SCALEQUEST_DATA_DIR !== undefined;
const [benchmark, problems] = isReal ? ['math', 5000] : ['math-embedded', 500];
const behaviourModule = new URL('./boxed-replies.mjs', import.meta.url);

/**
 * One run of `scalequest eval` over `count` samples of MATH (without SCALEQUEST_DATA_DIR, math-embedded) against a fresh
 * server, in a folder that is gone afterwards.
 */
export async function measureEval({ count, server: serverOptions, concurrency = 64 }) {
  const folder = mkdtempSync(join(tmpdir(), 'scalequest-bench-'));
  const server = await forkModelServer({ behaviourModule, options: serverOptions });
  try {
    const size = count < problems ? ['--limit', String(count)] : ['--epochs', String(count / problems)];
    const measured = await measureCli([
      ...['eval', benchmark, '--model', 'm', '--base-url', server.baseUrl, '--out', join(folder, 'run'), '--json'],
      ...['--concurrency', String(concurrency), ...size],
    ]);
    const statistics = await server.getStatistics();
    // From the first request on: the start of the process is a figure of its own.
    const seconds = (measured.startedAt + measured.wallMs - statistics.firstRequestAt) / 1000;
    const startMs = statistics.firstRequestAt - measured.startedAt;
    return { ...measured, server: statistics, rate: count / seconds, startMs, cpuMsPerSample: measured.cpuMs / count };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
