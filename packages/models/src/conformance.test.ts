import { writeFileSync } from 'node:fs';
import { makeTemporaryFolder, makeTinyGguf, startModelServer } from '@scalequest/test-kit';
import {
  ask,
  conformanceReplies,
  describeModelClient,
  describeModelContract,
} from './__fixtures__/describe-model-client.ts';
import { createLlamaClient } from './in-process/create-llama-client.ts';
import { createOpenAiClient } from './openai/create-openai-client.ts';
import { createReplayClient } from './replay/create-replay-client.ts';

const ways = (['undici', 'openai'] as const).flatMap((via) => [false, true].map((stream) => ({ via, stream })));
for (const { via, stream } of ways) {
  describeModelClient(`a server through ${via}${stream ? ', streaming' : ''}`, async () => {
    // The server knows no keys: the seed of a sample is its epoch here.
    const server = await startModelServer({
      reply: ({ text, seed }) => {
        const found = conformanceReplies.find(({ id, epoch }) => id === text && epoch === seed);
        if (text === 'slow') return 'The half of this comes, and then nothing.';
        if (found === undefined) throw new Error(`No reply to ${text}, seed ${seed}.`);
        const { reply, reasoning, finishReason } = found;
        return { text: reply, finishReason, ...(reasoning === undefined ? {} : { reasoning }) };
      },
      misbehaviours: [{ kind: 'stall', when: ({ text }) => text === 'slow' }],
    });
    const client = createOpenAiClient({ model: 'm', baseUrls: [server.baseUrl], via, stream });
    return { client, slow: ask('slow'), stop: server.close };
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
    slow: ask('slow', { n: 1000 }),
    stop: async () => folder[Symbol.dispose](),
  };
});
