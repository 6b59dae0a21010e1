import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundleVerifier } from './support/bundle-verifier.ts';

/** Aim: 30 KB. The bound stands a little above what it is, so that growth is a decision and no accident. */
const mostBytes = 60_000;

test('the entry of the verifier is small, minified and gzipped', async () => {
  const script = await bundleVerifier();
  const sizeBytes = gzipSync(script, { level: 9 }).length;
  console.log(`verifier entry: ${sizeBytes} bytes gzipped, ${script.length} minified`);
  expect(sizeBytes).toBeLessThan(mostBytes);
});

test('importing the verifier in a fresh process takes little time', () => {
  const program =
    "const t = performance.now(); await import('@scalequest/verifier'); console.log(performance.now() - t)";
  const times = Array.from({ length: 7 }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })),
  ).sort((a, b) => a - b);
  const [fastest, median, slowest] = [times[0], times[3], times[6]].map((time) => time?.toFixed(1));
  console.log(`verifier import: median ${median} ms (${fastest} to ${slowest}), aim 20`);
  // No bound that a busy machine could break: ten times the aim says that something is read or computed at import.
  expect(Number(median)).toBeLessThan(200);
});
