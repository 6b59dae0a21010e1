import { describe, expect, test } from 'vitest';
import { readWordProblem, type UnsolvableReason } from './read-word-problem.ts';

test.each([
  ['Tom has 12 apples. How many apples does Tom have?', 12, 0],
  ['Tom has 3 apples. Tom finds 4 more apples. How many apples does Tom have now?', 7, 1],
  ['Tom has 9 apples. Tom eats 4 apples. Tom sells 2 apples. How many apples does Tom have now?', 3, 2],
  ['Tom buys 3 boxes of 4 pencils each. How many pencils does Tom have?', 12, 1],
  ['Tom has 5 pencils. Tom buys 3 boxes of 4 pencils each. How many pencils does Tom have now?', 17, 2],
  ['Tom has 6 apples. Mia has twice as many apples as Tom. How many apples does Mia have?', 12, 1],
  ['Tom has 6 apples. Mia has 4 times as many apples as Tom. How many apples does Mia have?', 24, 1],
  ['Tom has 6 apples. Mia has 4 more apples than Tom. How many apples does Mia have?', 10, 1],
  ['Tom has 6 apples. Mia has 4 fewer apples than Tom. How many apples does Mia have?', 2, 1],
  ['Tom has 8 nuts. Mia has 5 nuts. Tom gives 3 nuts to Mia. How many nuts does Mia have now?', 8, 1],
  ['Tom has 8 nuts. Mia has 5 nuts. Tom gives 3 nuts to Mia. How many nuts do Tom and Mia have together?', 13, 3],
  ['Tom has 8 nuts. Mia has 5 nuts. How many more nuts does Tom have than Mia?', 3, 1],
  ["Tom has 8 nuts. The number of Tom's nuts doubles. How many nuts does Tom have now?", 16, 1],
  ["Tom has 8 nuts. Half of Tom's nuts get lost. How many nuts does Tom have now?", 4, 1],
  ["Tom has 8 nuts. Tom's nuts are shared equally among 4 friends. How many nuts does each friend get?", 2, 1],
  ["Tom has 8 nuts. Tom's nuts are sold for 4 dollars each. How many dollars does Tom get?", 32, 1],
  ['Tom has 2 cards. Tom loses 1 card. How many cards does Tom have now?', 1, 1],
])('%s', (text, answer, steps) => {
  expect(readWordProblem(text)).toEqual({ kind: 'solvable', answer, steps });
});

test('only the steps that the answer needs are counted', () => {
  const story = 'Tom has 8 nuts. Mia has 5 nuts. Tom finds 2 more nuts. Mia eats 1 nut.';
  expect(readWordProblem(`${story} How many nuts does Mia have now?`)).toMatchObject({ answer: 4, steps: 1 });
  expect(readWordProblem(`${story} How many nuts do Mia and Tom have together?`)).toMatchObject({
    answer: 14,
    steps: 3,
  });
});

test('a comparison is with what the other person has at that time', () => {
  const story = 'Tom has 8 nuts. Mia has twice as many nuts as Tom. Tom eats 3 nuts.';
  expect(readWordProblem(`${story} How many nuts does Mia have?`)).toMatchObject({ answer: 16, steps: 1 });
});

test('white space between sentences does not matter', () => {
  expect(readWordProblem(' Tom has 8 nuts.\nHow many  nuts does Tom have?')).toMatchObject({ reason: 'malformed' });
  expect(readWordProblem(' Tom has 8 nuts.\n How many nuts does Tom have? ')).toMatchObject({ answer: 8 });
});

const now = 'How many apples does Tom have now?';

