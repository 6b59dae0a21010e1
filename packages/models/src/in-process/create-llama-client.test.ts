import { writeFileSync } from 'node:fs';
import { makeTemporaryFolder, makeTinyGguf, type TemporaryFolder, type TinyGgufOptions } from '@scalequest/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GenerateRequest, ModelClient, Sampling } from '../model-client.ts';
import { createLlamaClient, type LlamaClientOptions } from './create-llama-client.ts';

let folder: TemporaryFolder;
beforeAll(() => {
  folder = makeTemporaryFolder();
});
afterAll(() => folder[Symbol.dispose]());

let files = 0;

function writeModel(options: TinyGgufOptions): string {
  const path = folder.join(`model-${files++}.gguf`);
  writeFileSync(path, makeTinyGguf(options));
  return path;
}

async function withModel(
  options: TinyGgufOptions & Omit<LlamaClientOptions, 'path'>,
  work: (client: ModelClient) => Promise<void>,
): Promise<void> {
  const client = await createLlamaClient({ ...options, path: writeModel(options) });
  try {
    await work(client);
  } finally {
    await client.close();
  }
}

const greedy: Sampling = { temperature: 0, topP: 1, maxTokens: 40, stop: [] };

function chat(content: string, sampling: Partial<Sampling> = {}): GenerateRequest {
  return { prompt: { kind: 'chat', messages: [{ role: 'user', content }] }, sampling: { ...greedy, ...sampling } };
}

function complete(text: string, sampling: Partial<Sampling> = {}): GenerateRequest {
  return { prompt: { kind: 'completion', text }, sampling: { ...greedy, ...sampling } };
}

/** Goes through the alphabet, from the line break that a ChatML prompt ends with, to `h` and the end of the turn. */
const alphabet = {
  transitions: [...'\nabcdefg']
    .map((from, index) => [from, 'abcdefgh'[index] as string, 9] as const)
    .concat([['h', '<|im_end|>', 9]]),
};

/** `x` or `y` after each of them, three to one. */
const coin = {
  transitions: [...'\nxy'].flatMap(
    (from) =>
      [
        [from, 'x', 60 + Math.log(3)],
        [from, 'y', 60],
      ] as const,
  ),
};

describe('what ends a reply', () => {
  test("the model's end of the turn, which is not in the text", () =>
    withModel(alphabet, async (client) => {
      const { choices, usage } = await client.generate(chat('Hello'));
      expect(choices).toEqual([{ text: 'abcdefgh', finishReason: 'stop' }]);
      expect(usage?.completionTokens).toBe(9);
    }));

  test.each([
    ['abc', '', 3],
    ['de', 'abc', 5],
    ['h', 'abcdefg', 8],
    ['bcdefgh', 'a', 8],
  ])("a stop string over several tokens, '%s', is cut off and nothing follows it", (stop, text, tokens) =>
    withModel(alphabet, async (client) => {
      const { choices, usage } = await client.generate(chat('Hello', { stop: ['zzz', stop] }));
      expect(choices).toEqual([{ text, finishReason: 'stop' }]);
      expect(usage?.completionTokens).toBe(tokens);
    }),
  );

  test('a stop that is a word for control', () =>
    withModel(
      {
        transitions: [
          ['\n', 'a', 9],
          ['a', '<|im_start|>', 9],
          ['<|im_start|>', 'b', 9],
        ],
      },
      async (client) => {
        const { choices } = await client.generate(chat('Hello', { stop: ['<|im_start|>'] }));
        expect(choices).toEqual([{ text: 'a', finishReason: 'stop' }]);
      },
    ));

  test('the most tokens that it may have', () =>
    withModel(alphabet, async (client) => {
      const { choices, usage } = await client.generate(chat('Hello', { maxTokens: 3 }));
      expect(choices).toEqual([{ text: 'abc', finishReason: 'length' }]);
      expect(usage?.completionTokens).toBe(3);
    }));

  test('the end of the context, whatever was asked for', () =>
    withModel({ ...coin, contextLength: 64 }, async (client) => {
      const { choices, usage } = await client.generate(complete('xx', { maxTokens: 1000 }));
      expect(choices[0]?.finishReason).toBe('length');
      expect(usage).toEqual({ promptTokens: 2, completionTokens: 62 });
      // The place is as good as new for the next.
      expect((await client.generate(complete('xx', { maxTokens: 1000 }))).choices).toEqual(choices);
    }));

  test('a character of several tokens comes whole, and a broken one shows as such', () =>
    withModel(
      {
        transitions: [
          ['\n', '\u{C3}', 9],
          ['\u{C3}', '\u{BC}', 9],
          ['\u{BC}', '!', 9],
          ['!', '\u{E2}', 9],
          ['\u{E2}', '<|im_end|>', 9],
        ],
      },
      async (client) => {
        expect((await client.generate(chat('Hello'))).choices[0]?.text).toBe('ü!\u{FFFD}');
        expect((await client.generate(chat('Hello', { stop: ['ü'] }))).choices[0]?.text).toBe('');
      },
    ));
});

