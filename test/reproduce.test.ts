import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseSet, findProtocolVariant, findTask, findTemplate, testsGraderForms } from '@scalequest/eval';
import { profiles } from '@scalequest/verifier/profiles';
import { expect, test } from 'vitest';
import { createProgram } from '../packages/cli/src/create-program.ts';

const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'reproduce.md'), 'utf8');
const commands = [...page.matchAll(/scalequest (?:eval|score) [^`\n]+/g)]
  .map(([text]) => text.trim())
  // A sentence may name a command without its flags.
  .filter((text) => text.includes(' --'));

interface ParsedCommand {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, string | number | readonly string[]>>;
}

/** Reads a command line as the program does, and runs nothing. */
function parse(text: string): ParsedCommand {
  const [, name, ...words] = text.split(/\s+/);
  const command = createProgram(() => undefined).commands.find((one) => one.name() === name);
  if (command === undefined) throw new Error(`Command '${name}' is not known.`);
  const { operands, unknown } = command.parseOptions(words);
  if (unknown.length > 0) throw new Error(`Not known: ${unknown.join(' ')}`);
  return { operands, options: command.opts() };
}

function check(text: string): void {
  const { operands, options } = parse(text);
  if (operands.length !== 1) throw new Error(`One benchmark or folder, not ${operands.join(' ')}.`);
  const list = (name: string): string[] => (options[name] === undefined ? [] : String(options[name]).split(','));
  const benchmarks = text.startsWith('scalequest eval') ? operands.filter((name) => name !== 'all') : [];
  for (const name of [...benchmarks, ...list('only'), ...list('skip')]) findTask(name);
  if (options.set !== undefined) chooseSet(findTask(operands[0] as string), String(options.set));
  if (options.protocol !== undefined) findProtocolVariant(String(options.protocol));
  if (options.template !== undefined) findTemplate(String(options.template));
  const graders = ['ours', 'all', ...profiles.keys(), ...Object.keys(testsGraderForms)];
  for (const name of [...list('graders'), ...list('grader')]) {
    if (!graders.includes(name)) throw new Error(`Grader '${name}' is not known.`);
  }
}

test('every command of the page is one that the program takes', () => {
  expect(commands.length).toBeGreaterThan(60);
  const refused = commands.flatMap((command) => {
    try {
      check(command);
      return [];
    } catch (error) {
      return [`${error instanceof Error ? error.message : error}: ${command}`];
    }
  });
  expect(refused).toEqual([]);
});

test('a command of the page says its protocol, its longest reply and its samples', () => {
  const silent = commands
    .filter((command) => command.startsWith('scalequest eval'))
    .filter((command) => {
      const { options } = parse(command);
      return ['model', 'protocol', 'maxTokens', 'epochs'].some((name) => options[name] === undefined);
    });
  expect(silent).toEqual([]);
});

test('long chains of thought may take 32,768 tokens', () => {
  const long = commands.filter((command) => command.includes('aime24'));
  expect(long).toHaveLength(2);
  for (const command of long) expect(parse(command).options.maxTokens).toBe(32_768);
});

test.each([
  ['scalequest eval math --modle m', /Not known: --modle/],
  ['scalequest eval maths --model m', /Benchmark 'maths' is not known/],
  ['scalequest eval all --only gsm9k --model m', /Benchmark 'gsm9k' is not known/],
  ['scalequest eval math --protocol dart@9', /Protocol 'dart@9' is not known/],
  ['scalequest eval math --template alpakka', /alpakka/],
  ['scalequest eval math --max-tokens none', /--max-tokens/],
  ['scalequest eval math --graders nobody', /Grader 'nobody' is not known/],
])('the check refuses %s', (command, message) => {
  expect(() => check(command)).toThrow(message);
});
