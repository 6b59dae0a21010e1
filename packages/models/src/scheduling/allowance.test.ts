import { createRandom } from '@scalequest/core';
import { expect, test } from 'vitest';
import { createAllowance } from './allowance.ts';

test('what is drawn over any time is no more than what came in and what it held', () => {
  const random = createRandom('allowance');
  const allowance = createAllowance({ perSecond: 100, most: 20 });
  const draws: { readonly at: number; readonly amount: number }[] = [];
  let now = 0;
  while (now < 20_000) {
    const amount = 1 + Math.floor(random.next() * 10);
    const readyAt = allowance.getReadyAt(now, amount);
    now = Math.max(now, readyAt) + (random.next() < 0.02 ? 400 : 0);
    if (readyAt > now) continue;
    allowance.draw(now, amount);
    draws.push({ at: now, amount });
  }
  for (const [index, { at: from }] of draws.entries()) {
    let total = 0;
    for (const { at, amount } of draws.slice(index)) {
      total += amount;
      expect(total).toBeLessThanOrEqual(((at - from) / 1000) * 100 + 20 + 1e-6);
    }
  }
  const drawn = draws.reduce((total, { amount }) => total + amount, 0);
  expect(drawn).toBeGreaterThan(1500);
});

test('more than it holds may be drawn when it is full, and is owed afterwards', () => {
  const allowance = createAllowance({ perSecond: 10, most: 5 });
  expect(allowance.getReadyAt(0, 50)).toBe(0);
  allowance.draw(0, 50);
  expect(allowance.getReadyAt(0, 1)).toBeCloseTo(4600, 6);
});

test('what is given back can be drawn again, up to what it holds', () => {
  const allowance = createAllowance({ perSecond: 1, most: 10 });
  allowance.draw(0, 10);
  expect(allowance.getReadyAt(0, 4)).toBeCloseTo(4000, 6);
  allowance.giveBack(0, 6);
  expect(allowance.getReadyAt(0, 4)).toBe(0);
  allowance.giveBack(0, 100);
  allowance.draw(0, 10);
  expect(allowance.getReadyAt(0, 1)).toBeCloseTo(1000, 6);
});
