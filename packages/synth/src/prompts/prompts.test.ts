import { mkdirSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { ownPrompts } from './own-prompts.ts';
import { definePrompt, fillPrompt, identifyPrompt } from './prompt.ts';
import { deepseekMathPrefix, formatSeedText, qwen2Prefix } from './question-prefixes.ts';
import { readPrompts } from './read-prompts.ts';

test('a prompt is filled in once: what is put in is taken as it is', () => {
  const prompt = definePrompt({
    name: 'two',
    version: 1,
    places: ['a', 'b'],
    system: 'For {{a}}.',
    user: '{{a}} and {{b}}',
  });
  expect(fillPrompt(prompt, { a: 'x {{b}} $& \\boxed{1}', b: 'y' })).toEqual({
    kind: 'chat',
    messages: [
      { role: 'system', content: 'For x {{b}} $& \\boxed{1}.' },
      { role: 'user', content: 'x {{b}} $& \\boxed{1} and y' },
    ],
  });
});

test('blanks inside of a place are none, and braces of LaTeX are no place', () => {
  const prompt = definePrompt({ name: 'mine', version: 1, user: '{{ question }} Write \\frac{{a}^2}{{b}^2}.' });
  expect(fillPrompt(prompt, { question: 'x?' })).toMatchObject({
    messages: [{ content: 'x? Write \\frac{{a}^2}{{b}^2}.' }],
  });
});

test.each([
  ['without a place', { user: 'Solve it.' }, 'It has no place for {{question}}.'],
  [
    'with a place that nothing fills',
    { user: '{{question}} {{answer}}' },
    'It has {{answer}}, and nothing to put there.',
  ],
  ['with a name of two words', { user: '{{question}} {{final answer}}' }, 'It has {{final answer}}, and nothing'],
  ['with a place of another kind', { user: 'Solve {question}.' }, 'It has no place for {{question}}.'],
])('a prompt %s is refused', (_kind, texts, said) => {
  expect(() => definePrompt({ name: 'mine', version: 1, ...texts })).toThrow(said);
});

test('each of our prompts is known by its name, its version and the hash of its words', () => {
  const known = Object.entries(ownPrompts).map(([name, prompt]) => {
    expect(prompt.name).toBe(name);
    const { version, sha256 } = identifyPrompt(prompt) as { readonly version: number; readonly sha256: string };
    return `${name} ${version} ${sha256.slice(0, 12)}`;
  });
  // With another text a prompt has another version: raise it, then put the new hash here.
  expect(known).toMatchInlineSnapshot(`
    [
      "judge-math 1 06571f872af2",
      "judge-code 1 6b2d78e96505",
      "solve-math 1 63051e6e445c",
      "solve-code 1 95f4711c3ffe",
      "answer-code 1 1fee7c0f3bac",
      "make-math-solvable 1 e7ff9391d2a3",
      "make-math-harder 1 227414f743e0",
      "make-code-solvable 1 e89498447c45",
      "make-code-harder 1 381cd3e51db5",
      "write-tests 1 e03ef750e662",
    ]
  `);
});

test('a file of prompts replaces those that it names, as JSON or as a folder of texts', async () => {
  using folder = makeTemporaryFolder();
  writeFileSync(
    folder.join('prompts.json'),
    JSON.stringify({
      'solve-math': 'Do {{question}}',
      'judge-math': { system: 'Be strict.', user: '{{question}}?', version: 4 },
    }),
  );
  mkdirSync(folder.join('texts'));
  writeFileSync(folder.join('texts/solve-math.txt'), 'Do {{question}}\n');
  writeFileSync(folder.join('texts/judge-math.txt'), '{{question}}?\n');
  writeFileSync(folder.join('texts/judge-math.system.txt'), 'Be strict.\n');
  const fromFile = await readPrompts(folder.join('prompts.json'));
  const fromFolder = await readPrompts(folder.join('texts'));
  expect(fromFile['solve-math']).toEqual({
    name: 'solve-math',
    version: 1,
    origin: 'given',
    user: 'Do {{question}}',
    places: ['question'],
  });
  expect(fromFile['judge-math']).toMatchObject({
    version: 4,
    origin: 'given',
    system: 'Be strict.',
    user: '{{question}}?',
  });
  expect(fromFolder['judge-math']).toEqual({ ...fromFile['judge-math'], version: 1 });
  expect(fromFolder['solve-math']).toEqual(fromFile['solve-math']);
  expect(fromFile['solve-code']).toBe(ownPrompts['solve-code']);
});

test.each([
  ['{"solve-maths": "{{question}}"}', "Prompt 'solve-maths' is not known."],
  ['{"solve-maths": "{{question}}"}', 'Close names: solve-math'],
  ['{"solve-math": "Solve it."}', 'It has no place for {{question}}.'],
  ['{"solve-math": 3}', "At 'solve-math'"],
  ['{"solve-math": ', 'It is not JSON'],
  ['[]', 'cannot be used'],
  ['{}', 'There is no prompt in it.'],
  ['{"solve-math": ""}', "At 'solve-math'"],
])('the file %s is refused with %j', async (text, said) => {
  using folder = makeTemporaryFolder();
  writeFileSync(folder.join('prompts.json'), text);
  await expect(readPrompts(folder.join('prompts.json'))).rejects.toMatchObject({
    code: 'PROMPT_BROKEN',
    kind: 'request',
  });
  await expect(readPrompts(folder.join('prompts.json'))).rejects.toThrow(said);
});

test('marks that an editor puts into a file are no part of a prompt, and a folder without one is refused', async () => {
  using folder = makeTemporaryFolder();
  mkdirSync(folder.join('texts'));
  writeFileSync(folder.join('texts/solve-math.txt'), '\ufeffDo\r\n{{question}}\r\n');
  expect((await readPrompts(folder.join('texts')))['solve-math'].user).toBe('Do\n{{question}}');
  writeFileSync(folder.join('prompts.json'), '\ufeff{"solve-math": "Do {{question}}"}');
  expect((await readPrompts(folder.join('prompts.json')))['solve-math'].user).toBe('Do {{question}}');
  mkdirSync(folder.join('others'));
  writeFileSync(folder.join('others/solve-math.md'), 'Do {{question}}');
  await expect(readPrompts(folder.join('others'))).rejects.toThrow('it is a file such as solve-math.txt');
  writeFileSync(folder.join('texts/judge-math.system.txt'), 'Be strict.');
  await expect(readPrompts(folder.join('texts'))).rejects.toThrow("At 'judge-math");
});

test('a seed text begins as generation begins and ends with what it stops at', () => {
  for (const prefix of [qwen2Prefix, deepseekMathPrefix]) {
    const text = formatSeedText(prefix, ' What is 1 + 1?\n');
    expect(text.startsWith(prefix.prefix)).toBe(true);
    const asked = text.slice(prefix.prefix.length);
    const ends = prefix.stop.map((stop) => asked.indexOf(stop)).filter((place) => place >= 0);
    expect(asked.slice(0, Math.min(...ends)).trim()).toBe('What is 1 + 1?');
  }
  expect(formatSeedText(deepseekMathPrefix, 'Q')).toBe('User: Q\n\n<｜end▁of▁sentence｜>');
});
