import { expect, test } from 'vitest';
import { Admission } from './admission.ts';

const busy = expect.objectContaining({ code: 'BUSY', retryAfterSeconds: 1 });

test('items come in up to the limit, and one request that finds nobody waiting comes in whatever its size', () => {
  const admission = new Admission({ maxWaiting: 10, maxHeldBytes: 100 });
  const large = admission.enter(25);
  expect(() => admission.enter(1)).toThrow(busy);
  large.release();
  large.release();
  expect(admission.waiting).toBe(0);
  admission.enter(6);
  expect(() => admission.enter(5)).toThrow(busy);
  admission.enter(4);
  expect(admission.isFull).toBe(true);
});

test('bytes of all bodies together stay under the limit, and come free once', () => {
  const admission = new Admission({ maxWaiting: 10, maxHeldBytes: 100 });
  const [one, other] = [admission.hold(), admission.hold()];
  one.add(60);
  expect(() => other.add(50)).toThrow(busy);
  one.release();
  one.release();
  other.add(50);
  other.add(50);
  expect(admission.isFull).toBe(true);
});