describe('what is asked', () => {
  test("a conversation is written as the file's template has it", () =>
    withModel(alphabet, async (client) => {
      const asked = await client.generate(chat('Hi'));
      const raw = '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n';
      const completed = await client.generate(complete(raw));
      // Bytes are tokens here: three words for control, and the characters between them.
      expect(asked.usage?.promptTokens).toBe(3 + 'user\nHi\nassistant\n'.length);
      expect(completed).toMatchObject({ choices: asked.choices, usage: asked.usage });
    }));

  test("a word for control in a user's text is plain text", () =>
    withModel(alphabet, async (client) => {
      const { usage } = await client.generate(chat('<|im_end|>'));
      expect(usage?.promptTokens).toBe(3 + 'user\n<|im_end|>\nassistant\n'.length);
    }));

  test('a template that trims messages keeps them apart from its own words', () =>
    withModel(
      { ...alphabet, chatTemplate: '{% for m in messages %}<|im_start|>{{ m.content | trim }}{% endfor %}\n' },
      async (client) => {
        const { usage } = await client.generate(chat('  <|im_end|> '));
        expect(usage?.promptTokens).toBe(1 + '<|im_end|>'.length);
      },
    ));

  test('a template that rewrites messages takes those that hold no word for control', () =>
    withModel(
      { ...alphabet, chatTemplate: '{% for m in messages %}<|im_start|>{{ m.content | upper }}\n{% endfor %}' },
      async (client) => {
        expect((await client.generate(chat('hi'))).usage?.promptTokens).toBe(1 + 'HI\n'.length);
        await expect(client.generate(chat('a <|im_end|>'))).rejects.toMatchObject({
          code: 'BAD_REQUEST',
          errorClass: 'drop',
        });
      },
    ));

  test('a conversation that the template refuses is dropped, with its words', () =>
    withModel({ ...alphabet, chatTemplate: "{{ raise_exception('no such role') }}" }, async (client) => {
      await expect(client.generate(chat('Hi'))).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        errorClass: 'drop',
        message: expect.stringContaining('no such role'),
      });
    }));

  test('a file without a template completes text, and says so when it is given a conversation', () =>
    withModel({ ...alphabet, chatTemplate: null }, async (client) => {
      expect((await client.generate(complete('\n'))).choices[0]?.text).toBe('abcdefgh');
      await expect(client.generate(chat('Hi'))).rejects.toMatchObject({
        code: 'CHAT_TEMPLATE_MISSING',
        errorClass: 'fatal',
      });
    }));

  test('a prompt that leaves no room is dropped, and the next one is answered', () =>
    withModel({ ...alphabet, contextLength: 64 }, async (client) => {
      await expect(client.generate(complete('x'.repeat(64)))).rejects.toMatchObject({
        code: 'CONTEXT_TOO_LONG',
        errorClass: 'drop',
        fields: { promptTokens: 64, contextSize: 64 },
        message: expect.stringMatching(/has 64 tokens.*holds 64\..*\nShorten/s),
      });
      const { choices } = await client.generate(complete(`${'x'.repeat(62)}\n`));
      expect(choices).toEqual([{ text: 'a', finishReason: 'length' }]);
      expect(client.getStatistics().failures.drop).toBe(1);
    }));

  test('an empty prompt is dropped', () =>
    withModel(alphabet, async (client) => {
      await expect(client.generate(complete(''))).rejects.toMatchObject({ code: 'BAD_REQUEST', errorClass: 'drop' });
    }));
});

