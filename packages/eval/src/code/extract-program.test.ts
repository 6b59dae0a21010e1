import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBenchmark } from '@scalequest/datasets';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ExtractionMode, extractProgram } from './extract-program.ts';
import { parsePython } from './parse-python.ts';
import { readModule } from './python-module.ts';

interface Case {
  readonly name: string;
  readonly how: ExtractionMode;
  readonly entryPoint: string;
  readonly prompt?: string;
  readonly reply: string;
  /** What finds it; null for no answer. */
  readonly rule: string | null;
  readonly program: string | null;
}

const cases = readFileSync(join(import.meta.dirname, '../../cases/extraction.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

describe('cases/extraction.jsonl', () => {
  test.each(cases)('$how: $name', ({ how, entryPoint, prompt = '', reply, rule, program }) => {
    const found = extractProgram(reply, { entryPoint, prompt }, how);
    expect(found.status === 'found' ? [found.rule, found.program] : [null, null]).toEqual([rule, program]);
    if (found.status !== 'found' || found.start === undefined) return;
    const piece = reply.slice(found.start, found.end).replaceAll(/\r\n?/g, '\n');
    expect(piece.trimEnd()).toBe(found.program.trimEnd());
  });

  test('no two have one name', () => {
    expect(new Set(cases.map(({ how, name }) => `${how} ${name}`)).size).toBe(cases.length);
  });
});

test('no reply makes it throw or hang', () => {
  const modes = [...new Set(cases.map(({ how }) => how))];
  const piece = fc.oneof(
    fc.constantFrom(
      '```',
      '```python\n',
      '~~~\n',
      'def f(x):\n',
      '    return x\n',
      'class A:',
      '\n',
      '\t',
      '"""',
      '(',
      ')',
    ),
    fc.constantFrom(
      '<think>',
      '</think>',
      '>>> ',
      '...',
      'f',
      '=',
      '\\',
      '#',
      "'",
      ' ',
      '1.',
      'lambda x, : x',
      'yield\n',
    ),
    fc.string({ maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom('', 'def f(x):\n'), (pieces, prompt) => {
      for (const how of modes) extractProgram(pieces.join(''), { entryPoint: 'f', prompt }, how);
    }),
    { numRuns: 300, seed: 7 },
  );
});

test.each(['ours', 'evalplus'] as const)('a long reply of prose is read within moments, as %s does', (how) => {
  const prose = 'The function returns the list, and here is why it does so.\n'.repeat(5000);
  const program = 'def f(x):\n    return x\n';
  const found = extractProgram(`${prose}${program}${prose}`, { entryPoint: 'f', prompt: '' }, how);
  expect(found.status === 'found' ? found.program.trim() : undefined).toBe(program.trim());
});

test('five megabytes of anything come to an end', () => {
  for (const piece of ['```python\ndef f(:\n```\n', '<think>\n</think>\n']) {
    const reply = piece.repeat(5_000_000 / piece.length);
    expect(['found', 'no-answer']).toContain(extractProgram(reply, { entryPoint: 'f', prompt: '' }, 'ours').status);
  }
});

test('the parser takes what Python takes', () => {
  for (const text of [
    'x = 1./3',
    'print(*a, sep="")',
    'x = yield',
    'f = lambda x, : x',
    'return.5',
    'match x:\n  case 1: pass',
  ]) {
    expect(parsePython(text), text).toBeDefined();
  }
  for (const text of [
    'print "a"',
    'f() = 1',
    'try:\n  x\ny',
    ' x = 1',
    'if x:\ny',
    'f(a=1, b)',
    "it's",
    'x = 05',
    'a <> b',
    '“a”',
  ]) {
    expect(parsePython(text), text).toBeUndefined();
  }
});

const dataDir = process.env.SCALEQUEST_DATA_DIR;
const fence = '```';
const styles: Readonly<Record<string, (code: string, entryPoint: string) => string>> = {
  bare: (code) => code,
  fenced: (code) => `${fence}python\n${code}\n${fence}`,
  chatty: (code) => `Sure! Here's it:\n\n${fence}python\n${code}\n${fence}\n\nIt works, doesn't it?`,
  tildes: (code) => `~~~py\n${code}\n~~~`,
  unclosed: (code) => `Okay.\n${fence}\n${code}`,
  'in a list': (code) => `1. Here:\n   ${fence}python\n${code.replaceAll(/^/gm, '   ')}\n   ${fence}\n2. Done`,
  'in prose': (code) => `Here is the function you asked for:\n\n${code}\n\nThis function isn't slow. It's O(n).`,
  windows: (code) => `Yes:\r\n${fence}python\r\n${code.replaceAll(/\r?\n/g, '\r\n')}\r\n${fence}\r\n`,
  'after thinking': (code) =>
    `<think>\n${fence}python\ndef f(): pass\n${fence}\n</think>\n${fence}python\n${code}\n${fence}`,
  'with usage': (code, name) =>
    `${fence}python\n${code}\n\nprint(${name}(1))\nassert ${name}(1) == 2\n${fence}\nUsage:\n${fence}python\nprint(${name}(3))\n${fence}`,
  'begun by the prompt': (code) => `${code}\n${fence}\nThis is how it works.`,
  'with the end of the turn': (code) => `${code}<|im_end|>`,
};

describe.skipIf(dataDir === undefined)('the solutions of the data folder (needs SCALEQUEST_DATA_DIR)', () => {
  test.each(['humaneval', 'mbpp'])(
    '%s: every one comes back from every style of reply',
    { timeout: 120_000 },
    async (name) => {
      const { problems } = await loadBenchmark(name, { dataDir, cacheDir: '/nonexistent' });
      const lost: string[] = [];
      for (const { id, reference, code: task } of problems) {
        if (task === undefined) throw new Error(`${id} has no code`);
        const whole =
          parsePython(reference) !== undefined && reference.includes(`def ${task.entryPoint}`)
            ? reference
            : task.prompt + reference;
        const names = listNames(whole);
        for (const [style, write] of Object.entries(styles)) {
          const found = extractProgram(write(whole, task.entryPoint), task, 'ours');
          const has = found.status === 'found' ? listNames(found.program) : new Set();
          if (![...names].every((one) => has.has(one))) lost.push(`${id} ${style}`);
        }
      }
      expect(lost).toEqual([]);
    },
  );
});

/** What the functions, classes and imports of a program bind. */
function listNames(text: string): ReadonlySet<string> {
  const program = parsePython(text);
  const statements = program === undefined ? [] : readModule(program);
  return new Set(statements.filter(({ node }) => node.name !== 'AssignStatement').flatMap(({ binds }) => [...binds]));
}
