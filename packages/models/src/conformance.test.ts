import { writeFileSync } from 'node:fs';
import { makeTemporaryFolder, makeTinyGguf, startModelServer } from '@scalequest/test-kit';
import {
  conformanceReplies,
  describeModelClient,
  describeModelContract,
} from './__fixtures__/describe-model-client.ts';
import { createLlamaClient } from './in-process/create-llama-client.ts';
import { createOpenAiClient } from './openai/create-openai-client.ts';
import { createReplayClient } from './replay/create-replay-client.ts';

for (const via of ['undici', 'openai'] as const) {
  describeModelClient(`a server through ${via}`, async () => {
    // The server knows no keys: the seed of a sample is its epoch here.
    const server = await startModelServer({
      reply: ({ text, seed }) => {
        const found = conformanceReplies.find(({ id, epoch }) => id === text && epoch === seed);
        if (found === undefined) throw new Error(`No reply to ${text}, seed ${seed}.`);
        const { reply, reasoning, finishReason } = found;
        return { text: reply, finishReason, ...(reasoning === undefined ? {} : { reasoning }) };
      },
    });
    return { client: createOpenAiClient({ model: 'm', baseUrls: [server.baseUrl], via }), stop: server.close };
  });
}

describeModelClient('recorded replies', async () => ({
  client: await createReplayClient({ entries: conformanceReplies }),
  stop: async () => undefined,
}));

describeModelContract('a GGUF file in this process', async () => {
  const folder = makeTemporaryFolder();
  const path = folder.join('tiny.gguf');
  writeFileSync(path, makeTinyGguf());
  return {
    client: await createLlamaClient({ path, sequences: 8 }),
    stop: async () => folder[Symbol.dispose](),
  };
});
