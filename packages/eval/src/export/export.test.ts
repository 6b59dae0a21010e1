import { mkdirSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatCsv } from './format-csv.ts';
import { formatJunit } from './format-junit.ts';
import { makeParquet } from './make-parquet.ts';
import { readExport } from './read-export.ts';

const secretQuestion = 'What is <b>six</b> & "seven"?';
const problems = [
  { id: '=1+1', problem: secretQuestion, reference: '13', meta: {} },
  { id: 'b', problem: 'Say "a", then\r\nb', reference: '2', meta: {} },
];

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
  const write = (name: string, records: readonly object[]): void =>
    writeFileSync(folder.join(name), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const head = {
    benchmark: 'sums',
    model: 'a "model" <x>',
    protocol: 'mine@1',
    protocolSha256: 'f'.repeat(64),
    rowsSha256: '0'.repeat(64),
    goldFixes: [],
    grader: 'ours@3',
    problems: 2,
    epochs: 2,
    samples: 4,
    isComplete: true,
  };
  mkdirSync(folder.join('scores'));
  writeFileSync(folder.join('summary.json'), JSON.stringify(head));
  const error = { code: 'TIMED_OUT', message: 'No reply.' };
  const usage = { promptTokens: 5, completionTokens: 7 };
  write('journal.jsonl', [
    { id: 'b', epoch: 0, reply: 'two', finishReason: 'stop', usage, latencyMs: 1500, seed: 2 ** 40 },
    { id: '=1+1', epoch: 0, reply: '', finishReason: 'unknown', error },
    { id: '=1+1', epoch: 0, reply: 'thir\u0000teen', finishReason: 'length' },
    { id: '=1+1', epoch: 1, reply: '', finishReason: 'unknown', error },
    { id: 'b', epoch: 1, reply: '-3', finishReason: 'stop' },
    { id: 'b', epoch: 2, reply: 'of a session that asked more', finishReason: 'stop' },
  ]);
  write('scores/ours@3.jsonl', [
    { id: '=1+1', epoch: 0, outcome: 'error', reason: 'TIMED_OUT' },
    { id: 'b', epoch: 0, outcome: 'correct', verdict: 'equal', rule: 'number', answer: '2', ms: 0.25 },
    { id: '=1+1', epoch: 0, outcome: 'truncated' },
    { id: '=1+1', epoch: 1, outcome: 'error', reason: 'TIMED_OUT' },
    { id: 'b', epoch: 1, outcome: 'wrong', verdict: 'different', rule: 'number', answer: '-3' },
    { id: 'b', epoch: 2, outcome: 'correct' },
  ]);
  write('scores/dart@1.jsonl', [{ id: 'b', epoch: 0, outcome: 'correct' }]);
});
afterEach(() => folder[Symbol.dispose]());

test('a row stands for each sample and grader, the last line of a sample counts, and no other session does', async () => {
  const { graders } = await readExport(folder.path);
  expect(
    graders.map(({ grader, rows }) => [grader, rows.map(({ id, epoch, outcome }) => `${id} ${epoch} ${outcome}`)]),
  ).toEqual([
    ['ours@3', ['=1+1 0 truncated', '=1+1 1 error', 'b 0 correct', 'b 1 wrong']],
    ['dart@1', ['b 0 correct']],
  ]);
  expect(graders[0]).toMatchObject({ samples: 4, accuracy: 0.25, outcomes: { correct: 1, error: 1 } });
});

test.each([formatCsv, formatJunit])(
  '%o writes no text of problems, replies or answers unless asked',
  async (format) => {
    const without = [...format(await readExport(folder.path))].join('');
    const texts = ['six', 'seven', 'teen', 'then'];
    expect(texts.filter((text) => without.includes(text))).toEqual([]);
    const all = [...format(await readExport(folder.path, problems))].join('');
    expect(texts.filter((text) => all.includes(text))).toContain('seven');
  },
);

test('the CSV has quotes and line ends by RFC 4180, and no cell is a formula', async () => {
  const [header, ...lines] = formatCsv(await readExport(folder.path, problems));
  expect(header).toBe(
    'benchmark,model,grader,id,epoch,outcome,score,verdict,rule,reason,gradingMs,finishReason,promptTokens,completionTokens,latencyMs,seed,problem,reference,reply,answer\r\n',
  );
  expect(lines[2]).toBe(
    'sums,"a ""model"" <x>",ours@3,b,0,correct,1,equal,number,,0.25,stop,5,7,1500,1099511627776,"Say ""a"", then\r\nb",2,two,2\r\n',
  );
  expect(lines[3]).toContain(",'-3,'-3\r\n");
  expect(lines[0]).toContain(",'=1+1,0,truncated,");
  expect(lines).toHaveLength(5);
});

test('the JUnit file counts what it holds, and its text is XML', async () => {
  const text = [...formatJunit(await readExport(folder.path, problems))].join('');
  expect(text).toContain('<testsuites name="scalequest" tests="5" failures="2" errors="1">');
  expect(text).toMatch(
    /<testsuite name="sums a &quot;model&quot; &lt;x&gt; ours@3" tests="4" failures="2" errors="1" skipped="0" /,
  );
  expect(text).toContain('<property name="score" value="0.25"/>');
  expect(text).toMatch(/<property name="intervalLow" value="0\.\d+"\/>/);
  expect(text.match(/<testcase /g)).toHaveLength(5);
  expect(text.match(/<failure message="truncated" type="truncated">/g)).toHaveLength(1);
  expect(text.match(/<error message="error, TIMED_OUT" type="error">/g)).toHaveLength(1);
  expect(text).toContain('<testcase classname="sums.ours@3" name="b epoch 0" time="1.500"/>');
  expect(text).toContain('What is &lt;b&gt;six&lt;/b&gt; &amp; &quot;seven&quot;?');
  expect(text).toContain('thir\uFFFDteen');
});

test('the Parquet file gives a reader the same rows', async () => {
  const run = await readExport(folder.path, problems);
  const bytes = makeParquet(run);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  expect(await parquetReadObjects({ file })).toEqual(run.graders.flatMap(({ rows }) => rows));
});
