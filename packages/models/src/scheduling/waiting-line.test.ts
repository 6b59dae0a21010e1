import { expect, test } from 'vitest';
import { createWaitingLine } from './waiting-line.ts';

test('serves in the order of joining', () => {
  const line = createWaitingLine<string>();
  for (const name of ['a', 'b', 'c']) line.join(name);
  expect([line.first, line.take(), line.take(), line.take(), line.take()]).toEqual(['a', 'a', 'b', 'c', undefined]);
});

test('those who leave are passed over, at the front, in the middle and at the end', () => {
  const line = createWaitingLine<number>();
  const leave = [0, 1, 2, 3, 4, 5].map((value) => line.join(value));
  for (const index of [0, 3, 5]) leave[index]?.();
  expect(line.size).toBe(3);
  line.join(6);
  expect([line.take(), line.take(), line.take(), line.take(), line.take()]).toEqual([1, 2, 4, 6, undefined]);
});

test('leaving twice, or after being served, changes nothing', () => {
  const line = createWaitingLine<string>();
  const leave = line.join('a');
  line.join('b');
  line.take();
  leave();
  leave();
  expect(line.size).toBe(1);
  expect(line.take()).toBe('b');
});
