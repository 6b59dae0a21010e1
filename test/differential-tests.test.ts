import { mkdirSync, writeFileSync } from 'node:fs';
import { loadBenchmark } from '@scalequest/datasets';
import { createSandbox, getSandboxStatus, type Sandbox } from '@scalequest/sandbox';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// The tests that are made of EvalPlus's inputs and references, on tasks of our own under its ids.
const { backends } = await getSandboxStatus();
const backend = backends.find(({ works }) => works)?.name;
if (backend === undefined)
  console.log(`Skipped: tests by reference. ${backends.map(({ reason }) => reason).join(' ')}`);

interface Case {
  /** What the types of the inputs and the comparison are chosen by. */
  readonly id?: string;
  readonly reference: string;
  readonly program: string;
  /** JSON text: a list of argument lists. */
  readonly inputs: string;
  readonly atol?: number;
}

const define = (body: string, parameters = 'x') => `def f(${parameters}):\n    ${body.replaceAll('\n', '\n    ')}\n`;

describe.skipIf(backend === undefined)('the candidate must give what the reference gives', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ backend: backend ?? 'auto', workers: 1 });
  });
  afterAll(() => sandbox.close());

  async function judge({ id = 'Mbpp/1', reference, program, inputs, atol = 0 }: Case): Promise<string> {
    using folder = makeTemporaryFolder();
    const name = id.startsWith('Mbpp/') ? 'mbpp-plus-v0.2.0' : 'humaneval-plus';
    const path = id.startsWith('Mbpp/') ? 'mbpp/plus-v0.2.0.jsonl' : 'humaneval/plus.jsonl';
    mkdirSync(folder.join('mbpp'));
    mkdirSync(folder.join('humaneval'));
    const record = { task_id: id, prompt: '', entry_point: 'f', canonical_solution: reference, atol };
    const rest = `"base_input": [], "plus_input": ${inputs}}`;
    writeFileSync(folder.join(path), `${JSON.stringify(record).slice(0, -1)}, ${rest}`);
    const options = { dataDir: folder.path, cacheDir: '/nonexistent', acceptUnpinned: true };
    const [code] = (await loadBenchmark(name, options)).problems.map((problem) => problem.code);
    const tests = code?.tests.plus ?? '';
    const { outcome, detail } = await sandbox.check({ program, tests, entryPoint: 'f', limits: { ...code?.limits } });
    return detail === '' ? outcome : `${outcome}: ${detail.replace(/^line \d+ of the tests: /, '')}`;
  }

  test.each<[string, Case]>([
    [
      'the same',
      { reference: define('return [x, {x: (x,)}]'), program: define('return [x, {x: (x,)}]'), inputs: '[[1]]' },
    ],
    ['equal numbers of two types', { reference: define('return 2'), program: define('return 2.0'), inputs: '[[1]]' }],
    [
      'a float within a millionth',
      { reference: define('return 0.5'), program: define('return 0.5000009'), inputs: '[[1]]' },
    ],
    ['a list of such', { reference: define('return [0.5]'), program: define('return [0.5000009]'), inputs: '[[1]]' }],
    [
      'what is within the tolerance of the task',
      { reference: define('return 1'), program: define('return 2'), inputs: '[[1]]', atol: 1 },
    ],
    [
      'a whole number near one, after a float',
      {
        reference: define('return [0.5, 10 ** 8][x]'),
        program: define('return [0.5, 10 ** 8 + 9][x]'),
        inputs: '[[0], [1]]',
      },
    ],
    [
      'infinity',
      { reference: define('return [1e999, 1.0]'), program: define('return [1e999, 1.0000001]'), inputs: '[[1]]' },
    ],
    [
      'a complex number nearby',
      {
        id: 'Mbpp/252',
        reference: define('return (abs(x), x.imag)'),
        program: define('return (abs(x) + 1e-7, x.imag)'),
        inputs: '[["3+4j"]]',
      },
    ],
    [
      'whatever was done to its argument',
      {
        reference: define('x.clear()\nreturn 1'),
        program: define('x.append(7)\nreturn 1'),
        inputs: '[[[1, 2]], [[3]]]',
      },
    ],
    [
      'a print of the reference',
      { reference: define('print(x)\nreturn x'), program: define('print(x)\nreturn x'), inputs: '[[1]]' },
    ],
    [
      'the same set',
      {
        id: 'Mbpp/2',
        reference: define('return x + y', 'x, y'),
        program: define('return list(reversed(y + x + x))', 'x, y'),
        inputs: '[[[1], [2]]]',
      },
    ],
    [
      'a match where there is one',
      {
        id: 'Mbpp/737',
        reference: define("import re\nreturn re.match('a', x)"),
        program: define("return True if x == 'a' else None"),
        inputs: '[["a"], ["b"]]',
      },
    ],
    [
      'anything',
      { id: 'Mbpp/164', reference: define('return True'), program: define('return False'), inputs: '[[1]]' },
    ],
    ['zero', { id: 'Mbpp/295', reference: define('return 9'), program: define('return 0'), inputs: '[[1]]' }],
    [
      'digits led by zeros',
      {
        id: 'Mbpp/558',
        reference: define('return 0', 'x, y'),
        program: define('return 6', 'x, y'),
        inputs: '[[123, 6]]',
      },
    ],
    [
      'another reading of the height',
      {
        id: 'Mbpp/581',
        reference: define('return 33', 'x, y'),
        program: define('return 39', 'x, y'),
        inputs: '[[3, 4.717]]',
      },
    ],
    [
      'a root',
      {
        id: 'HumanEval/32',
        reference: define('return 2'),
        program: define('return -1.5 + 1e-9'),
        inputs: '[[[3.0, 2.0]]]',
        atol: 1e-4,
      },
    ],
    [
      'the types that JSON has lost',
      {
        id: 'Mbpp/580',
        reference: define('return x'),
        program: define('return x if x == (1, (2, (3,))) else None'),
        inputs: '[[[1, [2, [3]]]]]',
      },
    ],
    [
      'a set that was one, and an empty dictionary',
      {
        id: 'Mbpp/115',
        reference: define('return [type(each) for each in x] == [set, dict]'),
        program: define('return x == [{1, 2}, {}]'),
        inputs: '[[[[2, 1], []]]]',
      },
    ],
    [
      '1.0 and 1 apart, and what is above 2^53',
      {
        reference: define('return [str(each) for each in x]'),
        program: define('return [str(each) for each in x]'),
        inputs: '[[[1.0, 1, 9007199254740993]]]',
      },
    ],
  ])('%s passes', async (_, input) => {
    expect(await judge(input)).toBe('passed');
  });

  test.each<[string, Case, string]>([
    [
      'another value',
      { reference: define('return x + 1'), program: define('return x + 1 if x < 2 else x'), inputs: '[[1], [2]]' },
      'failed: input 1: for [2] it gives 2, expected 3',
    ],
    [
      'a list for a tuple',
      { reference: define('return (x,)'), program: define('return [x]'), inputs: '[[1]]' },
      'failed: input 0: for [1] it gives [1], expected [1]',
    ],
    [
      'a float near a whole number',
      { reference: define('return 2'), program: define('return 2.0000001'), inputs: '[[1]]' },
      'failed: input 0',
    ],
    [
      'a whole number near a float',
      { reference: define('return 1.0000001'), program: define('return 1'), inputs: '[[1]]' },
      'failed: input 0',
    ],
    [
      'a longer list of floats',
      { reference: define('return [0.5]'), program: define('return [0.5, 0.5]'), inputs: '[[1]]' },
      'failed: input 0',
    ],
    [
      'text near nothing',
      { reference: define('return [0.5, "a"]'), program: define('return [0.5, "b"]'), inputs: '[[1]]', atol: 9 },
      'failed: input 0',
    ],
    [
      'no number',
      { reference: define('return 0.5'), program: define('return float("nan")'), inputs: '[[1]]' },
      'failed: input 0: for [1] it gives NaN, expected 0.5',
    ],
    [
      'the other infinity',
      { reference: define('return 1e999'), program: define('return -1e999'), inputs: '[[1]]' },
      'failed: input 0',
    ],
    [
      'what it left in its argument',
      { reference: define('return x[0]'), program: define('x[0] = 7\nreturn 7'), inputs: '[[[1, 2]]]' },
      'failed: input 0: for [[1, 2]] it gives 7, expected 1',
    ],
    [
      'an object that equals everything',
      {
        reference: define('return 1'),
        program: 'class C:\n    def __eq__(self, other): return True\ndef f(x): return C()\n',
        inputs: '[[1]]',
      },
      'failed: input 0',
    ],
    [
      'another set',
      {
        id: 'Mbpp/2',
        reference: define('return x', 'x, y'),
        program: define('return y', 'x, y'),
        inputs: '[[[1], [2]]]',
      },
      'failed: input 0',
    ],
    [
      'what is no set',
      {
        id: 'Mbpp/2',
        reference: define('return x', 'x, y'),
        program: define('return 5', 'x, y'),
        inputs: '[[[1], [2]]]',
      },
      'failed: input 0',
    ],
    [
      'a match where there is none',
      { id: 'Mbpp/737', reference: define('return None'), program: define('return 1'), inputs: '[["a"]]' },
      'failed: input 0',
    ],
    [
      'no root',
      {
        id: 'HumanEval/32',
        reference: define('return 2'),
        program: define('return -1.4'),
        inputs: '[[[3.0, 2.0]]]',
        atol: 1e-4,
      },
      'failed: input 0: for [[3.0, 2.0]] it gives -1.4, expected "a root"',
    ],
    [
      'an empty list to find a root of',
      {
        id: 'HumanEval/32',
        reference: define('return 2'),
        program: define('x.clear()\nreturn 0'),
        inputs: '[[[3.0, 2.0]]]',
        atol: 1e-4,
      },
      'failed: input 0',
    ],
    [
      'an exception',
      { reference: define('return 1'), program: define('return 1 / (x - 1)'), inputs: '[[2], [1]]' },
      'error: ZeroDivisionError: division by zero',
    ],
  ])('%s does not pass', async (_, input, expected) => {
    expect(await judge(input)).toContain(expected);
  });

  test('a call that takes longer than four seconds does not pass, however much time the program has', async () => {
    const reference = define('return 1');
    const program = define('import time\ntime.sleep(6)\nreturn 1');
    expect(await judge({ reference, program, inputs: '[[1]]' })).toContain(
      'input 0: for [1] it takes longer than 4.0 s',
    );
  });

  test('an output that is too large to cross is left out, and the inputs after it count', async () => {
    const reference = define('return [[0] * 600_000] * 2 if x else 1');
    expect(await judge({ reference, program: define('return 1'), inputs: '[[1], [0]]' })).toBe('passed');
    expect(await judge({ reference, program: define('return 2'), inputs: '[[1], [0]]' })).toContain('failed: input 1');
  });
});
