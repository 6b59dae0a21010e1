import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Summary } from '@scalequest/eval';
import { makeTemporaryFolder, startModelServer, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeParquet } from '../packages/datasets/src/__fixtures__/write-parquet.ts';
import { runCli } from './support/run-cli.ts';

const root = join(import.meta.dirname, '..');
const guide = readFileSync(join(root, 'docs', 'own-benchmark.md'), 'utf8');

/** What the guide shows in its first block of a language. */
function readBlock(language: string): string {
  const block = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(guide)?.[1];
  if (block === undefined) throw new Error(`docs/own-benchmark.md has no block in ${language}`);
  return block;
}

const moduleText = readBlock('js');
const dataText = readBlock('jsonl');
const records = dataText
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly question: string; readonly answer: string | number });

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
  // What installing the packages beside the user's files comes to.
  symlinkSync(join(root, 'node_modules'), folder.join('node_modules'), 'dir');
  writeFileSync(folder.join('questions.jsonl'), dataText);
  writeFileSync(folder.join('my-benchmark.mjs'), moduleText);
});
afterEach(() => folder[Symbol.dispose]());

interface Result {
  readonly code: number | null;
  readonly stderr: string;
  readonly summary: Summary | undefined;
}

/** Runs the guide's first command against a server that knows the answers, but for what `change` makes of them. */
async function evaluate(
  change: (answer: string) => string = (answer) => answer,
  { path = './my-benchmark.mjs', cwd = folder.path }: { readonly path?: string; readonly cwd?: string } = {},
): Promise<Result> {
  await using server = await startModelServer({
    reply: ({ text }) => {
      const record = records.find(({ question }) => text.includes(question));
      return `So it is \\boxed{${change(`${record?.answer}`)}}.`;
    },
  });
  const flags = ['--model', 'm', '--base-url', server.baseUrl, '--out', folder.join('run'), '--json'];
  const { code, stdout, stderr } = await runCli(['eval', path, ...flags], { cwd });
  return { code, stderr, summary: stdout === '' ? undefined : (JSON.parse(stdout) as { summary: Summary }).summary };
}

test('the benchmark of the guide runs, in the name, with the breakdown and with the tolerance of its definition', async () => {
  const { code, summary } = await evaluate((answer) => (answer === '42' ? '42.01' : answer));
  expect(code).toBe(0);
  expect(summary).toMatchObject({ benchmark: 'my-benchmark', samples: 3, outcomes: { correct: 3 } });
  expect(Object.keys(summary?.breakdowns ?? {})).toEqual(['topic']);
  const ids = readFileSync(folder.join('run', 'journal.jsonl'), 'utf8').match(/"id":"q\d"/g);
  expect(ids?.sort()).toEqual(['"id":"q0"', '"id":"q1"', '"id":"q2"']);
});

test('answers that are wrong count as wrong', async () => {
  const { summary } = await evaluate((answer) => `${answer}1`);
  expect(summary?.outcomes).toMatchObject({ correct: 0, wrong: 3 });
});

test('its replies are scored without a model', async () => {
  const replies = records.map(({ answer }, index) => ({ id: `q${index}`, reply: `\\boxed{${answer}}` }));
  writeFileSync(folder.join('replies.jsonl'), replies.map((reply) => `${JSON.stringify(reply)}\n`).join(''));
  const args = ['score', './my-benchmark.mjs', '--replies', 'replies.jsonl', '--json'];
  const { code, stdout } = await runCli(args, { cwd: folder.path });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ summary: { benchmark: 'my-benchmark', outcomes: { correct: 3 } } });
});

test('a run of it that is judged again or explained without the definition says how to give it', async () => {
  await evaluate();
  const run = folder.join('run');
  for (const args of [
    ['score', run],
    ['explain', run, 'q0'],
  ]) {
    const without = await runCli(args, { cwd: folder.path });
    expect(without.code).toBe(2);
    expect(without.stderr).toContain("The run is of the benchmark 'my-benchmark', which does not ship.");
    expect(without.stderr).toContain('--benchmark ./my-benchmark.mjs');
    expect(await runCli([...args, '--benchmark', './my-benchmark.mjs'], { cwd: folder.path })).toMatchObject({
      code: 0,
    });
  }
});

