import { writeFileSync } from 'node:fs';
import { loadBenchmark } from '@scalequest/datasets';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineBenchmark } from './define-benchmark.ts';
import { findTask } from './find-task.ts';
import { isModulePath, openTask } from './open-task.ts';

test.each([
  ['math', false],
  ['math-500', false],
  ['gsm8k-5shot', false],
  ['./mine.mjs', true],
  ['mine.mjs', true],
  ['../mine', true],
  ['C:\\mine.mjs', true],
])('%s is read as the path of a module: %j', (text, isPath) => {
  expect(isModulePath(text)).toBe(isPath);
});

test('a name opens the task of that name', async () => {
  expect(await openTask('math-500')).toBe(findTask('math-500'));
});

test('the fields of the schema are those that parse sees, and the type checker knows them', () => {
  const { name } = defineBenchmark({
    name: 'mine',
    data: './mine.jsonl',
    row: z.object({ question: z.string(), answer: z.number() }),
    // @ts-expect-error: `answer` is a number, and a reference is text.
    parse: ({ question, answer }) => ({ problem: question.trim(), reference: answer }),
  });
  expect(name).toBe('mine');
});

test.each([
  ['a field that does not exist', "protocl: 'dart@1'", '"protocl"'],
  ['a count without a hash', 'count: 2', '`count` and `rowsSha256` go together'],
  ['a hash without a count', `rowsSha256: '${'0'.repeat(64)}'`, '`count` and `rowsSha256` go together'],
])('%s is refused', async (_, field, why) => {
  using folder = makeTemporaryFolder();
  const text = `export default { name: 'mine', data: 'data.jsonl', row: { safeParse: (data) => ({ success: true, data }) },
    parse: ({ q, a }) => ({ problem: q, reference: a }), ${field} };`;
  writeFileSync(folder.join('mine.mjs'), text);
  await expect(openTask(folder.join('mine.mjs'))).rejects.toMatchObject({
    code: 'BAD_BENCHMARK',
    message: expect.stringContaining(why),
  });
});

test('what its parse says of a program comes whole, and a misspelt limit is refused', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('data.jsonl'), '{"timeoutMs":60000,"memoryMb":2048}\n{"timeoutSeconds":60}\n');
  const code = { entryPoint: 'f', prompt: '', context: 'import math\n', tests: { base: 'assert f(1) == 1' } };
  const text = `export default { name: 'mine', data: 'data.jsonl', tests: 'base',
    row: { safeParse: (data) => ({ success: true, data }) },
    parse: (limits) => ({ problem: 'f?', reference: 'f = abs', code: { ...${JSON.stringify(code)}, limits } }) };`;
  writeFileSync(folder.join('mine.mjs'), text);
  const load = async () => {
    const { benchmark } = await openTask(folder.join('mine.mjs'));
    return await loadBenchmark(benchmark, { cacheDir: '/nonexistent' });
  };
  await expect(load()).rejects.toMatchObject({ code: 'BAD_BENCHMARK', message: expect.stringContaining('limits') });
  writeFileSync(folder.join('data.jsonl'), '{"timeoutMs":60000,"memoryMb":2048}\n');
  const { problems } = await load();
  expect(problems[0]?.code).toEqual({ ...code, limits: { timeoutMs: 60_000, memoryMb: 2048 } });
});

test('a program loads the problems of a module: ids are record numbers where none is given', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('data.jsonl'), '{"q":"1+1?","a":"2"}\n{"q":"1+2?","a":"3"}\n');
  const text = `export default { name: 'mine', data: 'data.jsonl', row: { safeParse: (data) => ({ success: true, data }) },
    parse: ({ q, a }) => ({ problem: q, reference: a }) };`;
  writeFileSync(folder.join('mine.mjs'), text);
  const task = await openTask(folder.join('mine.mjs'));
  expect(task).toMatchObject({ name: 'mine', protocol: 'scalequest@1', breakdowns: [] });
  const loaded = await loadBenchmark(task.benchmark, { cacheDir: '/nonexistent' });
  expect(loaded).toMatchObject({
    count: 2,
    isPinned: false,
    source: { kind: 'file', path: folder.join('data.jsonl') },
  });
  expect(loaded.problems).toEqual([
    { id: '0', problem: '1+1?', reference: '2', meta: {} },
    { id: '1', problem: '1+2?', reference: '3', meta: {} },
  ]);
});