describe.each<{ readonly reason: UnsolvableReason; readonly texts: readonly (readonly [string, string])[] }>([
  {
    reason: 'malformed',
    texts: [
      ['', ''],
      ['<|endoftext|>', '<|endoftext|>'],
      ['Tom has 3 apples. Tom has', 'Tom has'],
      [`Tom has 3 apple. ${now}`, 'Tom has 3 apple.'],
      [`Tom has 1 apples. ${now}`, 'Tom has 1 apples.'],
      [`Tom has 03 apples. ${now}`, 'Tom has 03 apples.'],
      [`Tom has three apples. ${now}`, 'Tom has three apples.'],
      [`tom has 3 apples. ${now}`, 'tom has 3 apples.'],
      [`Tom has 3 apples. Tom finds 0 more apples. ${now}`, 'Tom finds 0 more apples.'],
      [`Tom has 3 apples. Tom gives apples to Mia. ${now}`, 'Tom gives apples to Mia.'],
      [`Tom has 3 apples. Mia has 1 times as many apples as Tom. ${now}`, 'Mia has 1 times as many apples as Tom.'],
      [`Tom buys 1 boxes of 4 apples each. ${now}`, 'Tom buys 1 boxes of 4 apples each.'],
      [`Tom has 3 apples. ${now} Tom eats 2 apples.`, now],
      [`Tom has 3 apples. ${now} ${now}`, now],
      ['Tom has 3 apples. How many apples does each friend get?', 'How many apples does each friend get?'],
      ['Tom has 3 apples. How many dollars does Tom get?', 'How many dollars does Tom get?'],
    ],
  },
  {
    reason: 'no-question',
    texts: [
      ['Tom has 3 apples.', ''],
      ['Tom has 3 apples. Tom eats 2 apples.', ''],
    ],
  },
  {
    reason: 'name-mismatch',
    texts: [
      [now, now],
      [`Mia has 3 apples. ${now}`, now],
      [`Tom has 3 apples. Mia eats 2 apples. ${now}`, 'Mia eats 2 apples.'],
      [`Tom has 3 apples. Tom gives 2 apples to Mia. ${now}`, 'Tom gives 2 apples to Mia.'],
      [`Tom has 3 apples. Mia gives 2 apples to Tom. ${now}`, 'Mia gives 2 apples to Tom.'],
      [`Tom has 3 more apples than Mia. ${now}`, 'Tom has 3 more apples than Mia.'],
      [`Tom has 3 apples. Half of Mia's apples get lost. ${now}`, "Half of Mia's apples get lost."],
      [
        'Tom has 3 apples. How many apples do Tom and Mia have together?',
        'How many apples do Tom and Mia have together?',
      ],
      [
        "Tom has 3 apples. Tom's apples are sold for 4 dollars each. How many dollars does Mia get?",
        "Tom's apples are sold for 4 dollars each. How many dollars does Mia get?",
      ],
    ],
  },
  {
    reason: 'introduced-twice',
    texts: [
      [`Tom has 3 apples. Tom has 4 apples. ${now}`, 'Tom has 4 apples.'],
      [`Tom has 3 apples. Mia has 4 apples. Tom has 2 more apples than Mia. ${now}`, 'Tom has 2 more apples than Mia.'],
    ],
  },
  {
    reason: 'object-mismatch',
    texts: [
      [`Tom has 3 pears. ${now}`, now],
      [`Tom has 3 apples. Tom finds 2 more pears. ${now}`, 'Tom finds 2 more pears.'],
      [`Tom has 3 apples. Mia has twice as many pears as Tom. ${now}`, 'Mia has twice as many pears as Tom.'],
      [
        "Tom has 8 apples. Tom's apples are shared equally among 4 friends. How many pears does each friend get?",
        "Tom's apples are shared equally among 4 friends. How many pears does each friend get?",
      ],
    ],
  },
  {
    reason: 'negative',
    texts: [
      [`Tom has 3 apples. Tom eats 4 apples. ${now}`, 'Tom eats 4 apples.'],
      [`Tom has 3 apples. Mia has 9 apples. Tom gives 4 apples to Mia. ${now}`, 'Tom gives 4 apples to Mia.'],
      [`Tom has 3 apples. Mia has 4 fewer apples than Tom. ${now}`, 'Mia has 4 fewer apples than Tom.'],
      [
        'Tom has 3 apples. Mia has 4 apples. How many more apples does Tom have than Mia?',
        'How many more apples does Tom have than Mia?',
      ],
    ],
  },
  {
    reason: 'indivisible',
    texts: [
      [`Tom has 3 apples. Half of Tom's apples get lost. ${now}`, "Half of Tom's apples get lost."],
      [
        "Tom has 9 apples. Tom's apples are shared equally among 4 friends. How many apples does each friend get?",
        "Tom's apples are shared equally among 4 friends. How many apples does each friend get?",
      ],
    ],
  },
  {
    reason: 'self-gift',
    texts: [[`Tom has 3 apples. Tom gives 2 apples to Tom. ${now}`, 'Tom gives 2 apples to Tom.']],
  },
  {
    reason: 'self-comparison',
    texts: [
      [`Tom has 3 apples. Tom has 2 more apples than Tom. ${now}`, 'Tom has 2 more apples than Tom.'],
      [
        'Tom has 3 apples. How many apples do Tom and Tom have together?',
        'How many apples do Tom and Tom have together?',
      ],
    ],
  },
])('a text is unsolvable by $reason', ({ reason, texts }) => {
  test.each(texts)('%j', (text, sentence) => {
    expect(readWordProblem(text)).toEqual({ kind: 'unsolvable', reason, sentence });
  });
});

test('what is wrong in form comes before what is wrong in content', () => {
  expect(readWordProblem(`Tom has 3 apples. Tom eats 4 apples. Tom sings. ${now}`)).toMatchObject({
    reason: 'malformed',
    sentence: 'Tom sings.',
  });
});

test('of several faults in content the first in the order of reading is told', () => {
  expect(readWordProblem(`Tom has 3 apples. Tom eats 4 apples. Mia eats 2 apples. ${now}`)).toMatchObject({
    reason: 'negative',
  });
});
