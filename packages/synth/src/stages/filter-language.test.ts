import { readFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { readQuestions } from '../__fixtures__/edit-questions.ts';
import { judgeFree } from '../__fixtures__/judge-questions.ts';
import { filterLanguage } from './filter-language.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;
const readCases = (name: string): readonly { readonly language?: string; readonly question: string }[] =>
  readFileSync(new URL(`../../cases/${name}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const foreign = readCases('foreign-questions');

test('no question of 270 in other languages passes, in other letters, without accents, or half English', async () => {
  using folder = makeTemporaryFolder();
  expect(foreign.length).toBeGreaterThanOrEqual(270);
  const decisions = await judgeFree(
    filterLanguage(),
    foreign.map(({ question }) => question),
    folder.path,
  );
  expect(foreign.filter((_, at) => !('drop' in (decisions[at] ?? {})))).toEqual([]);
  expect(decisions[0]).toEqual({ drop: 'not-english' });
});

test('English passes whatever its case and however short, and a formula without a word', async () => {
  using folder = makeTemporaryFolder();
  const questions = [
    ...[
      'Find x.',
      'FACTOR $x^2-1$.',
      'evaluate 3 + 4',
      '$2+2=?$',
      'Simplify $\\sqrt{8}$',
      'Compute $\\sin 30^\\circ$.',
    ],
    ...['Jose and Maria buy tortillas in Bogota. How many do they buy if each buys 3?', 'What is π times 2?'],
    ...['If $x$ is the number of “widgets”, what is $x$?', 'Solve for n: n! = 120'],
  ];
  const decisions = await judgeFree(filterLanguage(), questions, folder.path);
  expect(questions.filter((_, at) => 'drop' in (decisions[at] ?? {}))).toEqual([]);
});

test('English passes that is full of formulas, names, abbreviations, lists and tables', async () => {
  using folder = makeTemporaryFolder();
  const questions = readCases('english-questions').map(({ question }) => question);
  expect(questions.length).toBeGreaterThanOrEqual(20);
  const decisions = await judgeFree(filterLanguage(), questions, folder.path);
  expect(questions.filter((_, at) => 'drop' in (decisions[at] ?? {}))).toEqual([]);
});

test('by `ascii` what has another character is dropped, and what is empty, and any language passes', async () => {
  using folder = makeTemporaryFolder();
  const questions = ['Find “x”.', '', 'Calcula $2+2$.', 'Find x.\n'];
  const decisions = await judgeFree(filterLanguage({ by: 'ascii' }), questions, folder.path);
  expect(decisions.map((decision) => 'keep' in decision)).toEqual([false, false, true, true]);
});

test.skipIf(dataDir === undefined)(
  `of the English questions of each set 99.5 % pass${dataDir === undefined ? ' (skipped: SCALEQUEST_DATA_DIR names no data folder)' : ''}`,
  async () => {
    using folder = makeTemporaryFolder();
    for (const name of ['math/train', 'gsm8k/train', 'college-math/test', 'olympiadbench/test']) {
      const questions = readQuestions(dataDir ?? '', name);
      const decisions = await judgeFree(filterLanguage(), questions, folder.path);
      const kept = decisions.filter((decision) => 'keep' in decision).length;
      expect(kept / questions.length, name).toBeGreaterThanOrEqual(0.995);
    }
  },
);
