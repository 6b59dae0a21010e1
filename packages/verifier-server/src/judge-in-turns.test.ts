import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { judgeInTurns } from './judge-in-turns.ts';

const task = { options: {}, signal: new AbortController().signal };
const items = Array.from({ length: 1000 }, (_, i) => i);

test('a large request has a few items with the threads at a time, and its results in order', async () => {
  let atWork = 0;
  let most = 0;
  const judge = async (some: readonly unknown[]) => {
    atWork += some.length;
    most = Math.max(most, atWork);
    // Later ones may be done sooner.
    for (let turns = Number(some[0]) % 3; turns >= 0; turns--) await nextTurn();
    atWork -= some.length;
    return some.map((item) => ({ verdict: 'equal', reward: 1, rule: String(item) }) as const);
  };
  const results = await judgeInTurns(items, { judge, task, mostAtOnce: 50 });
  expect(results.map((result) => ('rule' in result ? result.rule : undefined))).toEqual(items.map(String));
  expect(most).toBe(50);
});

test('where one item fails, those that wait are never sent', async () => {
  let sent = 0;
  const judge = async () => {
    sent++;
    await nextTurn();
    throw new Error('broken');
  };
  await expect(judgeInTurns(items, { judge, task, mostAtOnce: 50 })).rejects.toThrow('broken');
  await nextTurn();
  expect(sent).toBe(50);
});
