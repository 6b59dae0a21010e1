import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Belt } from './belt.ts';

async function takeAll<T>(belt: Belt<T>): Promise<readonly T[]> {
  const taken: T[] = [];
  for await (const value of belt) taken.push(value);
  return taken;
}

test('results come out in the order they were put on, whichever is there first', async () => {
  const belt = new Belt<number>({ maxItems: 9, maxSize: 9 });
  belt.put(
    nextTurn().then(() => 1),
    1,
  );
  belt.put(Promise.resolve(2), 1);
  belt.end();
  expect(await takeAll(belt)).toEqual([1, 2]);
});

test.each([
  ['items', { maxItems: 2, maxSize: 100 }, 1],
  ['weight', { maxItems: 100, maxSize: 5 }, 2],
])('a full belt holds its maker back, by %s', async (_, options, size) => {
  const belt = new Belt<number>(options);
  for (const value of [1, 2]) {
    await belt.waitForRoom(size);
    belt.put(Promise.resolve(value), size);
  }
  let hasRoom = false;
  const waiting = belt.waitForRoom(size).then(() => {
    hasRoom = true;
    belt.end();
  });
  await nextTurn();
  expect(hasRoom).toBe(false);
  await takeAll(belt);
  await waiting;
  expect(hasRoom).toBe(true);
});

test('what weighs more than the belt carries travels alone', async () => {
  const belt = new Belt<number>({ maxItems: 9, maxSize: 5 });
  await belt.waitForRoom(50);
  belt.put(Promise.resolve(1), 50);
  belt.end();
  await takeAll(belt);
});

test('a failure reaches both ends, also where they wait', async () => {
  const belt = new Belt<number>({ maxItems: 1, maxSize: 5 });
  const taking = takeAll(belt);
  taking.catch(() => undefined);
  await nextTurn();
  belt.fail(new Error('first'));
  belt.fail(new Error('second'));
  await expect(taking).rejects.toThrow('first');
  await expect(belt.waitForRoom(1)).rejects.toThrow('first');
});