test.each([
  ['gzip', 'questions.jsonl.gz', () => gzipSync(dataText)],
  [
    'Parquet, where whole numbers are 64-bit integers',
    'questions.parquet',
    () => {
      const rows = records.map(({ question }, index) => ({ question, answer: BigInt(42 - index), topic: 'products' }));
      return writeParquet(rows);
    },
  ],
])('the data may be %s', async (_, name, write) => {
  writeFileSync(folder.join(name), write());
  writeFileSync(folder.join('my-benchmark.mjs'), moduleText.replace('questions.jsonl', name));
  const { code, summary } = await evaluate();
  expect(code).toBe(0);
  expect(summary?.samples).toBe(3);
  expect(summary?.outcomes.correct).toBe(name.endsWith('.gz') ? 3 : 1);
});

test('the data is looked for beside the module, wherever the command runs', async () => {
  mkdirSync(folder.join('elsewhere'));
  const { summary } = await evaluate(undefined, { path: '../my-benchmark.mjs', cwd: folder.join('elsewhere') });
  expect(summary?.outcomes.correct).toBe(3);
});

test('a plain object does too, without anything installed; the same command resumes', async () => {
  const text = moduleText
    .replaceAll(/^import.*$/gm, '')
    .replace('defineBenchmark({', '({')
    .replace(/z\.object\(.*\)/, '{ safeParse: (data) => ({ success: true, data }) }');
  writeFileSync(folder.join('my-benchmark.mjs'), text);
  expect((await evaluate()).summary?.outcomes.correct).toBe(3);
  expect((await evaluate(() => 'never asked')).summary?.outcomes.correct).toBe(3);
});

test('a record that parse excludes is left out', async () => {
  const text = moduleText.replace('=> ({\n    id', "=> index === 1 ? { excluded: 'too easy' } : ({\n    id");
  writeFileSync(folder.join('my-benchmark.mjs'), text);
  expect((await evaluate()).summary?.samples).toBe(2);
});

test('a pinned benchmark refuses other rows', async () => {
  const pin = `count: 3,\n  rowsSha256: '${'0'.repeat(64)}',\n  protocol:`;
  writeFileSync(folder.join('my-benchmark.mjs'), moduleText.replace('protocol:', pin));
  const { code, stderr } = await evaluate();
  expect(code).toBe(1);
  expect(stderr).toContain('take `count` and `rowsSha256` out of the definition');
});

