import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Problem } from '@scalequest/datasets';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareModels } from './compare-models.ts';
import { compareRuns } from './compare-runs.ts';
import type { LoadComparedProblems } from './comparison/read-sides.ts';
import type { Grader } from './pipeline/grader.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const counts = { sums: 4, parts: 3 } as const;
type Name = keyof typeof counts;

function makeProblems(name: Name): readonly Problem[] {
  return Array.from({ length: counts[name] }, (_, i) => ({
    ...{
      id: `${name}-${i}`,
      problem: `What is number ${i} of the ${name} in the figure?`,
      reference: String(i),
      meta: {},
    },
  }));
}

/** Takes the last word of a reply. */
function createGrader(name: string): Grader {
  return {
    label: `${name}@1`,
    grade: ({ record: { id, epoch, reply, finishReason }, problem }) => {
      if (reply === 'broken') return Promise.reject(new Error('The grader broke.'));
      const isRight = reply.split(' ').at(-1) === problem.reference;
      const outcome = finishReason === 'length' ? 'truncated' : isRight ? 'correct' : 'wrong';
      return Promise.resolve({ id, epoch, outcome });
    },
  };
}

const loadProblems: LoadComparedProblems = ({ benchmark: name }) =>
  Promise.resolve({
    name,
    rowsSha256: name,
    appliedFixes: [],
    problems: makeProblems(name as Name),
    task: {},
    openGrader: (grader = 'own') => Promise.resolve(createGrader(grader.replace(/@1$/, ''))),
  });

/** @param letters - one a problem: c, w, or t for a reply that was cut */
function writeLog(file: string, name: Name, letters: string, change: object = {}): string {
  const samples = makeProblems(name).flatMap(({ problem }, i) =>
    letters[i] === '.'
      ? []
      : [
          {
            id: i,
            epoch: 1,
            input: problem,
            target: '',
            output: {
              completion: letters[i] === 'c' ? `It is ${i}` : 'It is 99',
              choices: [
                {
                  message: { role: 'assistant', content: '' },
                  stop_reason: letters[i] === 't' ? 'max_tokens' : 'stop',
                },
              ],
            },
            // Its own scores say the opposite.
            scores: { match: { value: letters[i] === 'c' ? 'I' : 'C' }, close: { value: 0.5 } },
            ...change,
          },
        ],
  );
  const log = {
    version: 2,
    status: 'success',
    eval: { task: name, model: file, packages: { inspect_ai: '1' } },
    samples,
  };
  writeFileSync(folder.join(file), JSON.stringify(log));
  return folder.join(file);
}

/** @param letters - c or w, one a problem */
function writeRun(file: string, name: Name, letters: string): string {
  const summary = {
    benchmark: name,
    model: file,
    protocol: null,
    protocolSha256: null,
    rowsSha256: name,
    goldFixes: [],
    grader: 'dart@1',
    problems: letters.length,
    epochs: 1,
    samples: letters.length,
    isComplete: true,
  };
  mkdirSync(folder.join(file, 'scores'), { recursive: true });
  writeFileSync(folder.join(file, 'summary.json'), JSON.stringify(summary));
  const lines = [...letters].map((letter, i) => ({
    id: `${name}-${i}`,
    epoch: 0,
    outcome: letter === 'c' ? 'correct' : 'wrong',
  }));
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  for (const grader of ['dart@1', 'own@1']) writeFileSync(folder.join(file, 'scores', `${grader}.jsonl`), text);
  return folder.join(file);
}

test('the headline grader of a run judges the log on the other side, whichever side it is', async () => {
  const [run, log] = [writeRun('run', 'sums', 'cccc'), writeLog('log.json', 'sums', 'ccwt')];
  const right = await compareRuns({ a: run, b: log, loadProblems });
  expect(right).toMatchObject({ grader: 'dart@1', problems: 4, lost: 2, gained: 0 });
  expect(right.b.outcomes).toMatchObject({ correct: 2, wrong: 1, truncated: 1 });
  expect(right.notes).toContain('B is a log of inspect 1, judged now by dart@1.');
  expect(await compareRuns({ a: log, b: run, loadProblems })).toMatchObject({ grader: 'dart@1', gained: 2, lost: 0 });
});

test("two logs are judged by the benchmark's own grader, or by one that is named, and a run's version of it is found", async () => {
  const [a, b] = [writeLog('a.json', 'sums', 'cccc'), writeLog('b.json', 'sums', 'cwww')];
  const logs = { benchmark: 'sums', loadProblems };
  expect(await compareRuns({ a, b, ...logs })).toMatchObject({ grader: 'own@1', lost: 3 });
  expect(await compareRuns({ a, b, ...logs, grader: 'dart' })).toMatchObject({ grader: 'dart@1', lost: 3 });
  const run = writeRun('run', 'sums', 'cwwc');
  expect(await compareRuns({ a: run, b, loadProblems, grader: 'own' })).toMatchObject({ grader: 'own@1', lost: 1 });
});