describe('sampling', () => {
  const sample = { temperature: 1, maxTokens: 24, seed: 7 };

  test('temperature 0 takes the most probable token, whatever the seed', () =>
    withModel(coin, async (client) => {
      const { choices } = await client.generate(chat('Hi', { n: 3, seed: 5, maxTokens: 8 }));
      expect(choices.map(({ text }) => text)).toEqual(['xxxxxxxx', 'xxxxxxxx', 'xxxxxxxx']);
    }));

  test('sample i draws by the seed plus i, and other seeds give other texts', () =>
    withModel(coin, async (client) => {
      const { choices } = await client.generate(chat('Hi', { ...sample, n: 3 }));
      for (const [index, choice] of choices.entries()) {
        const single = await client.generate(chat('Hi', { ...sample, seed: 7 + index }));
        expect(single.choices).toEqual([choice]);
      }
      expect(new Set(choices.map(({ text }) => text)).size).toBe(3);
    }));

  test('seeds that agree in their lowest 32 bits differ', () =>
    withModel(coin, async (client) => {
      const low = await client.generate(chat('Hi', { ...sample, seed: 1024 }));
      const high = await client.generate(chat('Hi', { ...sample, seed: 1024 + 2 ** 40 }));
      expect(low.choices).not.toEqual(high.choices);
    }));

  test('without a seed, two replies differ', () =>
    withModel(coin, async (client) => {
      const { seed: _, ...rest } = sample;
      // So long that two are the same by chance in no run of these tests.
      const unseeded = { ...rest, maxTokens: 100 };
      const [first, second] = [
        await client.generate(chat('Hi', unseeded)),
        await client.generate(chat('Hi', unseeded)),
      ];
      expect(first.choices).not.toEqual(second.choices);
    }));

  test('tokens come in the shares of their probabilities, and top-p leaves out the tail', () =>
    withModel(coin, async (client) => {
      const count = async (changes: Partial<Sampling>): Promise<number> => {
        const { choices } = await client.generate(complete('x', { ...sample, n: 40, maxTokens: 50, ...changes }));
        return [...choices.map(({ text }) => text).join('')].filter((letter) => letter === 'x').length;
      };
      // 2,000 draws: a standard deviation is 19 for a share of 0.75.
      expect(Math.abs((await count({})) - 1500)).toBeLessThan(100);
      // Temperature 2 takes the root of three to one.
      expect(Math.abs((await count({ temperature: 2 })) - 2000 * (Math.sqrt(3) / (1 + Math.sqrt(3))))).toBeLessThan(
        160,
      );
      expect(await count({ topP: 0.7 })).toBe(2000);
      // The temperature acts first: at 2 the first token has a share of 0.63 only.
      expect(await count({ topP: 0.7, temperature: 2 })).toBeLessThan(2000);
    }));

  test('a reply is the same, to the last bit of its probabilities, alone and beside others', () =>
    withModel({ sequences: 8 }, async (client) => {
      const asked = (text: string, seed: number): GenerateRequest =>
        chat(text, { temperature: 1, topP: 0.9, seed, maxTokens: 60, logprobs: 3 });
      const alone = await client.generate(asked('Tell me', 3));
      const crowd = Array.from({ length: 11 }, (_, index) => client.generate(asked('x'.repeat(index * 3), index)));
      const beside = await client.generate(asked('Tell me', 3));
      await Promise.all(crowd);
      expect(beside.choices).toEqual(alone.choices);
    }));
});

describe('log-probabilities', () => {
  test('are those of the model, before temperature and top-p, with the most probable tokens', () =>
    withModel(coin, async (client) => {
      for (const sampling of [{ temperature: 0 }, { temperature: 2, topP: 0.1 }]) {
        const { choices } = await client.generate(chat('Hi', { ...sampling, maxTokens: 2, logprobs: 2 }));
        expect(choices[0]?.logprobs).toHaveLength(2);
        for (const scored of choices[0]?.logprobs ?? []) {
          expect(scored.token).toBe('x');
          expect(scored.logprob).toBeCloseTo(Math.log(0.75), 4);
          expect(scored.top.map(({ token }) => token)).toEqual(['x', 'y']);
          expect(scored.top[1]?.logprob).toBeCloseTo(Math.log(0.25), 3);
        }
      }
    }));

  test('come without others for 0, and not at all when they are not asked for', () =>
    withModel(coin, async (client) => {
      const { choices } = await client.generate(chat('Hi', { maxTokens: 1, logprobs: 0 }));
      expect(choices[0]?.logprobs).toEqual([{ token: 'x', logprob: expect.closeTo(Math.log(0.75), 4), top: [] }]);
      expect((await client.generate(chat('Hi', { maxTokens: 1 }))).choices[0]).not.toHaveProperty('logprobs');
    }));
});

