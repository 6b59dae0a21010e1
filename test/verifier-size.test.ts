import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundleVerifier } from './support/bundle-verifier.ts';

/** The bound stands a little above what it is, so that growth is a decision and no accident. */
const mostBytes = 112_000;

test('the entry of the verifier, minified and gzipped, has the size that is known', async () => {
  const script = await bundleVerifier();
  const sizeBytes = gzipSync(script, { level: 9 }).length;
  console.log(`verifier entry: ${sizeBytes} bytes gzipped, ${script.length} minified`);
  expect(sizeBytes).toBeLessThan(mostBytes);
});
