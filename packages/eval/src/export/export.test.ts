import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BenchmarkComparison } from '../compare-models.ts';
import { formatComparisonCsv } from './format-comparison-csv.ts';
import { formatComparisonJunit } from './format-comparison-junit.ts';
import { formatCsv, formatCsvLine } from './format-csv.ts';
import { formatJunit } from './format-junit.ts';
import { formatParquet } from './format-parquet.ts';
import { type ExportGrader, type ExportRow, type RunExport, readExport } from './read-export.ts';

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
  // Of one sample that is right nothing else can be said, however many epochs the run has.
  expect(graders[1]).toMatchObject({ samples: 1, accuracy: 1, interval: { high: 1 } });
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
  for (const sign of ['=', '+', '-', '@', '\t', '\r', '\n', '\uff1d', '\uff0b', '\uff0d', '\uff20'])
    expect(formatCsvLine([`${sign}x`])).toMatch(/^"?'/);
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

test('a run that is not finished is never green, and its score is of all that it asks', async () => {
  const head = JSON.parse(readFileSync(folder.join('summary.json'), 'utf8'));
  writeFileSync(folder.join('summary.json'), JSON.stringify({ ...head, problems: 3, samples: 6, isComplete: false }));
  const run = await readExport(folder.path);
  expect(run.graders[0]).toMatchObject({ samples: 6, accuracy: 1 / 6 });
  const text = [...formatJunit(run)].join('');
  expect(text).toMatch(/<testsuite name="sums a .* ours@3" tests="5" failures="2" errors="2" /);
  expect(text).toContain('name="the run is finished"');
  expect(text).toContain('<error message="2 of 6 samples are missing: the run is not finished');
  expect(text).toContain('<property name="isComplete" value="false"/>');
});

test('a session that asked more problems is not taken for the one that the summary counts', async () => {
  const head = JSON.parse(readFileSync(folder.join('summary.json'), 'utf8'));
  writeFileSync(folder.join('summary.json'), JSON.stringify({ ...head, problems: 1, samples: 2 }));
  await expect(readExport(folder.path)).rejects.toMatchObject({ code: 'RUNS_NOT_COMPARABLE' });
});

test('a run without a sample has a header and no row in every format', async () => {
  writeFileSync(folder.join('journal.jsonl'), '');
  for (const grader of ['ours@3', 'dart@1']) writeFileSync(folder.join('scores', `${grader}.jsonl`), '');
  const run = await readExport(folder.path);
  expect([...formatCsv(run)].join('')).toMatch(/^benchmark,model,.*,seed\r\n$/);
  expect([...formatJunit(run)].join('')).toContain('tests="1" failures="0" errors="1"');
  expect(await readParquet(run)).toEqual([]);
});

test('the Parquet file gives a reader the same rows, whole numbers as such, in groups of bounded size', async () => {
  const run = await readExport(folder.path, problems);
  const whole = (value: unknown): unknown => (typeof value === 'number' ? BigInt(value) : value);
  const rows = run.graders
    .flatMap((grader) => grader.rows)
    .map((row) => ({
      ...row,
      promptTokens: whole(row.promptTokens),
      completionTokens: whole(row.completionTokens),
      seed: whole(row.seed),
    }));
  expect(rows[2]?.seed).toBe(2n ** 40n);
  expect(await readParquet(run)).toEqual(rows);
  const [grader] = run.graders as [ExportGrader];
  const many = {
    ...run,
    graders: [{ ...grader, rows: Array.from({ length: 21_000 }, () => grader.rows[2] as ExportRow) }],
  };
  expect(parquetMetadata(joinParquet(many)).row_groups.map((group) => group.num_rows)).toEqual([20_000n, 1_000n]);
});

function joinParquet(run: RunExport): ArrayBuffer {
  const bytes = Buffer.concat([...formatParquet(run)]);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

async function readParquet(run: RunExport): Promise<readonly Record<string, unknown>[]> {
  return await parquetReadObjects({ file: joinParquet(run) });
}

const samples = {
  samples: 10,
  outcomes: { correct: 0, wrong: 0, 'no-answer': 0, truncated: 0, undecided: 0, error: 0 },
};
const side = {
  ...samples,
  folder: 'x',
  benchmark: 'sums',
  protocol: 'p@1',
  grader: 'ours@3',
  bounds: { low: 0, high: 1 },
};

function makeComparison(benchmark: string, difference: number, holmPValue: number): BenchmarkComparison {
  return {
    benchmark,
    grader: 'ours@3',
    a: { ...side, model: '=A', correct: 5, accuracy: 0.5 },
    b: { ...side, model: 'B <&>', correct: 5 + 10 * difference, accuracy: 0.5 + difference },
    problems: 10,
    unpaired: 0,
    difference,
    interval: { low: -1, high: 1 },
    gained: 0,
    lost: 0,
    test: { name: 'mcnemar', pValue: 0.01, draws: 0 },
    smallestGap: null,
    flips: [],
    notes: ['First.', 'Second, "so".'],
    holmPValue,
  };
}

const benchmarks = [
  makeComparison('worse', -0.2, 0.03),
  makeComparison('chance', -0.2, 0.06),
  makeComparison('better', 0.2, 0.03),
];

test('in the JUnit file of a comparison only a benchmark that the corrected test calls worse fails', () => {
  const texts = ['what\u001b[1m \ud800', 'it', 'says'];
  const text = [...formatComparisonJunit({ benchmarks, notes: ['Left out: x.'], texts })].join('');
  expect(text).toContain('<testsuite name="B &lt;&amp;&gt; against =A" tests="3" failures="1" errors="0"');
  expect(text.match(/<failure /g)).toHaveLength(1);
  expect(text).toContain(
    'name="worse" time="0.000"><failure message="worse: 50.0 % in A, 30.0 % in B, p = 0.0300 adjusted for all of the benchmarks here" type="worse">what\uFFFD[1m \uFFFD</failure>',
  );
  expect(text).toContain('name="better" time="0.000"><system-out>says</system-out></testcase>');
  expect(text).toContain('<system-out>Left out: x.</system-out>\n  </testsuite>');
});

test('the CSV of a comparison has a line for each benchmark, with the verdict and no formula', () => {
  const [header, ...lines] = [...formatComparisonCsv(benchmarks)];
  expect(header).toMatch(/^benchmark,grader,verdict,modelA,modelB,/);
  expect(lines.map((line) => line.split(',').slice(0, 4))).toEqual([
    ['worse', 'ours@3', 'worse', "'=A"],
    ['chance', 'ours@3', 'not told apart', "'=A"],
    ['better', 'ours@3', 'better', "'=A"],
  ]);
  expect(lines[0]).toMatch(/,0\.01,0\.03,,"First\. Second, ""so""\."\r\n$/);
});