test("the log's own scores are compared on request: a cut reply is truncated there too", async () => {
  const [a, b] = [writeLog('a.json', 'sums', 'cccc'), writeLog('b.json', 'sums', 'cccc')];
  const cut = { output: { completion: '', choices: [] }, limit: { type: 'token' } };
  const c = writeLog('c.json', 'sums', 'cccc', cut);
  const options = { benchmark: 'sums', loadProblems };
  for (const grader of ['source-label', 'source-label.match']) {
    const same = await compareRuns({ a, b, ...options, grader });
    expect(same).toMatchObject({ grader, a: { correct: 0, outcomes: { wrong: 4 } }, lost: 0 });
  }
  const limited = await compareRuns({ a, b: c, ...options, grader: 'source-label.match' });
  expect(limited.b.outcomes).toMatchObject({ wrong: 0, truncated: 4 });
  await expect(compareRuns({ a, b, ...options, grader: 'source-label.close' })).rejects.toMatchObject({
    code: 'UNKNOWN_GRADER',
    message: expect.stringContaining('judged it by: source-label.match.'),
  });
});

test('problems that only one side has are left out, and an epoch that a problem lacks is an error', async () => {
  const a = writeLog('a.json', 'sums', 'cc..');
  const b = writeLog('b.json', 'sums', 'cccc');
  const comparison = await compareRuns({ a, b, benchmark: 'sums', loadProblems });
  expect(comparison).toMatchObject({ problems: 2, unpaired: 2 });
  writeFileSync(b, addEpoch(b, 'sums'));
  const uneven = await compareRuns({ a, b, benchmark: 'sums', loadProblems });
  expect(uneven.b).toMatchObject({ samples: 4, outcomes: { correct: 3, error: 1 } });
  expect(uneven.notes).toContain('A has 1 and B 2 epochs: each problem counts by its mean.');
});

/** The log with a second epoch of the first problem alone. */
function addEpoch(path: string, name: Name): string {
  const log = JSON.parse(readFileSync(path, 'utf8'));
  const [first] = JSON.parse(readFileSync(writeLog('one.json', name, 'c...'), 'utf8')).samples;
  return JSON.stringify({ ...log, samples: [...log.samples, { ...first, epoch: 2 }] });
}

test('a comparison of logs is refused where its benchmark is not known, is another, or its run did not end', async () => {
  const [a, b] = [writeLog('a.json', 'sums', 'cccc'), writeLog('b.json', 'sums', 'cccc')];
  await expect(compareRuns({ a, b, loadProblems })).rejects.toMatchObject({ code: 'NO_BENCHMARK' });
  await expect(compareRuns({ a, b, benchmark: 'sums' })).rejects.toMatchObject({ code: 'NO_BENCHMARK' });
  await expect(compareRuns({ a, b, benchmark: 'parts', loadProblems })).rejects.toMatchObject({
    code: 'UNMAPPED_SAMPLES',
  });
  writeFileSync(b, readFileSync(b, 'utf8').replace('"status":"success"', '"status":"cancelled"'));
  await expect(compareRuns({ a, b, benchmark: 'sums', loadProblems })).rejects.toThrow('Run B is not finished');
  writeFileSync(a, readFileSync(a, 'utf8').replace('It is 2', 'broken'));
  await expect(compareRuns({ a, b, benchmark: 'sums', loadProblems })).rejects.toThrow('The grader broke.');
});

test('over many benchmarks each log is of the one that has its problems, be it alone, in a folder or beside runs', async () => {
  mkdirSync(folder.join('logs'));
  writeLog('logs/one.json', 'sums', 'cccw');
  writeLog('logs/two.json', 'parts', 'ccc');
  const runs = [writeRun('sums-run', 'sums', 'cccc'), writeRun('parts-run', 'parts', 'cww')];
  const { benchmarks, notes } = await compareModels({ a: runs, b: [folder.join('logs')], loadProblems });
  expect(benchmarks).toMatchObject([
    { benchmark: 'parts', grader: 'dart@1', gained: 2, lost: 0, b: { folder: folder.join('logs', 'two.json') } },
    { benchmark: 'sums', grader: 'dart@1', gained: 0, lost: 1 },
  ]);
  expect(notes).toEqual([
    'The runs of A name several models: sums-run, parts-run.',
    expect.stringContaining('of B name'),
  ]);
  const a = [folder.join('logs', 'one.json')];
  const one = await compareModels({ a, b: [folder.join('logs')], loadProblems, logsOf: ['sums'] });
  expect(one.benchmarks).toMatchObject([{ benchmark: 'sums', grader: 'own@1', gained: 0, lost: 0 }]);
  expect(one.notes).toEqual([`Left out of B, as it is of none of sums: the log ${folder.join('logs', 'two.json')}.`]);
  await expect(compareModels({ a, b: a, loadProblems })).rejects.toMatchObject({ code: 'NO_BENCHMARK' });
});

test('files of one run of lm-eval that are of one benchmark are one log', async () => {
  mkdirSync(folder.join('lm'));
  for (const [task, from] of [
    ['first', 0],
    ['second', 2],
  ] as const) {
    const rows = makeProblems('sums')
      .slice(from, from + 2)
      .map(({ problem }, i) => ({
        doc_id: i,
        doc: { question: problem },
        target: '',
        resps: [[`It is ${from + i}`]],
        filtered_resps: [''],
        filter: 'none',
        metrics: ['exact_match'],
        exact_match: 1,
      }));
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    writeFileSync(folder.join('lm', `samples_${task}_2026-01-01T00-00-00.jsonl`), text);
  }
  const run = writeRun('run', 'sums', 'cwww');
  const { benchmarks } = await compareModels({ a: [run], b: [folder.join('lm')], loadProblems });
  expect(benchmarks).toMatchObject([{ problems: 4, gained: 3, b: { folder: folder.join('lm') } }]);
});
