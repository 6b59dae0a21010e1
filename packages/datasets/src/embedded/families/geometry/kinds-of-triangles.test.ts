import { expect, test } from 'vitest';
import { trianglesByKind } from './kinds-of-triangles.ts';

test('the right triangles are the known ones, in both orders', () => {
  const known = [
    '3,4,5',
    '4,3,5',
    '5,12,13',
    '12,5,13',
    '6,8,10',
    '8,6,10',
    '8,15,17',
    '15,8,17',
    '9,12,15',
    '12,9,15',
  ];
  expect(trianglesByKind.right.map(String).sort()).toEqual([...known, '12,16,20', '16,12,20'].sort());
});

test('other triangles are acute or obtuse, and none is flat', () => {
  expect(trianglesByKind.acute.map(String)).toContain('7,7,7');
  expect(trianglesByKind.obtuse.map(String)).toContain('4,5,8');
  expect(trianglesByKind.obtuse.map(String)).not.toContain('4,5,9');
});
