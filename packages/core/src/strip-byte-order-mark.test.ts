import { expect, test } from 'vitest';
import { stripByteOrderMark } from './strip-byte-order-mark.ts';

test('only a mark at the very start goes', () => {
  expect(stripByteOrderMark('\ufeff{"a": 1}')).toBe('{"a": 1}');
  expect(stripByteOrderMark('a\ufeff')).toBe('a\ufeff');
  expect(stripByteOrderMark('')).toBe('');
});
