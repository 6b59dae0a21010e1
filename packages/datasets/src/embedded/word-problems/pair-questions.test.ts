import { expect, test } from 'vitest';
import { pairQuestions } from './pair-questions.ts';
import { readWordProblem } from './read-word-problem.ts';
import { generateSeedQuestions } from './word-problems.ts';

/** Questions of which every third has no answer, as a generator may ask them. */
const generations = generateSeedQuestions({ seed: 9, count: 240 }).map(({ id, question }, i) => ({
  id,
  text: i % 3 === 0 ? question.replace(/[.] /, '. Xenia eats 2 pies. ') : question,
}));

test.each([
  ['balanced', 0.5],
  ['difficulty-heavy', 7 / 8],
] as const)('a %s mix has its share of difficulty, and every chosen question is valid', (mix, share) => {
  const { pairs, counts, dropped } = pairQuestions({ generations, mix, seed: 0 });
  expect(counts.difficulty / pairs.length).toBeCloseTo(share, 2);
  expect(counts.difficulty + counts.solvability).toBe(pairs.length);
  expect(pairs.length).toBeGreaterThan(150);
  for (const { id, chosen, rejected } of pairs) {
    const [before, after] = [readWordProblem(rejected), readWordProblem(chosen)];
    expect(after.kind).toBe('solvable');
    expect(id.endsWith(before.kind === 'solvable' ? '/difficulty' : '/solvability')).toBe(true);
  }
  expect(pairs.length + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(generations.length);
});

test('as many pairs as are asked for, the same for the same seed', () => {
  const take = (seed: number): string =>
    JSON.stringify(pairQuestions({ generations, mix: 'balanced', seed, count: 40 }));
  const { pairs, counts } = pairQuestions({ generations, mix: 'balanced', seed: 0, count: 40 });
  expect(pairs).toHaveLength(40);
  expect(counts).toEqual({ solvability: 20, difficulty: 20 });
  expect(take(0)).toBe(take(0));
  expect(take(1)).not.toBe(take(0));
});

test('texts that are empty or stood there before are dropped and counted', () => {
  const repeated = [...generations, { id: 'again', text: generations[0]?.text ?? '' }, { id: 'empty', text: '' }];
  const { dropped } = pairQuestions({ generations: repeated, mix: 'balanced', seed: 0 });
  expect(dropped).toMatchObject({ repeated: 1, empty: 1 });
});
