import { expect, test } from 'vitest';
import { chooseSet, findTaskOfResult } from './choose-set.ts';
import { findTask, tasks } from './find-task.ts';

test('a set has its own name in the results, and its own tests', () => {
  expect(chooseSet(findTask('mbpp'), 'plus')).toMatchObject({
    name: 'mbpp-plus',
    benchmark: 'mbpp-plus',
    tests: 'plus',
  });
  expect(chooseSet(findTask('humaneval'), 'test')).toBe(findTask('humaneval'));
});

test('a set that is not there is refused with those that are', () => {
  expect(() => chooseSet(findTask('mbpp'), 'pluss')).toThrow(/no set 'pluss'.*test, .*sanitized/s);
  expect(() => chooseSet(findTask('math'), 'plus')).toThrow(/no set 'plus'/);
});

test('every result leads back to its task and set', () => {
  for (const task of tasks.values()) {
    expect(findTaskOfResult(task.name)).toBe(task);
    for (const { set, benchmark } of task.sets ?? []) expect(findTaskOfResult(benchmark)).toEqual(chooseSet(task, set));
  }
  expect(findTaskOfResult('mine')).toBeUndefined();
});
