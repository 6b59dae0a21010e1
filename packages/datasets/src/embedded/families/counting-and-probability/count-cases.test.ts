import { expect, test } from 'vitest';
import { countCases } from './count-cases.ts';

test('cases are counted one by one, and only the accepted ones', () => {
  expect(countCases([6, 6], () => true)).toBe(36);
  expect(countCases([6, 6], ([one, other]) => one !== other)).toBe(30);
  expect(countCases([2, 3, 4], ([first, second, third]) => first === 1 && second === 2 && third === 3)).toBe(1);
  expect(countCases([5, 0], () => true)).toBe(0);
});