describe('giving up', () => {
  const endless = { ...coin, contextLength: 4096 };
  const long: Partial<Sampling> = { maxTokens: 4000 };

  test('an abort in the middle of a reply rejects at once and frees its place', () =>
    withModel({ ...endless, sequences: 1 }, async (client) => {
      const controller = new AbortController();
      const reason = new Error('Enough.');
      const work = client.generate(chat('Hi', long), { signal: controller.signal });
      const waiting = client.generate(chat('Hi', long), { signal: controller.signal });
      await new Promise((resolve) => setTimeout(resolve, 50));
      await expect.poll(() => client.getStatistics()).toMatchObject({ inFlight: 1, waiting: 1 });
      controller.abort(reason);
      await expect(work).rejects.toBe(reason);
      await expect(waiting).rejects.toBe(reason);
      const { choices } = await client.generate(chat('Hi', { maxTokens: 2 }));
      expect(choices[0]?.text).toBe('xx');
      expect(client.getStatistics()).toMatchObject({ inFlight: 0, waiting: 0 });
    }));

  test('more samples of one request than there are places wait without a warning', () =>
    withModel({ ...endless, sequences: 2 }, async (client) => {
      const warnings: Error[] = [];
      const listen = (warning: Error): void => void warnings.push(warning);
      process.on('warning', listen);
      try {
        const { choices } = await client.generate(chat('Hi', { n: 30, maxTokens: 2 }));
        expect(choices).toHaveLength(30);
        await new Promise((resolve) => setImmediate(resolve));
        expect(warnings).toEqual([]);
      } finally {
        process.off('warning', listen);
      }
    }));

  test('closing rejects what is in flight and what waits', () =>
    withModel({ ...endless, sequences: 1 }, async (client) => {
      const works = [client.generate(chat('Hi', long)), client.generate(chat('Hi', long))];
      const settled = Promise.allSettled(works);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await client.close();
      for (const result of await settled) {
        expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CLIENT_CLOSED' } });
      }
    }));
});

describe('what cannot be opened', () => {
  const open = (path: string, options: Partial<LlamaClientOptions> = {}): Promise<ModelClient> =>
    createLlamaClient({ path, ...options });

  test('a file that is not there', async () => {
    await expect(open(folder.join('none.gguf'))).rejects.toMatchObject({
      code: 'MODEL_FILE_UNREADABLE',
      kind: 'request',
      message: expect.stringMatching(/none\.gguf cannot be read\. .*ENOENT.*\nGive the path of a GGUF file\./s),
    });
  });

  test('a file of another kind', async () => {
    const path = folder.join('letter.gguf');
    writeFileSync(path, 'Dear reader,');
    await expect(open(path)).rejects.toMatchObject({
      code: 'MODEL_FILE_BROKEN',
      message: expect.stringContaining("does not begin with 'GGUF'"),
    });
  });

  test.each([
    ['within its header', 100],
    ['within its vocabulary', 3000],
    ['within its weights', 200_000],
  ])('a file that is cut off %s', async (_, size) => {
    const path = folder.join(`cut-${size}.gguf`);
    writeFileSync(path, makeTinyGguf().subarray(0, size));
    await expect(open(path)).rejects.toMatchObject({
      code: 'MODEL_FILE_BROKEN',
      message: expect.stringMatching(/cannot be loaded\. .*\n.*compare its size and hash/s),
    });
  });

  test('a package that is not installed', async () => {
    const error = Object.assign(new Error("Cannot find package 'node-llama-cpp'"), { code: 'ERR_MODULE_NOT_FOUND' });
    await expect(open(writeModel({}), { importLlama: () => Promise.reject(error) })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      errorClass: 'fatal',
      message: expect.stringMatching(/'node-llama-cpp' is not installed\..*\nRun `npm ci`.*--base-url/s),
    });
  });

  test('a platform that the package has no binary for', async () => {
    const llamaPackage = await import('node-llama-cpp');
    const importLlama = async (): Promise<typeof llamaPackage> => ({
      ...llamaPackage,
      getLlama: () => Promise.reject(new llamaPackage.NoBinaryFoundError()),
    });
    await expect(open(writeModel({}), { importLlama })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining(`no binary here for ${process.platform}-${process.arch}`),
    });
  });

  test.each(['sequences', 'threads', 'contextSize'])('a count of none: %s', async (name) => {
    await expect(open(writeModel({}), { [name]: 0 })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(`'${name}' is 0`),
    });
  });
});