describe('what is wrong is said in three parts, before a model is asked', () => {
  const edit = (from: string | RegExp, to: string) => (): void => {
    const text = moduleText.replace(from, to);
    expect(text).not.toBe(moduleText);
    writeFileSync(folder.join('my-benchmark.mjs'), text);
  };
  const write = (text: string) => (): void => writeFileSync(folder.join('my-benchmark.mjs'), text);
  const writeData = (text: string) => (): void => writeFileSync(folder.join('questions.jsonl'), text);

  test.each([
    ['a data file that is not there', edit('questions', 'answers'), "There is no file '", 'correct the path'],
    ['a field that is missing', writeData('{"question": "q", "answer": 1}\n'), 'topic: ', 'or `row` in the definition'],
    [
      'a field of another type',
      edit('topic: z.string()', 'topic: z.number()'),
      'Record 1 of',
      'or `row` in the definition',
    ],
    ['an empty file', writeData(''), 'has no problem', 'Give a file'],
    [
      'an id that occurs twice',
      edit(/id: `q\$\{index\}`/, "id: 'q'"),
      "the problem 'q' twice",
      'an id of its own in `parse`',
    ],
    ['a parse that throws', edit('problem: question', 'problem: question.a.b'), 'parse` threw', 'Correct `parse`'],
    ['a reference that is no text', edit(/`\$\{answer\}`/, '7'), 'reference: ', 'Correct `parse`'],
    [
      'no default export',
      edit('export default', 'export const mine ='),
      'no default export',
      'export default defineBenchmark',
    ],
    [
      'an export that is no benchmark',
      write('export default 7;'),
      'is not a benchmark',
      'export default defineBenchmark',
    ],
    [
      'a field of the wrong kind',
      edit("data: './questions.jsonl'", 'data: 7'),
      'data: ',
      'export default defineBenchmark',
    ],
    ['a schema that is none', edit(/row: z\.object\(.*\),/, 'row: {},'), 'row: is not a zod schema', 'defineBenchmark'],
    [
      'the name of a benchmark that ships',
      edit("name: 'my-benchmark'", "name: 'math'"),
      'a benchmark that ships',
      'another `name`',
    ],
    [
      'a name that cannot be a folder',
      edit("name: 'my-benchmark'", "name: '../up'"),
      'lower-case words',
      'defineBenchmark',
    ],
    [
      'a protocol that is not known',
      edit('scalequest@1', 'scalequest@0'),
      "Protocol 'scalequest@0'",
      'Known protocols',
    ],
    [
      'a protocol that is a file',
      edit("'scalequest@1'", "'./mine.json'"),
      'names a label',
      'on the command line: --protocol',
    ],
    [
      'the name that stands for every benchmark',
      edit("name: 'my-benchmark'", "name: 'all'"),
      "'all'",
      'another `name`',
    ],
    ['a field that no definition has', edit('protocol:', 'protocl:'), '"protocl"', 'defineBenchmark'],
    [
      'a count without a hash',
      edit('protocol:', 'count: 3,\n  protocol:'),
      '`count` and `rowsSha256` go together',
      'defineBenchmark',
    ],
    [
      'a hash without a count',
      edit('protocol:', `rowsSha256: '${'0'.repeat(64)}',\n  protocol:`),
      '`count` and `rowsSha256` go together',
      'defineBenchmark',
    ],
    [
      'a schema that throws',
      edit(/row: z\.object\(.*\),/, "row: { safeParse: () => { throw new Error('not today'); } },"),
      '`row` threw: not today',
      'Correct `row`',
    ],
    [
      'a schema that answers with something else',
      edit(/row: z\.object\(.*\),/, 'row: { safeParse: () => undefined },'),
      '`row` gave no result',
      'Correct `row`',
    ],
    ['a verify that throws', edit('meta.topic ===', 'meta.a.b ==='), '`verify` threw', 'Correct `verify`'],
    [
      'a verify that gives no options',
      edit(/verify: .*/, 'verify: () => 7,'),
      '`verify` gave no options',
      'Correct `verify`',
    ],
    ['a module that does not compile', write('export default {'), 'cannot be imported', 'ES module'],
    ['an import that is not found', edit("from 'zod'", "from 'zood'"), 'cannot be imported', 'from its own folder'],
  ])('%s', async (_, breakIt, why, next) => {
    breakIt();
    const { code, stderr, summary } = await evaluate();
    expect(code).toBe(2);
    expect(stderr).toContain(why);
    expect(stderr).toContain(next);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(summary).toBeUndefined();
  });

  test('a line that is not JSON, which fails the run as in every file', async () => {
    writeFileSync(folder.join('questions.jsonl'), '{"question"\n');
    const { code, stderr } = await evaluate();
    expect(code).toBe(1);
    expect(stderr).toMatch(/line 1 of '.*questions\.jsonl'/i);
  });

  test('a module that is not there', async () => {
    const { code, stderr } = await evaluate(undefined, { path: './nothing.mjs' });
    expect(code).toBe(2);
    expect(stderr).toContain("The benchmark './nothing.mjs' was not found.");
  });
});
