import { mkdirSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import type { Benchmark } from '../benchmark.ts';
import { findEntryPoint } from '../code/find-entry-point.ts';
import { loadBenchmark } from '../load-benchmark.ts';
import type { Problem } from '../problem.ts';
import { getBenchmark } from '../registry.ts';

// What one record becomes, on records of our own; the real ones are in real-data.test.ts.
function parse(benchmark: string | Benchmark, record: object): Problem {
  const { rows } = getBenchmark(benchmark);
  if (rows.kind !== 'records') throw new Error('It has no records.');
  return rows.parseRecord(record, 0) as Problem;
}

const humanEvalRecord = {
  task_id: 'HumanEval/9',
  prompt:
    'import math\n\ndef half(n):\n    return math.floor(n / 2)\n\n\ndef quarter(n: int):\n    """A quarter, by half."""\n',
  entry_point: 'quarter',
  canonical_solution: '    return half(half(n))\n',
  test: 'def check(candidate):\n    assert candidate(8) == half(4)\n',
};

test('a HumanEval record: its prompt and its reference are a program, and the helper of its tests is trusted', () => {
  const { prompt, test: base } = humanEvalRecord;
  expect(parse('humaneval', humanEvalRecord)).toEqual({
    id: 'HumanEval/9',
    problem: prompt,
    reference: '    return half(half(n))\n',
    code: {
      entryPoint: 'quarter',
      prompt,
      context: 'import math\n\ndef half(n):\n    return math.floor(n / 2)\n\n\n',
      tests: { base },
    },
    meta: {},
  });
});

test('a helper that the tests do not name is no context', () => {
  const { code } = parse('humaneval', {
    ...humanEvalRecord,
    test: 'def check(candidate):\n    assert candidate(8) == 2\n',
  });
  expect(code).not.toHaveProperty('context');
});

test('an MBPP record: the set-up belongs to the tests, and the asserts are there for prompts', () => {
  const record = {
    task_id: 11,
    text: 'Write a function that sums a tree.',
    code: 'class Node:\r\n  pass\r\ndef add_up(root):\r\n  return 1',
    test_setup_code: 'root = Node()\r\nroot.value = 1',
    test_list: ['assert add_up(root) == 1', 'assert add_up(None) == 0'],
    challenge_test_list: ['assert add_up(1) == 1'],
  };
  expect(parse('mbpp', record)).toEqual({
    id: 'Mbpp/11',
    problem: 'Write a function that sums a tree.',
    reference: record.code,
    code: {
      entryPoint: 'add_up',
      prompt: '',
      tests: { base: 'root = Node()\nroot.value = 1\nassert add_up(root) == 1\nassert add_up(None) == 0\n' },
    },
    meta: { tests: record.test_list },
  });
});

test('a sanitized MBPP record has its imports before its asserts', () => {
  const record = {
    source_file: 'x',
    task_id: 2,
    prompt: 'Write a root.',
    code: 'def root(x):\n  return x ** 0.5',
    test_imports: ['import math'],
    test_list: ['assert math.isclose(root(4), 2)'],
  };
  expect(parse('mbpp-sanitized', record)).toMatchObject({
    id: 'Mbpp/2',
    problem: 'Write a root.',
    code: { entryPoint: 'root', tests: { base: 'import math\nassert math.isclose(root(4), 2)\n' } },
  });
});

test.each([
  ['assert set(shared([1], [1])) == set([1])'],
  ['assert not shared("a")'],
  ['assert math.isclose(abs(shared(1)), 2, rel_tol=0.001)'],
  ['assert sorted(shared (1)) == []'],
  ['assert shared(helper(1)) == 1'],
  ['assert (shared(1)) == helper(2)'],
])('the entry point of %j is shared', (assert) => {
  expect(findEntryPoint('def helper(x):\r\n  pass\r\ndef shared(x):\r\n  pass', assert)).toBe('shared');
});

test('a builtin is an entry point where the program defines it, and what is not defined is none', () => {
  expect(findEntryPoint('def sum(a, b):\n  pass', 'assert sum(1, 2) == 3')).toBe('sum');
  expect(findEntryPoint('def other(a):\n  pass', 'assert sum(1, 2) == 3')).toBeUndefined();
});

const plusRecord = {
  task_id: 'Mbpp/2',
  prompt: '"""\nWrite a function that doubles.\nassert twice((1, 2)) == 2\n"""\n',
  entry_point: 'twice',
  canonical_solution: 'def twice(x):\n  return 2 * x\n',
  atol: 0,
  contract: '',
  assertion: '\nimport math\nassert twice((1, 2)) == 2\n',
};

test('an MBPP+ record keeps its inputs as JSON text, and its docstring is the question and no prompt', async () => {
  using folder = makeTemporaryFolder();
  mkdirSync(folder.join('mbpp'));
  const line = JSON.stringify({ ...plusRecord, base_input: 1, plus_input: 2 })
    .replace('"base_input":1', '"base_input": [[1.0, 2], [NaN]]')
    .replace('"plus_input":2', '"plus_input": [[12345678901234567890]]');
  writeFileSync(folder.join('mbpp', 'plus-v0.1.0.jsonl'), line);
  const options = { dataDir: folder.path, cacheDir: '/nonexistent', acceptUnpinned: true };
  const [problem] = (await loadBenchmark('mbpp-plus', options)).problems;
  expect(problem).toMatchObject({
    problem: plusRecord.prompt,
    reference: plusRecord.canonical_solution,
    code: { entryPoint: 'twice', prompt: '', limits: { memoryMb: 4_096 } },
    meta: { tests: ['assert twice((1, 2)) == 2'] },
  });
  expect(problem?.code?.tests.base).toContain('INPUTS = "[[1.0,2],[NaN]]"\n');
  expect(problem?.code?.tests.plus).toContain('INPUTS = "[[12345678901234567890]]"\n');
  expect(problem?.code?.tests.base).toContain('ORACLE = "same-set"\n');
});

test.each(['[]', '{}'])('where no inputs were added, %s, the base tests stand for the added ones', (none) => {
  const { code } = parse('mbpp-plus', { ...plusRecord, base_input: '[[1]]', plus_input: none });
  expect(code?.tests.plus).toBe(code?.tests.base);
});

test('a line of MBPP+ that is no JSON is an error that names it', async () => {
  using folder = makeTemporaryFolder();
  mkdirSync(folder.join('mbpp'));
  writeFileSync(folder.join('mbpp', 'MbppPlus-v0.2.0.jsonl'), '\n{"task_id": "Mbpp/2",');
  await expect(
    loadBenchmark('mbpp-plus-v0.2.0', { dataDir: folder.path, cacheDir: '/nonexistent' }),
  ).rejects.toMatchObject({ code: 'DATA_UNREADABLE', message: expect.stringContaining('MbppPlus-v0.2.0.jsonl:2') });
});

test('a file that a user brings under its own name is found, the newest release of it, and its count is checked', async () => {
  using folder = makeTemporaryFolder();
  mkdirSync(folder.join('humaneval'));
  const { assertion: _, ...record } = { ...plusRecord, task_id: 'HumanEval/0', base_input: [[1]], plus_input: [[2]] };
  for (const name of ['v0.1.9', 'v0.1.10', 'v0.1.2']) {
    writeFileSync(folder.join('humaneval', `HumanEvalPlus-${name}.jsonl`), JSON.stringify(record));
  }
  writeFileSync(folder.join('humaneval', 'HumanEvalPlus-Mini-v0.9.9.jsonl'), '');
  const options = { dataDir: folder.path, cacheDir: '/nonexistent' };
  await expect(loadBenchmark('humaneval-plus', options)).rejects.toMatchObject({ code: 'WRONG_COUNT' });
  const loaded = await loadBenchmark('humaneval-plus', { ...options, acceptUnpinned: true });
  expect(loaded).toMatchObject({ isPinned: false, isAcceptable: false });
  expect(loaded.source.path).toMatch(/v0\.1\.10\.jsonl$/);
  expect(loaded.problems[0]?.code?.prompt).toBe(plusRecord.prompt);
});

test('a JSON file with an array is read as well, as sanitized-mbpp.json is one', async () => {
  using folder = makeTemporaryFolder();
  mkdirSync(folder.join('mbpp'));
  const record = (task: number) => ({
    task_id: task,
    prompt: 'p',
    code: 'def f(): pass',
    test_list: ['assert f() is None'],
  });
  writeFileSync(folder.join('mbpp', 'sanitized-mbpp.json'), JSON.stringify([record(3), record(2)], null, 2));
  const options = { dataDir: folder.path, cacheDir: '/nonexistent', acceptUnpinned: true };
  const { problems } = await loadBenchmark('mbpp-sanitized', options);
  expect(problems.map(({ id }) => id)).toEqual(['Mbpp/2', 'Mbpp/3']);
});

test('a set that is on no hub says which file to bring, and where to', async () => {
  using folder = makeTemporaryFolder();
  await expect(loadBenchmark('mbpp-plus-v0.2.0', { dataDir: folder.path, cacheDir: '/nonexistent' })).rejects.toThrow(
    /\nBring the file: give a folder with benchmark\/mbpp\/plus-v0\.2\.0\.jsonl\.gz or MbppPlus-v0\.2\.0\.jsonl\.gz .*--data-dir DIR, or SCALEQUEST_DATA_DIR\.$/,
  );
});

test('a benchmark of several files wants all of them', async () => {
  using folder = makeTemporaryFolder();
  mkdirSync(folder.join('mbpp'));
  const line = JSON.stringify({ task_id: 11, text: 't', code: 'def f(): pass', test_list: ['assert f() is None'] });
  writeFileSync(folder.join('mbpp', 'test.jsonl'), line);
  await expect(loadBenchmark('mbpp-all', { dataDir: folder.path, cacheDir: '/nonexistent' })).rejects.toMatchObject({
    code: 'DATA_NOT_FOUND',
    message: expect.stringContaining('benchmark/mbpp/{prompt,test,validation,train}.jsonl.gz'),
  });
});
