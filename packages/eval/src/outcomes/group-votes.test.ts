import { canonicalKey } from '@scalequest/verifier';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupVotes } from './group-votes.ts';

test('answers that mean the same are one vote, however they are written', () => {
  const { groups, count } = groupVotes(['1/2', '3', '0.5', '\\frac{1}{2}', undefined, '3.0', 'x+1', '1+x']);
  expect(groups).toEqual([0, 1, 0, 0, undefined, 1, 2, 2]);
  expect(count).toBe(3);
});

test('two answers with other keys that a computation shows to be equal are one vote', () => {
  const answers = ['\\sin^2 x+\\cos^2 x', 'x', '1', '\\tan 45^\\circ'];
  expect(new Set(answers.map((answer) => canonicalKey(answer))).size).toBe(4);
  expect(groupVotes(answers).groups).toEqual([0, 1, 0, 0]);
});

test('a decimal that is only near is another vote: nearness is not transitive', () => {
  expect(groupVotes(['\\frac{1}{3}', '0.333', '\\frac13']).groups).toEqual([0, 1, 0]);
});

test('the classes do not depend on the order of the answers', () => {
  const answers = ['1/2', '0.5', '\\sqrt{8}', '2\\sqrt2', '(1,2)', '(1, 2)', '7', 'A', '\\text{A}', '[1,2]', '50\\%'];
  const isTogether = (order: readonly number[]): readonly boolean[] => {
    const { groups } = groupVotes(order.map((index) => answers[index] as string));
    const byAnswer = answers.map((_, index) => groups[order.indexOf(index)]);
    return byAnswer.flatMap((a) => byAnswer.map((b) => a === b));
  };
  const expected = isTogether(answers.map((_, index) => index));
  fc.assert(
    fc.property(
      fc.shuffledSubarray(
        answers.map((_, index) => index),
        { minLength: answers.length, maxLength: answers.length },
      ),
      (order) => {
        expect(isTogether(order)).toEqual(expected);
      },
    ),
    { numRuns: 40, seed: 8 },
  );
});

test('hundreds of different answers take bounded work, and what was left to the keys is counted', () => {
  const answers = Array.from({ length: 256 }, (_, i) => `\\sin(${i + 1}x)+\\sqrt{${i + 2}}`);
  const before = process.cpuUsage();
  const { count, unconfirmed } = groupVotes([...answers, ...answers]);
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(5);
  expect(count).toBe(256);
  expect(unconfirmed).toBeGreaterThan(0);
  // Numbers need no comparison to be told apart.
  const numbers = Array.from({ length: 256 }, (_, i) => String(i));
  expect(groupVotes(numbers)).toMatchObject({ count: 256, unconfirmed: 0 });
});

test('without work to spend, answers with one key are still one vote', () => {
  const { groups, unconfirmed } = groupVotes(['\\sqrt{8}', '2\\sqrt{2}', '\\sqrt{3}'], { comparisons: 0 });
  expect(groups).toEqual([0, 0, 1]);
  expect(unconfirmed).toBe(2);
});
