import { readdirSync, readFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { registerEndpoint } from './endpoints-file.ts';

test('of many writers at once each gets its turn, in a folder that none had made, and the lock goes with the last', async () => {
  using folder = makeTemporaryFolder();
  const file = folder.join('cluster', 'list.txt');
  const writers = Array.from({ length: 24 }, (_, writer) => async () => {
    for (let round = 0; round < 12; round++) {
      const url = `http://127.0.0.1:${1000 + writer}/v1`;
      const unregister = await registerEndpoint(file, { url, model: 'solver', pid: process.pid });
      if (round < 11) await unregister();
    }
  });
  await Promise.all(writers.map((write) => write()));
  const ports = readFileSync(file, 'utf8').match(/:1\d{3}(?=\/v1)/g);
  expect(ports?.toSorted()).toEqual(writers.map((_, writer) => `:${1000 + writer}`));
  expect(readdirSync(folder.join('cluster'))).toEqual(['list.txt']);
}, 120_000);
