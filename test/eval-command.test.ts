import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { runCli, startCli } from './support/run-cli.ts';

test.each(['stdout', 'stderr'] as const)('a reader that closes %s does not end the run', async (stream) => {
  using folder = makeTemporaryFolder();
  await using server = await startModelServer();
  const flags = ['--model', 'm', '--base-url', server.baseUrl, '--limit', '50', '--out', 'run', '--json'];
  const { child, result } = startCli(['eval', 'math-embedded', ...flags], { cwd: folder.path });
  child[stream]?.destroy();
  expect(await result).toMatchObject({ code: 0, signal: null });
  expect(JSON.parse(readFileSync(folder.join('run', 'summary.json'), 'utf8'))).toMatchObject({ samples: 50 });
});

test.skipIf(process.platform === 'win32')(
  'Ctrl-C ends a command that still loads its data (needs signals)',
  async () => {
    using folder = makeTemporaryFolder();
    // A hub that takes the request and never answers.
    const hub = createServer().listen(0, '127.0.0.1');
    try {
      await once(hub, 'listening');
      const address = hub.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const { child, result } = startCli(['eval', 'math-500', '--model', 'm', '--base-url', 'http://127.0.0.1:9/v1'], {
        cwd: folder.path,
        env: { HF_ENDPOINT: `http://127.0.0.1:${port}`, SCALEQUEST_CACHE_DIR: folder.join('cache') },
      });
      await once(hub, 'request');
      child.kill('SIGINT');
      expect(await result).toMatchObject({ code: null, signal: 'SIGINT' });
    } finally {
      hub.closeAllConnections();
      hub.close();
    }
  },
);

test.each([
  ['after one flag', (first: string, second: string) => ['--base-url', first, second]],
  ['each after its own', (first: string, second: string) => ['--base-url', first, '--base-url', second]],
])('several base URLs share the requests: %s', async (_, write) => {
  using folder = makeTemporaryFolder();
  await using first = await startModelServer({ latencyMs: 5 });
  await using second = await startModelServer({ latencyMs: 5 });
  const flags = ['--model', 'm', '--limit', '60', '--no-doctor', ...write(first.baseUrl, second.baseUrl)];
  expect(await runCli(['eval', 'math-embedded', ...flags], { cwd: folder.path })).toMatchObject({ code: 0 });
  expect(first.getStatistics().requests).toBeGreaterThan(0);
  expect(second.getStatistics().requests).toBeGreaterThan(0);
});
