import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWordProblem, splitSentences } from './read-word-problem.ts';
import { rewriteQuestion } from './rewrite-question.ts';
import { generateSeedQuestions, wordProblems } from './word-problems.ts';

const problems = wordProblems.generate({ seed: 5, count: 400 }).map(({ problem }) => problem);
const seeds = generateSeedQuestions({ seed: 5, count: 300 }).map(({ question }) => question);
const words = [...new Set([...problems, ...seeds].flatMap((text) => text.split(' ')))];

function repair(text: string, seed = 0): string {
  const rewriting = rewriteQuestion({ text, direction: 'solvability', seed });
  return rewriting.kind === 'rewritten' ? rewriting.question : rewriting.reason;
}

/** What a generator of questions gets wrong: problems of the grammar with words left out, put in and changed over. */
const faulty = fc
  .tuple(
    fc.constantFrom(...problems, ...seeds),
    fc.array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 2 }), fc.constantFrom(...words)), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([text, changes]) => {
    const parts = text.split(' ');
    for (const [at, removed, word] of changes) parts.splice(at % parts.length, removed, word);
    return parts.join(' ');
  });

const anyText = fc.oneof(
  { weight: 4, arbitrary: faulty },
  fc.array(fc.constantFrom(...words)).map((some) => some.join(' ')),
  fc.string(),
);

test('whatever text is repaired, the oracle solves what comes out, in a step at least; what needs no repair is dropped', () => {
  fc.assert(
    fc.property(anyText, fc.nat({ max: 100 }), (text, seed) => {
      const before = readWordProblem(text);
      const rewriting = rewriteQuestion({ text, direction: 'solvability', seed });
      if (before.kind === 'solvable') {
        expect(rewriting).toEqual({ kind: 'dropped', reason: 'solvable' });
        return;
      }
      const after = readWordProblem(rewriting.kind === 'rewritten' ? rewriting.question : '');
      expect(after).toMatchObject({ kind: 'solvable' });
      expect(after.kind === 'solvable' && after.steps >= 1 && after.answer >= 2 && after.answer <= 100).toBe(true);
      expect(rewriteQuestion({ text, direction: 'solvability', seed })).toEqual(rewriting);
    }),
    { numRuns: 200, seed: 11 },
  );
});

