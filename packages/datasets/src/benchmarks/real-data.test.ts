import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readJsonLines } from '@scalequest/core';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { writeParquet } from '../__fixtures__/write-parquet.ts';
import { loadBenchmark } from '../load-benchmark.ts';
import { mathSubjects } from '../math/math-record.ts';

// The problems stay out of the repository, so what is said about them is tested where the data folder is.
const dataDir = process.env.SCALEQUEST_DATA_DIR ?? '';
const cacheDir = '/nonexistent';

async function readAll(path: string): Promise<Record<string, unknown>[]> {
  const records: Record<string, unknown>[] = [];
  for await (const { value } of readJsonLines<Record<string, unknown>>(join(dataDir, path))) records.push(value);
  return records;
}

describe.skipIf(dataDir === '')('the data folder (needs SCALEQUEST_DATA_DIR)', () => {
  const copies = [
    ['math', 'math', 'test'],
    ['math-train', 'math', 'train'],
    ['math-500', 'math-500', 'test'],
    ['gsm8k', 'gsm8k', 'test'],
    ['gsm8k-train', 'gsm8k', 'train'],
    ['gsm-hard', 'gsm-hard', 'test'],
    ['college-math', 'college-math', 'test'],
    ['olympiadbench', 'olympiadbench', 'test'],
    ['aime24', 'aime24', 'test'],
    ['amc23', 'amc23', 'test'],
    ['humaneval', 'humaneval', 'test'],
    ['mbpp', 'mbpp', 'test'],
    ['mbpp-train', 'mbpp', 'train'],
    ['mbpp-validation', 'mbpp', 'validation'],
    ['mbpp-prompt', 'mbpp', 'prompt'],
  ] as const;

  test.each(copies)('%s passes its pin as JSON Lines', async (name) => {
    const loaded = await loadBenchmark(name, { dataDir, cacheDir });
    expect(loaded).toMatchObject({ matchesPin: true });
  });

  test.each(copies)('%s passes its pin as Parquet, in the same order', async (name, folderName, split) => {
    using folder = makeTemporaryFolder();
    const records = await readAll(`benchmark/${folderName}/${split}.jsonl.gz`);
    mkdirSync(folder.join(folderName));
    // A column of nothing but null has no type that a file could name: OlympiadBench's `context`.
    const columns = Object.keys(records[0] ?? {}).filter((key) => records.some((record) => record[key] !== null));
    const rows = records.map((record) => Object.fromEntries(columns.map((key) => [key, record[key]])));
    writeFileSync(folder.join(folderName, `${split}.parquet`), writeParquet(rows, 'ZSTD'));
    const loaded = await loadBenchmark(name, { dataDir: folder.path, cacheDir });
    expect(loaded.source.path).toMatch(/parquet$/);
    expect(loaded.problems).toEqual((await loadBenchmark(name, { dataDir, cacheDir })).problems);
  });

  test.each(['mbpp-all', 'mbpp-plus'])('%s passes its pin', async (name) => {
    expect(await loadBenchmark(name, { dataDir, cacheDir })).toMatchObject({ matchesPin: true });
  });

  test('MBPP+ passes its pin under the name of its release and with other spaces', async () => {
    using folder = makeTemporaryFolder();
    mkdirSync(folder.join('mbpp'));
    const text = gunzipSync(readFileSync(join(dataDir, 'benchmark/mbpp/plus-v0.1.0.jsonl.gz'))).toString();
    const spaced = text.replaceAll('"base_input": [', '"base_input" :  [ ').replaceAll('"atol"', ' "atol"');
    expect(spaced).not.toBe(text);
    writeFileSync(folder.join('mbpp', 'MbppPlus-v0.1.0.jsonl'), spaced);
    expect(await loadBenchmark('mbpp-plus', { dataDir: folder.path, cacheDir })).toMatchObject({ matchesPin: true });
  });

  test('humaneval: the tests of three tasks stand on a helper of their prompt, which is their context', async () => {
    const { problems } = await loadBenchmark('humaneval', { dataDir, cacheDir });
    const contexts = problems.flatMap(({ id, code }) => (code?.context === undefined ? [] : [[id, code.context]]));
    expect(contexts).toEqual([
      ['HumanEval/32', expect.stringMatching(/^import math\n(.|\n)*def poly\(/)],
      ['HumanEval/38', expect.stringMatching(/^\n+def encode_cyclic\(/)],
      ['HumanEval/50', expect.stringMatching(/^\n+def encode_shift\(/)],
    ]);
    for (const { id, code } of problems) expect(code?.context ?? '', id).not.toContain(`def ${code?.entryPoint}(`);
    expect(new Set(problems.map(({ code }) => code?.entryPoint)).size).toBe(158);
  });

  test('mbpp: every task has an entry point, and EvalPlus names 384 of its 399 the same', async () => {
    const { problems } = await loadBenchmark('mbpp-all', { dataDir, cacheDir });
    const entryPoints = new Map(problems.map(({ id, code }) => [id, code?.entryPoint]));
    expect(problems.map(({ id }) => id)).toEqual(Array.from({ length: 974 }, (_, index) => `Mbpp/${index + 1}`));
    expect([entryPoints.get('Mbpp/126'), entryPoints.get('Mbpp/2')]).toEqual(['sum', 'similar_elements']);
    const { problems: plus } = await loadBenchmark('mbpp-plus', { dataDir, cacheDir });
    const others = plus.filter(({ id, code }) => code?.entryPoint !== entryPoints.get(id));
    expect(others).toHaveLength(15);
    // All of them are the same words in another spelling but for two.
    const loose = (name: string | undefined) => name?.toLowerCase().replaceAll('_', '');
    expect(
      others.filter(({ id, code }) => loose(code?.entryPoint) !== loose(entryPoints.get(id))).map(({ id }) => id),
    ).toEqual(['Mbpp/160', 'Mbpp/633']);
    expect(problems.filter(({ code }) => code?.tests.base.includes('\r')).map(({ id }) => id)).toEqual([]);
  });

  test('math passes its pin as the seven Parquet files of the hub, in the same order', async () => {
    using folder = makeTemporaryFolder();
    const records = await readAll('benchmark/math/test.jsonl.gz');
    for (const [name, subject] of Object.entries(mathSubjects)) {
      const rows = records.filter(({ type }) => type === subject);
      mkdirSync(folder.join('math', name), { recursive: true });
      writeFileSync(folder.join('math', name, 'test-00000-of-00001.parquet'), writeParquet(rows));
    }
    const loaded = await loadBenchmark('math', { dataDir: folder.path, cacheDir });
    expect(loaded.source.path).toBe(folder.join('math'));
    expect(loaded.problems.map(({ id }) => id)).toEqual(
      (await loadBenchmark('math', { dataDir, cacheDir })).problems.map(({ id }) => id),
    );
  });

  test('every one of the 5,000 problems of math has the name of its original file', async () => {
    const ids = await readAll('benchmark/math/test-unique-id.jsonl.gz');
    const { problems } = await loadBenchmark('math', { dataDir, cacheDir });
    expect(problems.length).toBe(5_000);
    expect(problems.map(({ id }) => id)).toEqual(ids.map((record) => record.unique_id));
  });

  test('math-500 is a part of math: same ids, problems, references, levels and subjects', async () => {
    const all = await loadBenchmark('math', { dataDir, cacheDir });
    const part = await loadBenchmark('math-500', { dataDir, cacheDir });
    const byId = new Map(all.problems.map((problem) => [problem.id, problem]));
    for (const problem of part.problems) expect(byId.get(problem.id)).toEqual(problem);
  });

  test('the 13 gold fixes of math are those of the data folder, and all apply', async () => {
    const fixes = await readAll('benchmark/math/test-gold-fixes.jsonl.gz');
    const plain = await loadBenchmark('math', { dataDir, cacheDir });
    const fixed = await loadBenchmark('math', { dataDir, cacheDir, goldFixes: true });
    expect(fixed.appliedFixes).toEqual(fixes.map((fix) => fix.unique_id));
    expect(fixed.rowsSha256).toBe(plain.rowsSha256);
    const before = new Map(plain.problems.map((problem) => [problem.id, problem]));
    for (const problem of fixed.problems) {
      const fix = fixes.find((candidate) => candidate.unique_id === problem.id);
      if (fix === undefined) {
        expect(problem).toEqual(before.get(problem.id));
        continue;
      }
      const golds = fix.golds as string[];
      expect(before.get(problem.id)?.reference).toBe(fix.last_boxed);
      const values = fix.kind === 'any' ? [problem.reference, ...(problem.otherReferences ?? [])] : [problem.reference];
      expect(values.toSorted()).toEqual((fix.kind === 'all' ? [golds.join(', ')] : golds).toSorted());
    }
  });

  test('the oddities of math-train: two without an answer, two of unknown level, two boxes without braces', async () => {
    const { problems, excluded } = await loadBenchmark('math-train', { dataDir, cacheDir });
    expect(excluded.length).toBe(2);
    expect(problems.filter(({ meta }) => meta.level === null).length).toBe(2);
    const records = await readAll('benchmark/math/train.jsonl.gz');
    const bare = [888, 1011].map((line) => String(records[line]?.problem).trim());
    expect(problems.filter(({ problem }) => bare.includes(problem)).map(({ reference }) => reference)).toEqual([
      '2',
      '9',
    ]);
  });

  test('419 problems of math and 707 of math-train show a drawing', async () => {
    const counts = ['math', 'math-train'].map(
      async (name) =>
        (await loadBenchmark(name, { dataDir, cacheDir })).problems.filter(({ meta }) => meta.hasDrawing).length,
    );
    expect(await Promise.all(counts)).toEqual([419, 707]);
  });

  const load = async (name: string, goldFixes = false) =>
    (await loadBenchmark(name, { dataDir, cacheDir, goldFixes })).problems;
  const count = <T>(values: readonly T[], has: (value: T) => boolean): number => values.filter(has).length;

  test.each([
    ['gsm8k', 14, 2],
    ['gsm8k-train', 79, 3],
  ])('the golds of %s: %i with a thousands comma, %i negative, all whole numbers', async (name, commas, negative) => {
    const golds = (await load(name)).map(({ reference }) => reference);
    expect(count(golds, (gold) => gold.includes(','))).toBe(commas);
    expect(count(golds, (gold) => gold.startsWith('-'))).toBe(negative);
    expect(golds.filter((gold) => !/^-?\d{1,3}(,\d{3})*$|^-?\d+$/.test(gold))).toEqual([]);
  });

  test('no question of gsm8k-train is in gsm8k, and the ids of both are the lines', async () => {
    const questions = new Set((await load('gsm8k')).map(({ problem }) => problem));
    const train = await load('gsm8k-train');
    expect(train.filter(({ problem }) => questions.has(problem))).toEqual([]);
    expect(train.map(({ id }) => id)).toEqual(train.map((_, line) => `${line}`));
  });

  test.each([
    ['gsm8k', { 454: '240', 823: '18', 1309: '2180' }],
    ['olympiadbench', { 2045: '$t \\in (0,4]$', 2498: '$\\frac{1}{2} \\sqrt{x}$' }],
  ])('the wrong golds of %s are replaced on request only', async (name, values) => {
    const before = await load(name);
    const after = await load(name, true);
    const changed = after.filter(({ reference }, index) => reference !== before[index]?.reference);
    expect(Object.fromEntries(changed.map(({ id, reference }) => [id, reference]))).toEqual(values);
  });

  test('the golds of gsm-hard: 146 negative, 4 zero, no exponent, and each reads back as its target', async () => {
    const problems = await load('gsm-hard');
    const targets = (await readAll('benchmark/gsm-hard/test.jsonl.gz')).map(({ target }) => target);
    expect(problems.map(({ reference }) => Number(reference))).toEqual(targets);
    expect(count(problems, ({ meta }) => meta.form === 'negative')).toBe(146);
    expect(count(problems, ({ reference }) => reference === '0')).toBe(4);
    expect(problems.filter(({ reference }) => !/^-?\d+(\.\d+)?$/.test(reference))).toEqual([]);
  });

  test('college-math: golds between dollar signs, prose, questions that occur twice, and the licence of each record', async () => {
    const problems = await load('college-math');
    expect(count(problems, ({ reference }) => reference.includes('$'))).toBe(2_285);
    expect(count(problems, ({ meta }) => meta.form === 'prose')).toBe(226);
    expect(count(problems, ({ meta }) => String(meta.licence).includes('NC'))).toBe(809);
    const keys = new Set(problems.map(({ meta }) => `${meta.book} ${meta.questionNumber}`));
    expect(keys.size).toBe(2_818);
    const golds = new Map<string, string[]>();
    for (const { problem, reference } of problems) {
      const text = problem.replaceAll(/\s+/g, '');
      golds.set(text, [...(golds.get(text) ?? []), reference]);
    }
    const repeated = [...golds.values()].filter(({ length }) => length > 1);
    expect(repeated.length).toBe(35);
    expect(count(repeated, (group) => new Set(group).size > 1)).toBe(24);
  });

  test('olympiadbench: 94 with several answers, 8 with a unit, one with a tolerance, one gold that ends in a full stop', async () => {
    const problems = await load('olympiadbench');
    expect(count(problems, ({ meta }) => meta.answers === 'several')).toBe(94);
    expect(count(problems, ({ meta }) => meta.unit !== null)).toBe(8);
    expect(problems.flatMap(({ otherReferences = [] }) => otherReferences)).toEqual([
      '\\angle B E A_{1}=90^{\\circ}, \\angle A E B_{1}=90^{\\circ}',
      '45 minute',
      '$\\frac{41}{12}$ km',
      '$166$ $cm^2$',
      '$\\frac{600}{7}$ km/h',
      '8 min',
      '50 minutes',
    ]);
    expect(problems.filter(({ meta }) => meta.error !== null).map(({ meta }) => meta.error)).toEqual(['1e-1']);
    expect(count(problems, ({ reference }) => reference.endsWith('.'))).toBe(1);
  });

  test('aime24: 15 problems of each contest, three digits each, seven with a leading zero, two drawings', async () => {
    const problems = await load('aime24');
    expect(count(problems, ({ meta }) => meta.contest === 'AIME I')).toBe(15);
    expect(problems.filter(({ reference }) => !/^\d{3}$/.test(reference))).toEqual([]);
    expect(count(problems, ({ reference }) => reference.startsWith('0'))).toBe(7);
    expect(problems.filter(({ meta }) => meta.hasDrawing).map(({ id }) => id)).toEqual(['81', '88']);
  });

  test('amc23: 22 problems of 12A and 18 of 12B, whole numbers without a decimal point', async () => {
    const problems = await load('amc23');
    expect(count(problems, ({ meta }) => meta.contest === 'AMC 12A')).toBe(22);
    expect(problems.filter(({ reference }) => !/^-?\d+$/.test(reference))).toEqual([]);
  });

  test('copies with other field names and types pass the same pin', async () => {
    using folder = makeTemporaryFolder();
    const write = async (name: string, change: (record: Record<string, unknown>) => object): Promise<void> => {
      mkdirSync(folder.join(name));
      const rows = (await readAll(`benchmark/${name}/test.jsonl.gz`)).map(change);
      writeFileSync(folder.join(name, 'test.parquet'), writeParquet(rows));
    };
    // As on the hub: AMC has no `problem` and text for answers, AIME has a year, GSM-Hard no idx.
    await write('amc23', ({ id, question, answer, url }) => ({ id, question, answer: `${answer}.0`, url }));
    await write('aime24', ({ id, problem, solution, answer, url }) => {
      return { id, problem, solution, answer: Number(answer), url, year: '2024' };
    });
    await write('gsm-hard', ({ input, code, target }) => ({ input, code, target }));
    for (const name of ['amc23', 'aime24', 'gsm-hard']) {
      expect(await loadBenchmark(name, { dataDir: folder.path, cacheDir })).toMatchObject({ matchesPin: true });
    }
  });
});
