import { expect, test } from 'vitest';
import { CoreError, excerpt, isScaleQuestError } from './errors.ts';
import { describeCloseNames, findCloseNames } from './suggest.ts';

test('a message says what, why and what to do next, in this order', () => {
  const cause = new Error('cause');
  const error = new CoreError({
    code: 'NOT_CANONICAL',
    what: 'It broke.',
    why: 'It was old.',
    next: 'Buy another.',
    fields: { age: 9 },
    cause,
  });
  expect(error.message).toBe('It broke. It was old.\nBuy another.');
  expect(error).toMatchObject({ name: 'CoreError', kind: 'run', fields: { age: 9 }, cause });
  expect(isScaleQuestError(error)).toBe(true);
  expect(isScaleQuestError(new Error('other'))).toBe(false);
});

test('long values are cut at 200 characters and say how long they were', () => {
  expect(excerpt('short')).toBe('short');
  expect(excerpt('x'.repeat(5000))).toBe(`${'x'.repeat(200)}… (5000 characters)`);
});

test('mistyped names find what was meant, and nonsense finds nothing', () => {
  const known = ['math', 'math-500', 'math-embedded', 'gsm8k'];
  expect(findCloseNames('maths', known)).toEqual(['math', 'math-500', 'math-embedded']);
  expect(findCloseNames('MATH500', known)).toContain('math-500');
  expect(findCloseNames('gsm8', known)).toEqual(['gsm8k']);
  expect(findCloseNames('imagenet', known)).toEqual([]);
  expect(describeCloseNames('imagenet', known)).toBe('');
});
