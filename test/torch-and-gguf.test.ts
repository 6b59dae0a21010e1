import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadBenchmark } from '@scalequest/datasets';
import { findProtocol, renderPrompt } from '@scalequest/eval';
import { createLlamaClient, type GenerateResponse, getEmbeddedModelPath } from '@scalequest/models';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { testPython } from './support/test-python.ts';

// The shipped file, read by our own reader into torch, against the same file in llama.cpp.

const worker = join(import.meta.dirname, '..', 'packages', 'train-bridge', 'python');
const maxTokens = 300;

interface TorchReply {
  readonly id: string;
  readonly text: string;
  readonly finish: 'stop' | 'length';
  readonly top: readonly { readonly token: string; readonly probability: number }[];
}

/** 100 problems of each of our own benchmarks, asked as an evaluation asks them. */
async function listPrompts(): Promise<{ readonly id: string; readonly prompt: string }[]> {
  const protocol = findProtocol('scalequest@1');
  const benchmarks = await Promise.all(
    ['math-embedded', 'word-problems'].map((name) => loadBenchmark(name, { cacheDir: '/nonexistent' })),
  );
  return benchmarks.flatMap(({ problems }) =>
    problems.slice(0, 100).map(({ id, problem }) => {
      const prompt = renderPrompt(protocol, problem);
      if (prompt.kind !== 'chat') throw new Error('The protocol asks in turns.');
      return { id, prompt: prompt.messages[0]?.content ?? '' };
    }),
  );
}

async function askTorch(prompts: readonly { readonly id: string; readonly prompt: string }[]): Promise<TorchReply[]> {
  using folder = makeTemporaryFolder();
  const [input, output] = [folder.join('prompts.jsonl'), folder.join('replies.jsonl')];
  writeFileSync(input, prompts.map((prompt) => `${JSON.stringify(prompt)}\n`).join(''));
  const args = [
    '--gguf',
    getEmbeddedModelPath(),
    '--prompts',
    input,
    '--out',
    output,
    '--max-tokens',
    String(maxTokens),
  ];
  await promisify(execFile)(testPython ?? '', ['-m', 'sq_train.compare', ...args], {
    env: { ...process.env, PYTHONPATH: worker, OMP_NUM_THREADS: '1' },
  });
  const lines = readFileSync(output, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as TorchReply);
}

async function askLlama(prompts: readonly { readonly prompt: string }[]): Promise<GenerateResponse[]> {
  const client = await createLlamaClient({ path: getEmbeddedModelPath() });
  try {
    return await Promise.all(
      prompts.map(({ prompt }) =>
        client.generate({
          prompt: { kind: 'chat', messages: [{ role: 'user', content: prompt }] },
          sampling: { temperature: 0, topP: 1, maxTokens, stop: [], logprobs: 5 },
        }),
      ),
    );
  } finally {
    await client.close();
  }
}

test.skipIf(testPython === undefined)(
  'torch and llama.cpp write the same greedy text to 200 prompts, with the same probabilities to three digits (needs a Python with torch)',
  async () => {
    const prompts = await listPrompts();
    expect(prompts).toHaveLength(200);
    const torch = await askTorch(prompts);
    const llama = await askLlama(prompts);
    const texts = llama.map(({ choices }) => ({ text: choices[0]?.text, finish: choices[0]?.finishReason }));
    expect(texts).toEqual(torch.map(({ text, finish }) => ({ text, finish })));
    for (const [i, { id, top }] of torch.entries()) {
      const first = llama[i]?.choices[0]?.logprobs?.[0];
      const probabilities = (first?.top ?? []).map(({ logprob }) => Math.exp(logprob));
      expect(probabilities, id).toHaveLength(5);
      for (const [rank, probability] of probabilities.entries())
        expect(Math.abs(probability - (top[rank]?.probability ?? Number.NaN)), `${id}, rank ${rank}`).toBeLessThan(
          0.0005,
        );
      expect(first?.top[0]?.token, id).toBe(top[0]?.token);
    }
  },
  300_000,
);
