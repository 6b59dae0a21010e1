import { createRandom } from '@scalequest/core';
import { expect, test } from 'vitest';
import { printNumber } from './print-number.ts';

test.each([
  [27, '27'],
  [-9_867_630, '-9867630'],
  [0.5, '0.5'],
  [14_224_748.8, '14224748.8'],
  [3.509e-7, '0.0000003509'],
  [-1.25e-7, '-0.000000125'],
  [1.5e21, '1500000000000000000000'],
  [1.25e24, '1250000000000000000000000'],
])('%d is printed as %s', (value, text) => {
  expect(printNumber(value)).toBe(text);
});

test('no digit is lost: every text reads back as the same double', () => {
  const random = createRandom('print-number');
  for (let round = 0; round < 2000; round++) {
    const value = (random.next() - 0.5) * 10 ** (random.next() * 80 - 40);
    expect(Number(printNumber(value))).toBe(value);
    expect(printNumber(value)).toMatch(/^-?\d+(\.\d+)?$/);
  }
});
