import { createOpenAiClient, getEmbeddedModelPath } from '@scalequest/models';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { afterAll, beforeAll, describe } from 'vitest';
import { ask, describeModelContract } from '../packages/models/src/__fixtures__/describe-model-client.ts';
import { type RunningCli, startCli } from './support/run-cli.ts';
import { testPython } from './support/test-python.ts';

describe.skipIf(testPython === undefined)('our own server (needs a Python with torch)', () => {
  const folder = makeTemporaryFolder();
  let served: RunningCli;
  let baseUrl: string;
  beforeAll(async () => {
    served = startCli(['serve', 'model', getEmbeddedModelPath(), '--port', '0'], {
      cwd: folder.path,
      env: { SCALEQUEST_PYTHON: testPython ?? '' },
    });
    baseUrl = await new Promise<string>((resolve, reject) => {
      served.child.stdout?.once('data', (line) => resolve(String(line).trim()));
      void served.result.then(({ stderr }) => reject(new Error(stderr)));
    });
  });
  afterAll(async () => {
    served.child.kill('SIGTERM');
    await served.result;
    folder[Symbol.dispose]();
  });

  for (const [via, stream] of [
    ['undici', false],
    ['openai', true],
  ] as const) {
    describeModelContract(`the model server through ${via}${stream ? ', streaming' : ''}`, async () => ({
      client: await createOpenAiClient({ model: 'nano-solver', baseUrls: [baseUrl], via, stream }),
      slow: ask('slow', { n: 200, maxTokens: 400 }),
      stop: async () => undefined,
    }));
  }
});
