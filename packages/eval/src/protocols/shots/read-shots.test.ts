import { writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { readPythonRecords } from './read-python-records.ts';
import { readShots } from './read-shots.ts';
import type { ShotTexts } from './shots.ts';

async function read(name: string, text: string): Promise<ShotTexts> {
  using folder = makeTemporaryFolder();
  const path = folder.join(name);
  writeFileSync(path, text);
  return await readShots(path);
}

test('one example on each line, under either pair of names', async () => {
  const { shots } = await read(
    'shots.jsonl',
    '{"problem": "a", "solution": "1"}\n\n{"question": "b", "answer": "2", "more": 3}\n',
  );
  expect(shots).toEqual([
    { problem: 'a', solution: '1' },
    { problem: 'b', solution: '2' },
  ]);
});

test.each([
  ['shots.jsonl', '{"problem": "a", "solution": "1"}'],
  ['utils.py', 'x = [{"problem": "a", "solution": "1"}]'],
])('a byte order mark at the start of %s is no part of it', async (name, text) => {
  expect((await read(name, `\ufeff${text}`)).shots).toEqual([{ problem: 'a', solution: '1' }]);
});

test('the same texts have the same hash, whatever file they are in', async () => {
  const lines = await read('shots.jsonl', '{"problem": "a \\\\frac", "solution": "1\\n2"}');
  const python = await read('utils.py', 'def f():\n    return [{"problem": "a \\\\frac", "solution": "1\\n2"}]\n');
  expect(python).toEqual(lines);
});

test('a Python file is read and never run', () => {
  const source = `
import os  # [{"a": "b"}]
os._exit(1)
OTHER = [1, 2]
DOC = """[{"problem": "in a text"}]"""
def list_fewshot_samples() -> list[dict]:
    return [
        {
            "problem": r"raw \\frac{1}{2}",
            'solution': "two "  # joined
            "parts\\n\\x41\\u00e9 \\q",
        },
        {"problem": '''three
quotes''', "solution": "x"},
    ]
`;
  expect(readPythonRecords(source)).toEqual([
    { problem: 'raw \\frac{1}{2}', solution: 'two parts\nAé \\q' },
    { problem: 'three\nquotes', solution: 'x' },
  ]);
});

test.each([
  ['x = 1', undefined],
  ['[{"a": 1}]', undefined],
  ['[{"a": f"{b}"}]', undefined],
  ['[{"a": "b"', undefined],
  ['["a"]', undefined],
])('Python without such a list gives none: %s', (source, expected) => {
  expect(readPythonRecords(source)).toBe(expected);
});

test.each([
  ['shots.jsonl', '', 'It holds none.'],
  ['shots.jsonl', '{"problem": "a"', 'Line 1 is not JSON'],
  ['shots.jsonl', '{"problem": "a", "solution": "1"}\n{"problem": "b", "solution": ""}', 'Number 2 is'],
  ['shots.jsonl', '[1, 2]', 'Number 1 is [1,2].'],
  ['utils.py', 'print("hello")', 'It holds no list of literals.'],
])('a file that gives no examples is refused, with the reason: %s %s', async (name, text, reason) => {
  await expect(read(name, text)).rejects.toThrow(reason);
  await expect(read(name, text)).rejects.toMatchObject({ code: 'BAD_SHOTS', kind: 'request' });
});

test('a file that is not there is refused', async () => {
  await expect(readShots('/nonexistent/shots.jsonl')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});