test('what is made harder takes one step more, seldom two, keeps all that the story told, and adds only what always has an answer', () => {
  const gains = [...problems, ...seeds].map((text) => {
    const before = readWordProblem(text);
    const rewriting = rewriteQuestion({ text, direction: 'difficulty', seed: 3 });
    if (rewriting.kind === 'dropped') return rewriting.reason;
    const after = readWordProblem(rewriting.question);
    const told = text.slice(0, text.search(/(?:How many|[A-Z][a-z]+'s [a-z]+ are (?:shared|sold))/));
    expect(rewriting.question.startsWith(told), rewriting.question).toBe(true);
    if (before.kind === 'unsolvable' || after.kind === 'unsolvable') throw new Error(rewriting.question);
    const added = rewriting.question.slice(told.length);
    if (!text.endsWith(added)) expect(added).not.toMatch(/eats|loses|sells|gives|Half of/);
    if (!/How many more|shared/.test(text)) expect(added).not.toMatch(/How many more|shared/);
    return after.steps - before.steps;
  });
  const share = (gain: number | string): number => gains.filter((one) => one === gain).length / gains.length;
  expect(share(1) + share(2) + share('no-room')).toBe(1);
  expect(share(1)).toBeGreaterThan(0.9);
  expect(share('no-room')).toBeLessThan(0.05);
});

test('what cannot be solved is not made harder', () => {
  fc.assert(
    fc.property(faulty, (text) => {
      fc.pre(readWordProblem(text).kind === 'unsolvable');
      expect(rewriteQuestion({ text, direction: 'difficulty', seed: 0 })).toEqual({
        kind: 'dropped',
        reason: 'unsolvable',
      });
    }),
    { numRuns: 50, seed: 12 },
  );
});

const now = 'How many apples does Tom have now?';

describe('a repair tells another sentence in place of the one at fault, and keeps the others', () => {
  test.each([
    ['negative', 'Tom has 9 apples.', 'Tom eats 12 apples.', now],
    ['indivisible', 'Tom has 9 apples. Tom finds 4 more apples.', "Half of Tom's apples get lost.", now],
    ['object-mismatch', 'Tom has 9 apples.', 'Tom finds 4 more plums.', now],
    ['name-mismatch', 'Tom has 9 apples.', 'Mia finds 4 more apples.', now],
    ['self-gift', 'Tom has 9 apples. Mia has 4 apples.', 'Tom gives 2 apples to Tom.', now],
    ['introduced-twice', 'Tom has 9 apples. Mia has 5 apples.', 'Tom has 4 more apples than Mia.', now],
    ['malformed', 'Tom has 9 apples.', 'Tom finds 1 more apples.', now],
    [
      'indivisible',
      'Tom has 12 nuts. Tom finds 3 more nuts.',
      "Tom's nuts are shared equally among 7 friends. How many nuts does each friend get?",
      '',
    ],
    [
      'negative',
      'Tom has 3 nuts. Mia has 9 nuts. Mia finds 2 more nuts.',
      'How many more nuts does Tom have than Mia?',
      '',
    ],
    [
      'self-comparison',
      'Tom has 9 nuts. Tom finds 4 more nuts. Mia has 4 nuts.',
      'How many nuts do Tom and Tom have together?',
      '',
    ],
    ['no-question', 'Tom has 9 apples. Tom finds 4 more apples.', '', ''],
  ])('%s: %s %s', (reason, before, fault, behind) => {
    const text = [before, fault, behind].filter((part) => part !== '').join(' ');
    expect(readWordProblem(text)).toMatchObject({ kind: 'unsolvable', reason });
    for (const seed of [0, 1, 2]) {
      const repaired = repair(text, seed);
      expect(repaired.startsWith(`${before} `) && repaired.endsWith(behind), repaired).toBe(true);
      expect(repaired).not.toBe(text);
      const told = repaired.slice(before.length, repaired.length - behind.length).trim();
      expect(splitSentences(told), repaired).toHaveLength(1);
    }
  });
});

test('what stands in place of a fault is drawn over the kinds of sentences, and not the same kind with other words', () => {
  const kinds = [/finds|buys|gets/, /eats|loses|sells/, /gives/, /doubles/, /Half/];
  const countKinds = (text: string, expressions: readonly RegExp[]): number[] => {
    const repaired = Array.from({ length: 300 }, (_, seed) => repair(text, seed));
    return expressions.map((kind) => repaired.filter((one) => kind.test(one)).length / repaired.length);
  };
  const inStory = countKinds(`Tom has 20 apples. Mia has 8 apples. Mia eats 12 apples. ${now}`, kinds);
  for (const share of inStory) expect(share).toBeGreaterThan(0.02);
  expect(inStory.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  const asked = [/have now/, /together/, /How many more/, /shared/, /sold/];
  const inQuestion = countKinds(
    "Tom has 12 nuts. Mia has 6 nuts. Tom finds 3 more nuts. Tom's nuts are shared equally among 7 friends. How many nuts does each friend get?",
    asked,
  );
  for (const share of inQuestion) expect(share).toBeGreaterThan(0.02);
});

test('several faults are mended one after the other, and behind its question nothing is left', () => {
  const repaired = repair(`Tom has 9 apples. Mia has 4 plums. Tom gives 20 apples to Tom. ${now} Tom eats 2 apples.`);
  expect(repaired).toMatch(/^Tom has 9 apples\. .*\?$/);
  expect(repaired.match(/\?/g)).toHaveLength(1);
  expect(readWordProblem(repaired)).toMatchObject({ kind: 'solvable' });
});

test('a text of which nothing can be kept gives a new question, another one for another seed', () => {
  const drawn = [0, 1].map((seed) => repair('ask each each 4 of remainder', seed));
  expect(drawn[0]).not.toBe(drawn[1]);
  for (const text of drawn) expect(readWordProblem(text)).toMatchObject({ kind: 'solvable', steps: 1 });
});
