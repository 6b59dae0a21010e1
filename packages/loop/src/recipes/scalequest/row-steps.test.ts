import { readFileSync, writeFileSync } from 'node:fs';
import { findProtocol, findTemplate, renderPrompt, resolveProtocol } from '@scalequest/eval';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LoopConfig } from '../../config/loop-config.ts';
import type { Step, StepContext } from '../../engine/step.ts';
import type { LoopAccess } from '../loop-access.ts';
import { openLoop } from '../open-loop.ts';

const access: LoopAccess = {
  cacheDir: '/nowhere',
  command: 'a test',
  versions: {},
  getPython: () => Promise.reject(new Error('Nothing is trained here.')),
};
const config: LoopConfig = {
  modelsFolder: '/models',
  models: { rewriter: { model: 'gpt', endpoints: ['http://127.0.0.1:9/v1'] } },
};

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function find(name: string, changed: LoopConfig = {}): Step {
  const step = openLoop('scalequest-math', { ...config, ...changed }, access).steps.find((one) => one.name === name);
  if (step === undefined) throw new Error(`There is no step '${name}'.`);
  return step;
}

/** Runs a step behind one that made these rows. */
async function run(step: Step, rows: readonly object[], seed = 0): Promise<readonly Record<string, unknown>[]> {
  writeFileSync(folder.join('before.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const none = (): never => {
    throw new Error('Not asked for here.');
  };
  const context: StepContext = {
    ...{ folder: folder.path, seed, stop: new AbortController().signal, abort: new AbortController().signal },
    ...{ getFile: () => folder.join('before.jsonl'), getFolder: none, getFigures: none },
    ...{ tell: () => undefined, say: () => undefined },
  };
  const { files } = await step.run(context);
  const lines = readFileSync(folder.join(files.rows ?? ''), 'utf8')
    .split('\n')
    .slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('rows of a student', () => {
  test.each([
    ['mistral-7b', 'scalequest-mistral', '<s>'],
    ['llama3-8b', 'scalequest-llama3', '<|begin_of_text|>'],
    ['deepseekmath-7b', 'scalequest-dsmath', '<｜begin▁of▁sentence｜>'],
    ['qwen2-math-7b', 'scalequest-qwen2math', ''],
  ])('of %s stand in the very text that it is asked with', async (student, template, beginning) => {
    const question = 'What is 2 + 2?';
    const [row] = await run(find(`rows-${student}`), [{ id: 'qwen/0', question, response: 'It is 4.', answer: '4' }]);
    const segments = row?.segments as readonly { readonly text: string; readonly weight: number }[] | undefined;
    const [before, after] = segments ?? [];
    const asked = resolveProtocol(findProtocol('dart@1'), { benchmark: 'math', template: findTemplate(template) });
    const prompt = renderPrompt(asked.protocol, question);
    expect(before?.text).toBe(`${beginning}${prompt.kind === 'completion' ? prompt.text : ''}`);
    // Such as "Assistant: ": a prompt ends before the space, which the model writes with its first word.
    const space = findTemplate(template).assistant.start.endsWith(' ') ? ' ' : '';
    expect(after?.text).toBe(`${space}It is 4.`);
    expect([before?.weight, after?.weight]).toEqual([0, 1]);
  });
});

describe('rows of a generator', () => {
  const pairs = [
    { id: 'qwen/0', question: 'A?', rewritten: 'B?' },
    { id: 'deepseek/0', question: 'C?', rewritten: 'D?' },
    { id: 'deepseek/1', question: 'E?', rewritten: 'E?' },
  ];

  test('are its own pairs, with what stands between its prefix and a question', async () => {
    expect(await run(find('qpo-rows-qwen'), pairs)).toEqual([{ id: 'qwen/0', chosen: 'B?', rejected: 'A?' }]);
    expect(await run(find('qpo-rows-deepseek'), pairs)).toEqual([{ id: 'deepseek/0', chosen: ' D?', rejected: ' C?' }]);
    expect(await run(find('qft-rows-deepseek'), [{ id: 'math/0', question: 'A?' }])).toEqual([
      { id: 'math/0', question: ' A?' },
    ]);
  });
});

describe('seed questions of a file', () => {
  const seeds = (): LoopConfig => ({ seeds: { file: folder.join('seeds.jsonl'), key: 'query' }, counts: { seeds: 3 } });

  test('are drawn by the seed of the loop', async () => {
    const lines = ['one', ' two ', 'three', 'four', 'five'].map((query) => JSON.stringify({ query }));
    writeFileSync(folder.join('seeds.jsonl'), lines.join('\n'));
    const step = find('seed-questions', seeds());
    const first = await run(step, []);
    expect(first.map(({ id }) => id)).toEqual(['seeds/0', 'seeds/1', 'seeds/2']);
    expect(await run(step, [])).toEqual(first);
    const drawn = new Set<string>();
    for (let seed = 0; seed < 20; seed++) for (const row of await run(step, [], seed)) drawn.add(String(row.question));
    expect([...drawn].sort()).toEqual(['five', 'four', 'one', 'three', 'two']);
  });

  test('of which there is none are refused', async () => {
    writeFileSync(folder.join('seeds.jsonl'), '\n');
    await expect(run(find('seed-questions', seeds()), [])).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      parts: { what: expect.stringContaining('There is no question in'), next: expect.stringContaining('"query"') },
    });
  });

  test('without a text where it is looked for are refused, with the line', async () => {
    writeFileSync(folder.join('seeds.jsonl'), '{"query": "one"}\n{"question": "two"}\n');
    await expect(run(find('seed-questions', seeds()), [])).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      parts: { what: expect.stringContaining('no text under "query"'), why: expect.stringContaining('line 2') },
    });
  });
});
